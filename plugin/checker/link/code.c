/* code.c - lock programs as an object carries them.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/code.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "link/code-body.h"
#include "lockprog/alloc.h"
#include "lockprog/valid.h"
#include "runtime/rule.h"

/* ---- outlines ---- */

/* Bytes of a digest. */
enum { DIGEST_BYTES = 6 };
static const unsigned long long DIGEST_MASK = (1ull << 8 * DIGEST_BYTES) - 1;

struct strings { int n, max; const char **list; };

static void add_once(struct strings *strings, const char *text)
{
	for (int i = 0; i < strings->n; i++)
		if (strings->list[i] == text)
			return;
	strings->list = alloc_grow(strings->list, strings->n, &strings->max,
				   sizeof *strings->list);
	strings->list[strings->n++] = text;
}

static void add_calls_of(const struct lockprog_op *op, struct strings *calls,
			 struct strings *types)
{
	if (op->text && strcmp(op->text, "*") != 0)
		add_once(calls, op->text);
	for (int t = 0; t < op->n_targets; t++)
		add_once(calls, op->targets[t].name);
	if (op->type)
		add_once(types, op->type);
}

struct lockprog_outline *code_outline(const struct lockprog_unit *unit,
				      const struct lockprog_function *function)
{
	struct lockprog_outline *outline = alloc_zeroed(sizeof *outline);
	struct strings calls = { 0 }, types = { 0 }, ddis = { 0 };
	struct lockprog_function copy = *function;
	struct code c = { .unit = unit };

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			outline->has_locks |= op->kind == LOCKPROG_LOCKOP ||
					      op->kind == LOCKPROG_PROMISE;
			if (op->kind == LOCKPROG_LOCKOP)
				add_once(&ddis, lockprog_string(op->ddi->written));
			if (op->kind == LOCKPROG_CALL)
				add_calls_of(op, &calls, &types);
		}
	outline->n_calls = calls.n, outline->calls = calls.list;
	outline->n_types = types.n, outline->types = types.list;
	outline->n_ddis = ddis.n, outline->ddis = ddis.list;
	code_body(&c, &copy, outline);
	outline->digest = c.digest & DIGEST_MASK;
	code_drop(&c);
	return outline;
}

static void code_strings(struct code *c, int *n, const char ***list)
{
	code_count(c, n);
	code_room(c, list, *n, sizeof **list);
	for (int i = 0; i < *n && !c->has_failed; i++)
		code_name(c, &(*list)[i]);
}

static void code_outline_of(struct code *c, struct lockprog_outline *outline)
{
	code_bool(c, &outline->has_locks);
	code_bytes(c, &outline->digest, DIGEST_BYTES);
	code_strings(c, &outline->n_calls, &outline->calls);
	code_strings(c, &outline->n_types, &outline->types);
	code_strings(c, &outline->n_ddis, &outline->ddis);
}

/* ---- the unit ---- */

static void code_class_line(struct code *c, struct lockprog_class *class_)
{
	int lifetime = class_->lifetime;

	code_name(c, &class_->name);
	code_int(c, &lifetime, 0, LOCKPROG_PRIVATE, 0);
	class_->lifetime = (enum lockprog_lifetime)lifetime;
	code_string(c, &class_->layout);
	code_string(c, &class_->pointed);
}

static void code_role(struct code *c, struct lockprog_role *role)
{
	code_string(c, &role->name);
	code_bool(c, &role->enters_with_cancel_lock);
	code_bool(c, &role->is_at_dispatch);
	code_string(c, &role->entry);
}

static void code_object_line(struct code *c, struct lockprog_object *object)
{
	bool *const flags[] = { &object->is_local, &object->is_contained, &object->is_constant,
				&object->is_thread };

	code_name(c, &object->name);
	code_flags(c, flags, sizeof flags / sizeof *flags);
}

static void code_symbol(struct code *c, struct lockprog_symbol *symbol)
{
	int linkage = symbol->linkage;
	bool has_role = symbol->role.name, is_alias = symbol->alias_of,
	     is_plain = !c->reads && !strcmp(symbol->name, symbol->link_name);
	bool *const flags[] = { &symbol->is_taken, &symbol->is_system, &has_role, &is_alias,
				&is_plain };

	code_name(c, &symbol->name);
	code_int(c, &linkage, 0, LOCKPROG_LINKAGES - 1, 0);
	symbol->linkage = (enum lockprog_linkage)linkage;
	code_flags(c, flags, sizeof flags / sizeof *flags);
	if (is_plain)
		symbol->link_name = symbol->name;
	else
		code_name(c, &symbol->link_name);
	code_string(c, &symbol->type);
	if (has_role) {
		code_role(c, &symbol->role);
		c->has_failed |= !symbol->role.name;
	}
	if (is_alias)
		code_name(c, &symbol->alias_of);
}

static void code_kept(struct code *c, struct lockprog_kept *kept)
{
	code_name(c, &kept->function);
	code_name(c, &kept->type);
}

static void code_conversion(struct code *c, struct lockprog_conversion *conversion)
{
	code_name(c, &conversion->from);
	code_name(c, &conversion->to);
}

