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
};

struct link_result {
	struct lockprog_unit *unit;	/* of functions that matter to a lock */
	struct link_origin *origins;	/* parallel to its functions */
	int n_inputs;			/* files that are part of the driver */
	/* All functions with a body, callbacks among them, and those that cannot matter
	 * to a lock. */
	int n_functions, n_callbacks, n_dropped;
	/* What the user should know: two definitions, two layouts; malloc'ed lines. */
	int n_notes, max_notes;
	char **notes;
	/* Callbacks that the driver registers and that no file defines. */
	int n_missing, max_missing;
	const char **missing;
};

/* Link the N INPUTS, at least one, to a unit called NAME.  Functions move from the
 * inputs' units to that of the result. */
struct link_result *link_units(struct link_input *inputs, int n, const char *name);
void link_free(struct link_result *result);

#endif
