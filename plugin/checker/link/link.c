/* link.c - makes one unit of the units of a driver.
 *
 * What calls what is known from outlines.  The body of a function is read when it is
 * needed, and gets the numbers of the driver then.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/link.h"

#include <stdlib.h>
#include <string.h>

#include "link/code.h"
#include "link/entry.h"
#include "link/maps.h"
#include "link/reach.h"
#include "link/roles.h"
#include "link/stays.h"
#include "lockprog/alloc.h"

/* NAME, as of file F alone. */
static const char *own_name(const char *name, int f)
{
	char *text;
	const char *shared;

	text = alloc_text("%s~%d", name, f + 1);
	shared = lockprog_string(text);
	free(text);
	return shared;
}

/* ---- which functions are part of the driver ---- */

/* True if function number I of file F is the one that its name stands for in the
 * driver. */
static bool is_kept(const struct link_maps *m, int f, int i)
{
	const struct link_file *file = &m->names.files[f];
	const struct lockprog_function *function = file->unit->functions[i];
	const struct lockprog_symbol *symbol = resolve_symbol(&m->names, f, function->name);
	int other, number;

	if (name_map_find(&file->functions, function->name) != i)
		return false;
	if (!function->is_external && (!symbol || symbol->linkage == LOCKPROG_STATIC))
		return true;
	return resolve_function(&m->names, f, function->name, &other, &number) && other == f &&
	       number == i;
}

static void move_functions(struct link_maps *m, int f)
{
	struct lockprog_unit *from = m->names.files[f].unit, *to = m->unit;

	for (int i = 0; i < from->n_functions; i++) {
		struct lockprog_function *function = from->functions[i];
		const struct lockprog_symbol *symbol;

		m->numbers[f][i] = -1;
		if (!is_kept(m, f, i))
			continue;
		symbol = resolve_symbol(&m->names, f, function->name);
		to->functions = alloc_grow(to->functions, to->n_functions, &to->max_functions,
					   sizeof *to->functions);
		m->result->origins = alloc_grow(m->result->origins, to->n_functions,
						&m->max_origins, sizeof *m->result->origins);
		m->result->origins[to->n_functions] =
			(struct link_origin){ .input = f,
					      .directory = from->directory,
					      .is_system = symbol && symbol->is_system };
		m->numbers[f][i] = to->n_functions;
		function->number = to->n_functions;
		to->functions[to->n_functions++] = function;
	}
}

/* ---- variables ---- */

static int map_object(struct link_maps *m, int f, int object)
{
	const struct lockprog_object *old = &m->names.files[f].unit->objects[object];
	const struct lockprog_symbol *symbol = resolve_symbol(&m->names, f, old->name);
	const char *name;
	int number;

	if (old->is_thread || (symbol && symbol->linkage != LOCKPROG_STATIC)) {
		const struct link_definition *d =
			symbol ? resolve_definition(&m->names, symbol) : NULL;

		name = d ? d->link_name : symbol ? symbol->link_name : old->name;
	} else {
		name = own_name(old->name, f);
	}
	number = lockprog_object(m->unit, name, old->is_local);
	m->unit->objects[number].is_thread = old->is_thread;
	/* The file with a function knows what becomes of structs that it is handed. */
	m->unit->objects[number].is_contained |= old->is_contained;
	/* The file that defines it knows. */
	m->unit->objects[number].is_constant |= old->is_constant;
	while (m->n_objects <= number) {
		m->function_of = alloc_grow(m->function_of, m->n_objects, &m->max_objects,
					    sizeof *m->function_of);
		m->function_of[m->n_objects++] = -1;
	}
	if (!old->is_local && !old->is_thread)
		m->function_of[number] = maps_function(m, f, old->name);
	return number;
}

/* ---- classes ---- */

/* The name of the record in NAME, "EXT.flag", "EXT~2.flag" or "EXT.u~type.flag", without
 * numbers that a file gave it. */
static const char *record_of(const char *name, const char **field)
{
	const char *dot = strrchr(name, '.'), *at = name, *shared;
	char *copy = alloc_zeroed(dot - name + 1), *to = copy;

	while (at < dot) {
		const size_t digits = *at == '~' ? strspn(at + 1, "0123456789") : 0;

		if (digits && (at[1 + digits] == '.' || at[1 + digits] == '~'))
			at += 1 + digits;
		else
			*to++ = *at++;
	}
	shared = lockprog_string(copy);
	free(copy);
	*field = dot;
	return shared;
}

