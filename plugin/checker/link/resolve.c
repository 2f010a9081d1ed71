/* resolve.c - which definition a name of a file stands for.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/resolve.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "link/code.h"
#include "lockprog/alloc.h"

/* NAME without what i386 and dllimport add to it: "@f@8", "f@8", "__imp_f". */
static const char *plain_name(const char *name)
{
	static const char import[] = "__imp_";
	const char *at, *end;
	char *copy;

	if (!strncmp(name, import, sizeof import - 1))
		name += sizeof import - 1;
	if (*name == '@')
		name++;
	at = strrchr(name, '@');
	end = at && at > name && at[1] ? at + 1 + strspn(at + 1, "0123456789") : NULL;
	if (!end || *end)
		return lockprog_string(name);
	copy = strndup(name, at - name);
	if (!copy)
		alloc_exhausted();
	name = lockprog_string(copy);
	free(copy);
	return name;
}

/* ---- symbols ---- */

static void add_if_missing(struct link_file *file, const char *name, enum lockprog_linkage linkage)
{
	struct lockprog_symbol symbol = { .name = name, .link_name = name, .linkage = linkage };

	if (name_map_find(&file->symbols, name) >= 0)
		return;
	name_map_add(&file->symbols, name, file->unit->n_symbols);
	lockprog_add_symbol(file->unit, &symbol);
}

/* Functions that OP calls, or may call, are defined elsewhere if not in FILE. */
static void add_called(struct link_file *file, const struct lockprog_op *op)
{
	if (op->kind == LOCKPROG_CALL && op->text && strcmp(op->text, "*") != 0)
		add_if_missing(file, op->text, LOCKPROG_UNDEFINED);
	for (int t = 0; t < op->n_targets; t++)
		add_if_missing(file, op->targets[t].name, LOCKPROG_UNDEFINED);
}

/* A lock program that says nothing for the linker has global functions and variables. */
static void add_symbols(struct link_file *file)
{
	struct lockprog_unit *unit = file->unit;

	for (int f = 0; f < unit->n_functions; f++)
		if (!unit->functions[f]->is_external)
			add_if_missing(file, unit->functions[f]->name, LOCKPROG_GLOBAL);
	for (int f = 0; f < unit->n_functions; f++)
		for (int b = 0; b < unit->functions[f]->n_blocks; b++) {
			const struct lockprog_block *block = &unit->functions[f]->blocks[b];

			for (int i = 0; i < block->n_ops; i++)
				add_called(file, &block->ops[i]);
		}
	for (int i = 0; i < unit->n_objects; i++)
		if (!unit->objects[i].is_local && !strpbrk(unit->objects[i].name, ".~"))
			add_if_missing(file, unit->objects[i].name, LOCKPROG_GLOBAL);
}

const struct lockprog_symbol *resolve_symbol(const struct link_names *names, int f,
					     const char *name)
{
	int number = name_map_find(&names->files[f].symbols, name);

	return number >= 0 ? &names->files[f].unit->symbols[number] : NULL;
}

/* ---- definitions ---- */

/* The function of FILE that SYMBOL defines, or -1: it defines a variable. */
static int function_of(const struct link_file *file, const struct lockprog_symbol *symbol)
{
	return name_map_find(&file->functions,
			     symbol->alias_of ? symbol->alias_of : symbol->name);
}

/* Files A and B have copies of an inline function: tell the user if they differ. */
static void compare_copies(struct link_names *names, const struct link_definition *kept, int b,
			   const struct lockprog_symbol *copy)
{
	const struct link_file *first = &names->files[kept->file], *second = &names->files[b];
	const int f = function_of(first, &first->unit->symbols[kept->symbol]),
		  g = function_of(second, copy);

	if (f < 0 || g < 0)
		return;
	if (first->unit->functions[f]->outline->digest !=
	    second->unit->functions[g]->outline->digest)
		notes_add(&names->result->notes, NOTE_COPIES, copy->link_name, first->unit->name,
			  second->unit->name, b);
}

/* Symbol number S of file F is one more definition of what D defines. */
static void define_again(struct link_names *names, struct link_definition *d, int f, int s)
{
	/* The stronger one has the larger number. */
	static const int strengths[LOCKPROG_LINKAGES] = { [LOCKPROG_INLINE] = 1,
							  [LOCKPROG_WEAK] = 2,
							  [LOCKPROG_GLOBAL] = 3 };
	const struct lockprog_symbol *old = &names->files[d->file].unit->symbols[d->symbol],
				     *new = &names->files[f].unit->symbols[s];

	if (old->linkage == LOCKPROG_INLINE && new->linkage == LOCKPROG_INLINE)
		compare_copies(names, d, f, new);
	if (old->linkage == LOCKPROG_GLOBAL && new->linkage == LOCKPROG_GLOBAL &&
	    function_of(&names->files[d->file], old) >= 0 &&
	    function_of(&names->files[f], new) >= 0)
		notes_add(&names->result->notes, NOTE_TWICE, new->link_name,
			  names->files[d->file].unit->name, names->files[f].unit->name, f);
	if (strengths[new->linkage] > strengths[old->linkage]) {
		d->file = f;
		d->symbol = s;
	}
}