static void code_parameter(struct code *c, struct lockprog_role_parameter *parameter)
{
	code_name(c, &parameter->function);
	code_int(c, &parameter->number, 0, 1000, 0);
	code_role(c, &parameter->role);
	c->has_failed |= !parameter->role.name;
}

static void code_silenced(struct code *c, struct lockprog_silenced *silenced)
{
	code_int(c, &silenced->id, SPINRULE_NONE + 1, SPINRULE_VIOLATIONS - 1, 0);
	code_place(c, &silenced->place);
}

/* One line about an address, but for what it needs. */
static void code_stays(struct code *c, struct lockprog_stays *stays)
{
	code_name(c, &stays->name);
	code_int(c, &stays->number, -1, 1000, 0);
	code_count(c, &stays->n_needs);
}

static void code_need(struct code *c, struct lockprog_need *need)
{
	code_name(c, &need->function);
	code_int(c, &need->number, 0, 1000, 0);
}

static void code_levels(struct code *c, struct lockprog_levels *levels)
{
	code_name(c, &levels->first);
	code_name(c, &levels->second);
}

static void code_head(struct code *c, struct lockprog_function *function)
{
	int unknown = function->unknown;
	bool has_role = function->role, is_unknown = function->unknown != REASON_NONE;
	bool *const flags[] = { &has_role,
				&function->enters_with_cancel_lock,
				&function->is_at_dispatch,
				&function->is_alone,
				&function->is_external,
				&is_unknown,
				&function->result_is_ntstatus,
				&function->result_is_object };

	code_name(c, &function->name);
	code_place(c, &function->place);
	code_flags(c, flags, sizeof flags / sizeof *flags);
	if (has_role)
		code_name(c, &function->role);
	if (is_unknown) {
		code_int(c, &unknown, 0, REASONS - 1, 0);
		function->unknown = (enum reason)unknown;
	}
	code_type(c, &function->result, &c->result, 0);
	c->result = function->result;
	code_int(c, &function->n_params, 0, INT_MAX - 1, 0);
}

/* What is written is not changed; the casts are for the common description. */
static void write_lines(struct code *c, const struct lockprog_unit *unit)
{
	struct lockprog_unit copy = *unit;

	code_name(c, &copy.name);
	code_string(c, &copy.directory);
	code_string(c, &copy.target);
	code_string(c, &copy.options);
	code_count(c, &copy.n_classes);
	for (int i = 0; i < unit->n_classes; i++)
		code_class_line(c, &copy.classes[i]);
	code_count(c, &copy.n_objects);
	for (int i = 0; i < unit->n_objects; i++)
		code_object_line(c, &copy.objects[i]);
	code_count(c, &copy.n_symbols);
	for (int i = 0; i < unit->n_symbols; i++)
		code_symbol(c, &copy.symbols[i]);
	code_count(c, &copy.n_kept);
	for (int i = 0; i < unit->n_kept; i++)
		code_kept(c, &copy.kept[i]);
	code_count(c, &copy.n_conversions);
	for (int i = 0; i < unit->n_conversions; i++)
		code_conversion(c, &copy.conversions[i]);
	code_count(c, &copy.n_parameters);
	for (int i = 0; i < unit->n_parameters; i++)
		code_parameter(c, &copy.parameters[i]);
	code_count(c, &copy.n_silenced);
	for (int i = 0; i < unit->n_silenced; i++)
		code_silenced(c, &copy.silenced[i]);
	code_count(c, &copy.n_stays);
	for (int i = 0; i < unit->n_stays; i++) {
		code_stays(c, &copy.stays[i]);
		for (int k = 0; k < copy.stays[i].n_needs; k++)
			code_need(c, &copy.stays[i].needs[k]);
	}
	code_count(c, &copy.n_levels);
	for (int i = 0; i < unit->n_levels; i++)
		code_levels(c, &copy.levels[i]);
	code_count(c, &copy.n_functions);
}

/* The bytes that were added to C from START on, behind their number. */
static void put_size_before(struct code *c, int start)
{
	const int n = c->n - start;
	unsigned char *bytes = alloc_copy(c->bytes + start, n, 1);

	c->n = start;
	code_put(c, (unsigned)n);
	for (int i = 0; i < n; i++)
		code_put_byte(c, bytes[i]);
	free(bytes);
}

static void write_bodies(struct code *c, const struct lockprog_unit *unit,
			 struct lockprog_outline **outlines)
{
	for (int f = 0; f < unit->n_functions; f++) {
		struct lockprog_function copy = *unit->functions[f];
		const int start = c->n;

		code_put(c, (unsigned)c->n_new);
		code_body(c, &copy, outlines[f]);
		put_size_before(c, start);
	}
}

static void free_outline(struct lockprog_outline *outline)
{
	free(outline->calls);
	free(outline->types);
	free(outline->ddis);
	free(outline);
}