/* The name in the driver of class NAME of file F, a field of a record with LAYOUT. */
static const char *field_class(struct link_maps *m, int f, const char *name, const char *layout)
{
	const char *field, *record = record_of(name, &field), *shared;
	int number = name_map_find(&m->record_numbers, record);
	struct record *known;
	char *text;

	if (number < 0) {
		m->records = alloc_grow(m->records, m->n_records, &m->max_records,
					sizeof *m->records);
		m->records[m->n_records] = (struct record){ record, layout, f };
		name_map_add(&m->record_numbers, record, m->n_records);
		number = m->n_records++;
	}
	known = &m->records[number];
	if (known->layout == layout) {
		text = alloc_text("%s%s", record, field);
	} else {
		/* What has no tag got its name from the order in its file. */
		if (known->file != f && !strstr(record, "~type"))
			notes_add(&m->result->notes, NOTE_LAYOUTS, record,
				  m->names.files[known->file].unit->name,
				  m->names.files[f].unit->name, f);
		text = alloc_text("%s~%s%s", record, layout, field);
	}
	shared = lockprog_string(text);
	free(text);
	return shared;
}

/* The name in the driver of a class of file F, whatever pointers lead to. */
static const char *class_name(struct link_maps *m, int f, const struct lockprog_class *class_)
{
	const struct lockprog_symbol *symbol = resolve_symbol(&m->names, f, class_->name);

	if (class_->lifetime == LOCKPROG_PRIVATE)
		return own_name(class_->name, f);
	if (symbol && symbol->linkage != LOCKPROG_STATIC)
		return symbol->link_name;
	if (class_->layout && strchr(class_->name, '.'))
		return field_class(m, f, class_->name, class_->layout);
	if (class_->name[0] == '*' || lockprog_class_is_of_processor(class_) ||
	    (!symbol && !m->names.files[f].has_symbols))
		return class_->name;
	return own_name(class_->name, f);
}

/* Find the classes whose cells pointers of some file lead to. */
static void find_pointed(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int i = 0; i < unit->n_classes; i++) {
		const char *name;

		if (!unit->classes[i].pointed)
			continue;
		name = class_name(m, f, &unit->classes[i]);
		if (name_map_find(&m->pointed, name) >= 0)
			continue;
		m->targets = alloc_grow(m->targets, m->n_targets, &m->max_targets,
					sizeof *m->targets);
		name_map_add(&m->pointed, name, m->n_targets);
		m->targets[m->n_targets++] = unit->classes[i].pointed;
	}
}

static int map_class(struct link_maps *m, int f, int class_)
{
	struct lockprog_class made = m->names.files[f].unit->classes[class_];
	int target, number;

	made.name = class_name(m, f, &made);
	target = name_map_find(&m->pointed, made.name);
	if (target >= 0) {
		made.name = m->targets[target];
		if (made.lifetime == LOCKPROG_SYSTEM)
			made.lifetime = LOCKPROG_DRIVER;
	}
	number = lockprog_class(m->unit, &made);
	/* The one that more code may change. */
	if (made.lifetime < m->unit->classes[number].lifetime)
		m->unit->classes[number].lifetime = made.lifetime;
	return number;
}

/* ---- functions ---- */

static void map_file(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	m->objects[f] = alloc_zeroed((unit->n_objects + 1) * sizeof **m->objects);
	m->classes[f] = alloc_zeroed((unit->n_classes + 1) * sizeof **m->classes);
	for (int i = 0; i < unit->n_objects; i++)
		m->objects[f][i] = map_object(m, f, i);
	for (int i = 0; i < unit->n_classes; i++)
		m->classes[f][i] = map_class(m, f, i);
}

/* ---- calls through pointers ---- */

/* The types under which file F keeps addresses. */
static void find_kept(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;
	struct name_map is_listed = { 0 };

	for (int i = 0; i < unit->n_kept; i++) {
		const struct lockprog_kept *kept = &unit->kept[i];
		const struct lockprog_symbol *symbol =
			resolve_symbol(&m->names, f, kept->function);
		const int number = maps_function(m, f, kept->function);

		if (number >= 0 && symbol)
			pointers_keep(m->pointers, number, symbol->type, kept->type);
		if (name_map_find(&is_listed, kept->function) < 0)
			name_map_add(&is_listed, kept->function, i);
	}
	for (int s = 0; s < unit->n_symbols; s++) {
		const struct lockprog_symbol *symbol = &unit->symbols[s];
		const int number = symbol->is_taken && symbol->type &&
						   name_map_find(&is_listed, symbol->name) < 0
					   ? maps_function(m, f, symbol->name)
					   : -1;

		if (number >= 0)
			pointers_keep(m->pointers, number, symbol->type, symbol->type);
	}
	name_map_clear(&is_listed);
	for (int i = 0; i < unit->n_conversions; i++)
		pointers_convert(m->pointers, unit->conversions[i].from, unit->conversions[i].to);
}