/* File F is part of the driver. */
static void include(struct link_names *names, int f)
{
	struct link_file *file = &names->files[f];

	file->is_part = true;
	for (int s = 0; s < file->unit->n_symbols; s++) {
		const struct lockprog_symbol *symbol = &file->unit->symbols[s];
		const char *plain;
		int known;

		if (symbol->linkage == LOCKPROG_UNDEFINED || symbol->linkage == LOCKPROG_STATIC)
			continue;
		known = name_map_find(&names->exact, symbol->link_name);
		if (known >= 0) {
			define_again(names, &names->definitions[known], f, s);
			continue;
		}
		names->definitions = alloc_grow(names->definitions, names->n_definitions,
						&names->max_definitions,
						sizeof *names->definitions);
		names->definitions[names->n_definitions] =
			(struct link_definition){ symbol->link_name, f, s };
		name_map_add(&names->exact, symbol->link_name, names->n_definitions);
		plain = plain_name(symbol->link_name);
		if (name_map_find(&names->plain, plain) < 0)
			name_map_add(&names->plain, plain, names->n_definitions);
		names->n_definitions++;
	}
}

/* True if FILE defines the name of UNDEFINED, a symbol of another file. */
static bool defines(const struct link_file *file, const struct name_map *wanted)
{
	for (int s = 0; s < file->unit->n_symbols; s++) {
		const struct lockprog_symbol *symbol = &file->unit->symbols[s];

		if ((symbol->linkage == LOCKPROG_GLOBAL || symbol->linkage == LOCKPROG_WEAK) &&
		    name_map_find(wanted, plain_name(symbol->link_name)) >= 0)
			return true;
	}
	return false;
}

/* Add the names that file F needs from others to WANTED. */
static void want(const struct link_names *names, int f, struct name_map *wanted)
{
	const struct lockprog_unit *unit = names->files[f].unit;

	for (int s = 0; s < unit->n_symbols; s++) {
		const char *plain = plain_name(unit->symbols[s].link_name);

		if (unit->symbols[s].linkage == LOCKPROG_UNDEFINED &&
		    name_map_find(&names->plain, plain) < 0 && name_map_find(wanted, plain) < 0)
			name_map_add(wanted, plain, f);
	}
}

/* Include the members of archives that others need, and those that these need. */
static void include_needed(struct link_names *names)
{
	bool has_changed = true;

	while (has_changed) {
		struct name_map wanted = { 0 };

		has_changed = false;
		for (int f = 0; f < names->n_files; f++)
			if (names->files[f].is_part)
				want(names, f, &wanted);
		for (int f = 0; f < names->n_files; f++)
			if (!names->files[f].is_part && defines(&names->files[f], &wanted)) {
				include(names, f);
				has_changed = true;
			}
		name_map_clear(&wanted);
	}
}

void resolve_begin(struct link_names *names, struct link_input *inputs, int n)
{
	bool has_object = false;

	names->n_files = n;
	names->files = alloc_zeroed(n * sizeof *names->files);
	for (int f = 0; f < n; f++) {
		struct link_file *file = &names->files[f];
		struct lockprog_unit *unit = inputs[f].unit;

		file->unit = unit;
		file->file = inputs[f].file;
		file->has_symbols = unit->n_symbols > 0;
		has_object |= !inputs[f].is_optional;
		for (int i = 0; i < unit->n_functions; i++) {
			if (name_map_find(&file->functions, unit->functions[i]->name) < 0)
				name_map_add(&file->functions, unit->functions[i]->name, i);
			if (!unit->functions[i]->outline)
				unit->functions[i]->outline =
					code_outline(unit, unit->functions[i]);
		}
		for (int s = 0; s < unit->n_symbols; s++)
			if (name_map_find(&file->symbols, unit->symbols[s].name) < 0)
				name_map_add(&file->symbols, unit->symbols[s].name, s);
		if (!file->has_symbols)
			add_symbols(file);
	}
	/* An archive alone is checked as a whole. */
	for (int f = 0; f < n; f++)
		if (!inputs[f].is_optional || !has_object)
			include(names, f);
	include_needed(names);
}

void resolve_end(struct link_names *names)
{
	for (int f = 0; f < names->n_files; f++) {
		name_map_clear(&names->files[f].functions);
		name_map_clear(&names->files[f].symbols);
	}
	name_map_clear(&names->exact);
	name_map_clear(&names->plain);
	free(names->files);
	free(names->definitions);
}

const struct link_definition *resolve_definition(const struct link_names *names,
						 const struct lockprog_symbol *symbol)
{
	int d;

	if (symbol->linkage == LOCKPROG_STATIC)
		return NULL;
	d = name_map_find(&names->exact, symbol->link_name);
	if (d < 0)
		d = name_map_find(&names->plain, plain_name(symbol->link_name));
	return d >= 0 ? &names->definitions[d] : NULL;
}

bool resolve_function(const struct link_names *names, int f, const char *name, int *file,
		      int *function)
{
	const struct lockprog_symbol *symbol = resolve_symbol(names, f, name);
	const struct link_definition *d = symbol ? resolve_definition(names, symbol) : NULL;

	*file = f;
	if (d) {
		*file = d->file;
		symbol = &names->files[d->file].unit->symbols[d->symbol];
	}
	if (d || (symbol && symbol->linkage != LOCKPROG_UNDEFINED))
		*function = function_of(&names->files[*file], symbol);
	else
		*function = name_map_find(&names->files[f].functions, name);
	if (*function < 0) {
		*file = f;
		*function = name_map_find(&names->files[f].functions, name);
	}
	return *function >= 0;
}
