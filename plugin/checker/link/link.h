/* link.h - makes one unit of the units of a driver, by names, as a linker would.
 *
 * A static name is its file's own.  Of functions that several files define, the one that
 * is no weak and no inline copy is kept, else the first.  Names of i386 match with and
 * without their decoration, and __imp_NAME is NAME.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_H
#define LINK_H

#include <stddef.h>

#include "link/notes.h"
#include "lockprog/lockprog.h"

struct link_input {
	struct lockprog_unit *unit;
	const char *file;	/* where the unit was read from, for messages */
	/* A member of an archive is part of the driver if a file that is part of it needs
	 * a name that the member defines. */
	bool is_optional;
};

/* What is known about a function of the driver besides its program. */
struct link_origin {
	int input;		/* the file it comes from */
	const char *directory;	/* where that was compiled, or NULL */
	bool is_system;		/* its violations are not reported */
	bool is_loaded;		/* its body is there, with the numbers of the driver */
	int part;		/* functions that call each other, also through others, are one */
};

/* What link_load needs; link.c's own. */
struct link_maps;

struct link_result {
	/* Of functions that matter to a lock; link_load reads their bodies. */
	struct lockprog_unit *unit;
	struct link_origin *origins;	/* parallel to its functions */
	int n_inputs;			/* files that are part of the driver */
	/* All functions with a body, callbacks among them, and those that cannot matter
	 * to a lock. */
	int n_functions, n_callbacks, n_dropped;
	struct notes notes;
	/* Callbacks that the driver registers and that no file defines. */
	int n_missing, max_missing;
	const char **missing;
	int n_parts;
	bool is_damaged;	/* a body could not be read; there is a note */
	struct link_maps *maps;
};

/* Link the N INPUTS, at least one, to a unit called NAME.  Functions move from the
 * inputs' units to that of the result; the inputs must live as long as it does. */
struct link_result *link_units(struct link_input *inputs, int n, const char *name);

/* See to it that function number F has its body; link_unload forgets it again, if it can
 * be read again. */
void link_load(struct link_result *result, int f);
void link_unload(struct link_result *result, int f);
void link_free(struct link_result *result);

/* Bytes that say what something is. */
struct link_identity {
	size_t n, max;
	unsigned char *bytes;
};

void link_identify_bytes(struct link_identity *identity, const void *bytes, size_t n);

/* Add all that the check of function number F follows from, its callees aside, to
 * IDENTITY.  IN_PART: by number of a function, the one in the part that is checked, or
 * -1.  Its body need not be there. */
void link_identify(struct link_result *result, int f, const int *in_part,
		   struct link_identity *identity);

#endif