/* File F declares functions with the names that it has for structs. */
static void equate_types(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int s = 0; s < unit->n_symbols; s++) {
		const struct lockprog_symbol *symbol = &unit->symbols[s], *other;
		const struct link_definition *d =
			symbol->type ? resolve_definition(&m->names, symbol) : NULL;

		if (!d)
			continue;
		other = &m->names.files[d->file].unit->symbols[d->symbol];
		if (other->type)
			pointers_equate(m->pointers, symbol->type, other->type);
	}
}

static void find_pointers(struct link_maps *m)
{
	m->pointers = pointers_new();
	for (int f = 0; f < m->names.n_files; f++)
		if (m->names.files[f].is_part) {
			find_kept(m, f);
			equate_types(m, f);
		}
}

static bool has_target(const struct lockprog_op *op, int function)
{
	for (int t = 0; t < op->n_targets; t++)
		if (op->targets[t].function == function)
			return true;
	return false;
}

/* The pointer that OP calls through may lead to functions of other files.  A cancel
 * routine is called by its role, which the call itself says. */
static void add_targets(struct link_maps *m, struct lockprog_op *op)
{
	int n = 0;
	const int *targets = maps_targets(m, op->type, &n);

	for (int i = 0; i < n; i++) {
		const int function = maps_target(m, targets[i]);

		if (function < 0 || has_target(op, function) ||
		    m->unit->functions[function]->enters_with_cancel_lock)
			continue;
		lockprog_add_target(op, m->unit->functions[function]->name);
		op->targets[op->n_targets - 1].function = function;
	}
}

/* ---- bodies ---- */

static void renumber_op(struct link_maps *m, int f, struct lockprog_op *op)
{
	if (op->class_ >= 0)
		op->class_ = m->classes[f][op->class_];
	if (op->kind != LOCKPROG_CALL)
		return;
	op->callee = op->text ? maps_function(m, f, op->text) : -1;
	for (int t = 0; t < op->n_targets; t++)
		op->targets[t].function = maps_function(m, f, op->targets[t].name);
	if (op->type)
		add_targets(m, op);
}

/* Give FUNCTION, of file F, the numbers of the driver. */
static void renumber(struct link_maps *m, int f, struct lockprog_function *function)
{
	for (int v = 0; v < function->n_values; v++) {
		struct lockprog_value *value = &function->values[v];

		if (value->expr == LOCKPROG_OBJECT)
			value->object = m->objects[f][value->object];
		if (value->class_ >= 0)
			value->class_ = m->classes[f][value->class_];
	}
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			renumber_op(m, f, &function->blocks[b].ops[i]);
}

void link_load(struct link_result *result, int f)
{
	struct link_maps *m = result->maps;
	struct lockprog_function *function = result->unit->functions[f];
	struct link_origin *origin = &result->origins[f];

	if (origin->is_loaded)
		return;
	origin->is_loaded = true;
	if (function->outline->code &&
	    !code_read_body(m->names.files[origin->input].unit, function)) {
		if (!result->is_damaged)
			notes_add_text(&result->notes,
				       "the lock program of '%s' in '%s' is damaged",
				       function->name, m->names.files[origin->input].file);
		result->is_damaged = true;
		function->unknown = REASON_TOO_LARGE;
	}
	renumber(m, origin->input, function);
	lockprog_settle_function(result->unit, function);
	if (function->entry) {
		link_load(result, function->entry->number);
		entry_state(function, function->entry);
	}
}

void link_unload(struct link_result *result, int f)
{
	if (!result->origins[f].is_loaded || !result->unit->functions[f]->outline->code)
		return;
	lockprog_free_body(result->unit->functions[f]);
	result->origins[f].is_loaded = false;
}

/* ---- who calls whom ---- */

/* Calls through pointers of a type lead to a number of their own, behind those of the
 * functions, and that to the functions.  Returns the number of all. */