/* Like with like: it is compressed. */
unsigned char *code_write(const struct lockprog_unit *unit, size_t *size)
{
	struct code c = { .unit = unit };
	struct lockprog_outline **outlines =
		alloc_zeroed(((size_t)unit->n_functions + 1) * sizeof *outlines);

	write_lines(&c, unit);
	for (int f = 0; f < unit->n_functions; f++) {
		struct lockprog_function copy = *unit->functions[f];

		outlines[f] = code_outline(unit, unit->functions[f]);
		code_head(&c, &copy);
		code_outline_of(&c, outlines[f]);
	}
	write_bodies(&c, unit, outlines);
	for (int f = 0; f < unit->n_functions; f++)
		free_outline(outlines[f]);
	free(outlines);
	return code_join(&c, size);
}

/* ---- reading ---- */

static void read_stays(struct code *c, struct lockprog_unit *unit)
{
	int n = 0;

	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_stays stays = { 0 };

		code_stays(c, &stays);
		lockprog_add_stays(unit, stays.name, stays.number);
		for (int k = 0; k < stays.n_needs && !c->has_failed; k++) {
			struct lockprog_need need = { 0 };

			code_need(c, &need);
			lockprog_add_need(unit, need.function, need.number);
		}
	}
}

static void read_lines(struct code *c, struct lockprog_unit *unit)
{
	int n = 0;

	code_name(c, &unit->name);
	code_string(c, &unit->directory);
	code_string(c, &unit->target);
	code_string(c, &unit->options);
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_class class_ = { 0 };

		code_class_line(c, &class_);
		c->has_failed |= lockprog_class(unit, &class_) != i;
	}
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_object object = { 0 };

		code_object_line(c, &object);
		c->has_failed |= lockprog_object(unit, object.name, object.is_local) != i;
		if (!c->has_failed) {
			unit->objects[i].is_contained = object.is_contained;
			unit->objects[i].is_constant = object.is_constant;
			unit->objects[i].is_thread = object.is_thread;
		}
	}
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_symbol symbol = { 0 };

		code_symbol(c, &symbol);
		lockprog_add_symbol(unit, &symbol);
	}
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_kept kept = { 0 };

		code_kept(c, &kept);
		lockprog_add_kept(unit, kept.function, kept.type);
	}
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_conversion conversion = { 0 };

		code_conversion(c, &conversion);
		lockprog_add_conversion(unit, conversion.from, conversion.to);
	}
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_role_parameter parameter = { 0 };

		code_parameter(c, &parameter);
		lockprog_add_role_parameter(unit, &parameter);
	}
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_silenced silenced = { 0 };

		code_silenced(c, &silenced);
		lockprog_add_silenced(unit, &silenced);
	}
	read_stays(c, unit);
	code_count(c, &n);
	for (int i = 0; i < n && !c->has_failed; i++) {
		struct lockprog_levels levels = { 0 };

		code_levels(c, &levels);
		lockprog_add_levels(unit, levels.first, levels.second);
	}
}

static void read_function(struct code *c, struct lockprog_unit *unit)
{
	struct lockprog_function head = { 0 };

	code_head(c, &head);
	if (c->has_failed)
		return;
	struct lockprog_function *function = lockprog_add_function(unit, head.name);
	const int number = function->number;

	*function = head;
	function->number = number;
	function->outline = alloc_zeroed(sizeof *function->outline);
	code_outline_of(c, function->outline);
}

static void find_body(struct code *c, struct lockprog_function *function)
{
	const unsigned long long size = code_get(c);

	if (c->has_failed || size > (unsigned long long)(c->end - c->at)) {
		c->has_failed = true;
		return;
	}
	function->outline->code = c->at;
	function->outline->size = (size_t)size;
	c->at += size;
}

struct lockprog_unit *code_read(unsigned char *code, size_t size)
{
	struct lockprog_unit *unit = lockprog_new_unit(lockprog_string(""));
	struct code c = { .reads = true, .at = code, .end = code + size, .unit = unit };
	int n = 0;

	unit->code = code;
	code_read_strings(&c);
	unit->strings = c.strings;
	unit->n_strings = c.n_strings;
	read_lines(&c, unit);
	code_count(&c, &n);
	for (int f = 0; f < n && !c.has_failed; f++)
		read_function(&c, unit);
	for (int f = 0; f < unit->n_functions && !c.has_failed; f++)
		find_body(&c, unit->functions[f]);
	if (!c.has_failed)
		return unit;
	lockprog_free_unit(unit);
	return NULL;
}

bool code_read_body(const struct lockprog_unit *unit, struct lockprog_function *function)
{
	const struct lockprog_outline *outline = function->outline;
	struct code c = { .reads = true,
			  .at = outline->code,
			  .end = outline->code + outline->size,
			  .unit = unit,
			  .strings = unit->strings,
			  .n_strings = unit->n_strings };
	struct lockprog_place where;
	char what[200];

	const unsigned long long n_new = code_get(&c);

	c.n_new = n_new < (unsigned long long)c.n_strings ? (int)n_new : c.n_strings;
	code_body(&c, function, outline);
	if (!c.has_failed && (function->n_blocks || function->unknown) &&
	    code_defines_each_once(function) && valid_function(function, &where, what, sizeof what))
		return true;
	lockprog_free_body(function);
	return false;
}
