/* resolve.h - which definition a name of a file stands for.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_RESOLVE_H
#define LINK_RESOLVE_H

#include "link/link.h"

/* A file that is linked. */
struct link_file {
	struct lockprog_unit *unit;
	const char *file;
	bool is_part;			/* of the driver */
	bool has_symbols;		/* it says how its names are linked */
	struct name_map functions;	/* numbers of its functions, by name */
	struct name_map symbols;	/* numbers of its symbols, by name */
};

/* A definition for the linker: of symbol SYMBOL in file FILE. */
struct link_definition {
	const char *link_name;
	int file, symbol;
};

struct link_names {
	int n_files;
	struct link_file *files;
	int n_definitions, max_definitions;
	struct link_definition *definitions;
	struct name_map exact, plain;	/* definitions by name, with and without decoration */
	struct link_result *result;	/* gets the notes */
};

void resolve_begin(struct link_names *names, struct link_input *inputs, int n);
void resolve_end(struct link_names *names);

/* The symbol of file F called NAME, or NULL. */
const struct lockprog_symbol *resolve_symbol(const struct link_names *names, int f,
					     const char *name);

/* The definition that SYMBOL of file F stands for, or NULL; never for static ones. */
const struct link_definition *resolve_definition(const struct link_names *names,
						 const struct lockprog_symbol *symbol);

/* The function that NAME stands for in file F: its file and its number there.  False if
 * no file has it.  A function that has only annotations is found last. */
bool resolve_function(const struct link_names *names, int f, const char *name, int *file,
		      int *function);

#endif