static int find_calls(struct link_maps *m, struct reach_calls *calls)
{
	const struct lockprog_unit *unit = m->unit;
	struct name_map types = { 0 };

	for (int f = 0; f < unit->n_functions; f++) {
		const struct lockprog_outline *outline = unit->functions[f]->outline;

		for (int i = 0; i < outline->n_calls; i++)
			reach_add(calls, f,
				  maps_function(m, m->result->origins[f].input,
						outline->calls[i]));
		for (int i = 0; i < outline->n_types; i++) {
			int at = name_map_find(&types, outline->types[i]), n = 0;
			const int *targets = maps_targets(m, outline->types[i], &n);

			if (at < 0) {
				at = unit->n_functions + (int)types.n;
				name_map_add(&types, outline->types[i], at);
				for (int k = 0; k < n; k++)
					reach_add(calls, at, targets[k]);
			}
			reach_add(calls, f, at);
		}
	}
	const int n_all = unit->n_functions + (int)types.n;
	name_map_clear(&types);
	return n_all;
}

/* Give roles to functions that are handed to those that register them. */
static void hand_over(struct link_maps *m, const struct reach_calls *calls)
{
	const int n = m->unit->n_functions;
	/* By function: where its callers are in CALLERS, up to those of the next. */
	int *first = alloc_zeroed((n + 2) * sizeof *first),
	    *callers = alloc_zeroed((calls->n + 1) * sizeof *callers);

	for (int k = 0; k < calls->n; k++)
		if (calls->list[k].callee < n && calls->list[k].caller < n)
			first[calls->list[k].callee + 2]++;
	for (int f = 0; f < n; f++)
		first[f + 1] += first[f];
	for (int k = 0; k < calls->n; k++)
		if (calls->list[k].callee < n && calls->list[k].caller < n)
			callers[first[calls->list[k].callee + 1]++] = calls->list[k].caller;
	/* Parameters of helpers are added to the list on the way. */
	for (int i = 0; i < m->parameters.n; i++) {
		const struct link_parameter parameter = m->parameters.list[i];

		for (int k = first[parameter.function]; k < first[parameter.function + 1]; k++) {
			link_load(m->result, callers[k]);
			roles_hand_over(m, parameter, callers[k]);
			link_unload(m->result, callers[k]);
		}
	}
	free(first);
	free(callers);
}

/* Change the numbers of functions that FUNCTION, which is loaded, has. */
static void number_again(struct lockprog_function *function, const int *numbers)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->callee >= 0)
				op->callee = numbers[op->callee];
			for (int t = 0; t < op->n_targets; t++)
				if (op->targets[t].function >= 0)
					op->targets[t].function = numbers[op->targets[t].function];
		}
}

/* Drop the functions that are not marked.  The others get new numbers. */
static void drop_unmarked(struct link_maps *m, const bool *is_marked, const int *part)
{
	struct lockprog_unit *unit = m->unit;
	const int n_before = unit->n_functions;
	int *numbers = alloc_zeroed((n_before + 1) * sizeof *numbers), n = 0;

	for (int f = 0; f < n_before; f++)
		numbers[f] = is_marked[f] ? n++ : -1;
	for (int f = 0; f < n_before; f++) {
		struct lockprog_function *function = unit->functions[f];

		if (!is_marked[f]) {
			m->result->n_dropped += !function->is_external;
			lockprog_free_function(function);
			continue;
		}
		if (m->result->origins[f].is_loaded)
			number_again(function, numbers);
		function->number = numbers[f];
		unit->functions[numbers[f]] = function;
		m->result->origins[numbers[f]] = m->result->origins[f];
		m->result->origins[numbers[f]].part = part[f];
	}
	unit->n_functions = n;
	for (int f = 0; f < m->names.n_files; f++)
		for (int i = 0; i < m->n_numbers[f]; i++)
			if (m->numbers[f][i] >= 0)
				m->numbers[f][i] = numbers[m->numbers[f][i]];
	m->kept_numbers = numbers;
}

/* Drop the functions that cannot matter to a lock, and find those that belong together,
 * of N_ALL numbers in CALLS. */
static void find_parts(struct link_maps *m, const struct reach_calls *calls, int n_all)
{
	const int n = m->unit->n_functions;
	bool *is_marked = alloc_zeroed(n_all + 1);
	int *part = alloc_zeroed((n_all + 1) * sizeof *part);

	for (int f = 0; f < n; f++) {
		const struct lockprog_function *function = m->unit->functions[f];

		is_marked[f] = function->enters_with_cancel_lock || function->entry ||
			       function->outline->has_locks;
	}
	reach_spread(calls, n_all, is_marked);
	m->result->n_parts = reach_parts(calls, n_all, part);
	drop_unmarked(m, is_marked, part);
	free(is_marked);
	free(part);
}

