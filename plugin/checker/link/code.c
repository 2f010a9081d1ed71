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
	code_body(&c, &copy);
	outline->digest = c.digest;
	free(c.bytes);
	free(c.strings);
	name_map_clear(&c.string_numbers);
	outline->n_calls = calls.n, outline->calls = calls.list;
	outline->n_types = types.n, outline->types = types.list;
	outline->n_ddis = ddis.n, outline->ddis = ddis.list;
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
	long long digest = (long long)outline->digest;

	code_bool(c, &outline->has_locks);
	code_number(c, &digest);
	outline->digest = (unsigned long long)digest;
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
	code_string(c, &role->entry);
}

static void code_symbol(struct code *c, struct lockprog_symbol *symbol)
{
	int linkage = symbol->linkage;

	code_name(c, &symbol->name);
	code_name(c, &symbol->link_name);
	code_int(c, &linkage, 0, LOCKPROG_LINKAGES - 1, 0);
	symbol->linkage = (enum lockprog_linkage)linkage;
	code_bool(c, &symbol->is_taken);
	code_bool(c, &symbol->is_system);
	code_string(c, &symbol->type);
	code_role(c, &symbol->role);
	code_string(c, &symbol->alias_of);
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

	/* Bodies may not be read in between. */
	c->place = (struct lockprog_place){ 0 };
	code_name(c, &function->name);
	code_place(c, &function->place);
	code_string(c, &function->role);
	code_bool(c, &function->enters_with_cancel_lock);
	code_bool(c, &function->is_alone);
	code_bool(c, &function->is_external);
	code_int(c, &unknown, 0, REASONS - 1, 0);
	function->unknown = (enum reason)unknown;
	code_type(c, &function->result, 0);
	code_bool(c, &function->result_is_ntstatus);
	code_bool(c, &function->result_is_object);
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
	for (int i = 0; i < unit->n_objects; i++) {
		code_name(c, &copy.objects[i].name);
		code_bool(c, &copy.objects[i].is_local);
		code_bool(c, &copy.objects[i].is_contained);
		code_bool(c, &copy.objects[i].is_thread);
	}
	code_count(c, &copy.n_symbols);
	for (int i = 0; i < unit->n_symbols; i++)
		code_symbol(c, &copy.symbols[i]);
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

static void write_function(struct code *c, const struct lockprog_unit *unit,
			   const struct lockprog_function *function)
{
	struct lockprog_function copy = *function;
	struct lockprog_outline *outline = code_outline(unit, function);
	unsigned char *body;
	int size;

	code_head(c, &copy);
	code_outline_of(c, outline);
	free(outline->calls);
	free(outline->types);
	free(outline->ddis);
	free(outline);
	/* The body is behind its size. */
	size = c->n;
	code_body(c, &copy);
	body = alloc_copy(c->bytes + size, c->n - size, 1);
	const int n_body = c->n - size;

	c->n = size;
	code_put(c, (unsigned)n_body);
	for (int i = 0; i < n_body; i++)
		code_put_byte(c, body[i]);
	free(body);
}

unsigned char *code_write(const struct lockprog_unit *unit, size_t *size)
{
	struct code c = { .unit = unit };

	write_lines(&c, unit);
	for (int f = 0; f < unit->n_functions; f++)
		write_function(&c, unit, unit->functions[f]);
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

		code_name(c, &object.name);
		code_bool(c, &object.is_local);
		code_bool(c, &object.is_contained);
		code_bool(c, &object.is_thread);
		c->has_failed |= lockprog_object(unit, object.name, object.is_local) != i;
		if (!c->has_failed) {
			unit->objects[i].is_contained = object.is_contained;
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

	code_body(&c, function);
	if (!c.has_failed && (function->n_blocks || function->unknown) &&
	    code_defines_each_once(function) && valid_function(function, &where, what, sizeof what))
		return true;
	lockprog_free_body(function);
	return false;
}