/* Copies of functions that cannot matter to a lock may differ. */
static void keep_notes(struct link_maps *m)
{
	struct notes *notes = &m->result->notes;
	int n = 0;

	for (int i = 0; i < notes->n; i++) {
		const struct note *note = &notes->list[i];
		const int d = note->kind == NOTE_COPIES
				      ? name_map_find(&m->names.exact, note->name)
				      : -1;

		if (d >= 0) {
			const struct link_definition *definition = &m->names.definitions[d];
			const struct lockprog_symbol *symbol =
				&m->names.files[definition->file]
					 .unit->symbols[definition->symbol];

			if (maps_function(m, definition->file, symbol->name) < 0)
				continue;
		}
		notes->list[n++] = *note;
	}
	notes->n = n;
}

/* ---- all of it ---- */

static void add_silenced(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int i = 0; i < unit->n_silenced; i++)
		lockprog_add_silenced(m->unit, &unit->silenced[i]);
}

static void add_levels(struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int i = 0; i < unit->n_levels; i++)
		lockprog_add_levels(m->unit, unit->levels[i].first, unit->levels[i].second);
}

/* Leave to each file's unit only what is not part of the driver's. */
static void take_functions(struct link_maps *m, int f)
{
	struct lockprog_unit *unit = m->names.files[f].unit;
	int n = 0;

	m->n_numbers[f] = unit->n_functions;
	for (int i = 0; i < unit->n_functions; i++)
		if (m->numbers[f][i] < 0)
			unit->functions[n++] = unit->functions[i];
	unit->n_functions = n;
}

static void count(struct link_result *result)
{
	for (int f = 0; f < result->unit->n_functions; f++) {
		const struct lockprog_function *function = result->unit->functions[f];

		result->n_functions += !function->is_external;
		result->n_callbacks += !function->is_external && function->role;
	}
}

struct link_result *link_units(struct link_input *inputs, int n, const char *name)
{
	struct link_maps *m = alloc_zeroed(sizeof *m);
	struct reach_calls calls = { 0 };

	m->result = alloc_zeroed(sizeof *m->result);
	m->result->maps = m;
	m->unit = m->result->unit = lockprog_new_unit(name);
	m->names.result = m->result;
	resolve_begin(&m->names, inputs, n);
	m->numbers = alloc_zeroed(n * sizeof *m->numbers);
	m->objects = alloc_zeroed(n * sizeof *m->objects);
	m->classes = alloc_zeroed(n * sizeof *m->classes);
	m->n_numbers = alloc_zeroed(n * sizeof *m->n_numbers);
	for (int f = 0; f < n; f++) {
		m->numbers[f] = alloc_zeroed(inputs[f].unit->n_functions * sizeof **m->numbers);
		if (m->names.files[f].is_part)
			move_functions(m, f);
		else
			for (int i = 0; i < inputs[f].unit->n_functions; i++)
				m->numbers[f][i] = -1;
		m->result->n_inputs += m->names.files[f].is_part;
	}
	stays_find(&m->names);
	for (int f = 0; f < n; f++)
		if (m->names.files[f].is_part)
			find_pointed(m, f);
	for (int f = 0; f < n; f++)
		if (m->names.files[f].is_part) {
			map_file(m, f);
			roles_give(m, f);
			add_silenced(m, f);
			add_levels(m, f);
		}
	find_pointers(m);
	const int n_all = find_calls(m, &calls);
	hand_over(m, &calls);
	count(m->result);
	for (int f = 0; f < n; f++)
		take_functions(m, f);
	find_parts(m, &calls, n_all);
	keep_notes(m);
	free(calls.list);
	return m->result;
}

static void free_maps(struct link_maps *m)
{
	for (int f = 0; f < m->names.n_files; f++) {
		free(m->numbers[f]);
		free(m->objects[f]);
		free(m->classes[f]);
	}
	free(m->numbers);
	free(m->objects);
	free(m->classes);
	free(m->n_numbers);
	free(m->function_of);
	free(m->records);
	free(m->targets);
	free(m->digests);
	pointers_free(m->pointers);
	free(m->kept_numbers);
	free(m->parameters.list);
	name_map_clear(&m->record_numbers);
	name_map_clear(&m->pointed);
	resolve_end(&m->names);
	free(m);
}

void link_free(struct link_result *result)
{
	if (!result)
		return;
	free_maps(result->maps);
	notes_free(&result->notes);
	free(result->missing);
	free(result->origins);
	lockprog_free_unit(result->unit);
	free(result);
}
