/* code.c - lock programs as an object carries them.
 *
 * One description of the format serves both directions: each field is written, or read,
 * by the same call.  What is read is checked: numbers against what they count.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/code.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/valid.h"
#include "runtime/rule.h"

struct code {
	bool reads;
	/* What is written. */
	unsigned char *bytes;
	int n, max;
	struct name_map string_numbers;
	/* Of what is written: equal contents have equal digests. */
	unsigned long long digest;
	/* What is read. */
	const unsigned char *at, *end;
	bool has_failed;
	/* The strings: written to, or read from. */
	int n_strings, max_strings;
	const char **strings;
	/* The place before. */
	struct lockprog_place place;
	const struct lockprog_unit *unit;
};

/* ---- numbers ---- */

static void digest_byte(struct code *c, unsigned byte)
{
	/* FNV-1a. */
	c->digest = (c->digest ^ byte) * 0x100000001b3ull;
}

static void put_byte(struct code *c, unsigned byte)
{
	c->bytes = alloc_grow(c->bytes, c->n, &c->max, 1);
	c->bytes[c->n++] = (unsigned char)byte;
}

static void put(struct code *c, unsigned long long number)
{
	for (; number >= 0x80; number >>= 7)
		put_byte(c, 0x80 | (number & 0x7f));
	put_byte(c, (unsigned)number);
}

static unsigned long long get(struct code *c)
{
	unsigned long long number = 0;

	for (int shift = 0; c->at < c->end && shift < 64; shift += 7) {
		const unsigned byte = *c->at++;

		number |= (unsigned long long)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return number;
	}
	c->has_failed = true;
	return 0;
}

/* A number of any sign; small ones take one byte. */
static void code_number(struct code *c, long long *number)
{
	if (c->reads) {
		const unsigned long long n = get(c);

		*number = (long long)(n >> 1 ^ -(n & 1));
		return;
	}
	for (int i = 0; i < 8; i++)
		digest_byte(c, (unsigned)((unsigned long long)*number >> 8 * i) & 0xff);
	put(c, (unsigned long long)*number << 1 ^ (unsigned long long)(*number >> 63));
}

/* An int from LOW to HIGH, as its distance from NEAR. */
static void code_int(struct code *c, int *number, int low, int high, int near)
{
	long long distance = (long long)*number - near;

	code_number(c, &distance);
	if (!c->reads)
		return;
	if (distance < (long long)low - near || distance > (long long)high - near)
		c->has_failed = true;
	*number = c->has_failed ? low : (int)(near + distance);
}

/* The number of things that follow, each of at least one byte. */
static void code_count(struct code *c, int *n)
{
	const long long left = c->reads ? c->end - c->at : INT_MAX;

	code_int(c, n, 0, left < INT_MAX ? (int)left : INT_MAX, 0);
}

static void code_bool(struct code *c, bool *is)
{
	int number = *is;

	code_int(c, &number, 0, 1, 0);
	*is = number;
}

/* Up to eight booleans in one number: bit BIT of *FLAGS. */
static void code_flag(const struct code *c, int *flags, int bit, bool *is)
{
	if (c->reads)
		*is = *flags >> bit & 1;
	else
		*flags |= *is << bit;
}

/* ---- strings, places, classes ---- */

static void code_string(struct code *c, const char **text)
{
	int number = 0;

	if (!c->reads && *text) {
		const char *shared = lockprog_string(*text);

		number = name_map_find(&c->string_numbers, shared) + 1;
		if (!number) {
			c->strings = alloc_grow(c->strings, c->n_strings, &c->max_strings,
						sizeof *c->strings);
			c->strings[c->n_strings] = shared;
			name_map_add(&c->string_numbers, shared, c->n_strings++);
			number = c->n_strings;
		}
		for (const char *at = shared; *at; at++)
			digest_byte(c, (unsigned char)*at);
		digest_byte(c, 0);
		put(c, (unsigned)number);
		return;
	}
	if (!c->reads) {
		digest_byte(c, 1);
		put(c, 0);
		return;
	}
	const unsigned long long n = get(c);

	if (n > (unsigned long long)c->n_strings)
		c->has_failed = true;
	*text = n && !c->has_failed ? c->strings[n - 1] : NULL;
}

/* A string that is never NULL. */
static void code_name(struct code *c, const char **text)
{
	code_string(c, text);
	if (c->reads && !*text) {
		c->has_failed = true;
		*text = lockprog_string("");
	}
}

static void code_place(struct code *c, struct lockprog_place *place)
{
	code_string(c, &place->file);
	if (!place->file)
		return;
	code_int(c, &place->line, 0, INT_MAX, c->place.line);
	code_int(c, &place->column, 0, INT_MAX, 0);
	c->place = *place;
}

/* The number of a class, from LOW on; the digest has its name. */
static void code_class(struct code *c, int *class_, int low)
{
	if (c->reads) {
		code_int(c, class_, low, c->unit->n_classes - 1, 0);
		return;
	}
	const unsigned long long digest = c->digest;

	code_int(c, class_, low, INT_MAX, 0);
	c->digest = digest;
	for (const char *at = *class_ < 0 ? "-" : c->unit->classes[*class_].name; *at; at++)
		digest_byte(c, (unsigned char)*at);
}

static void code_object(struct code *c, int *object)
{
	if (c->reads) {
		code_int(c, object, 0, c->unit->n_objects - 1, 0);
		return;
	}
	const unsigned long long digest = c->digest;

	code_int(c, object, 0, INT_MAX, 0);
	c->digest = digest;
	for (const char *at = c->unit->objects[*object].name; *at; at++)
		digest_byte(c, (unsigned char)*at);
}

/* Room for N elements of SIZE at *ARRAY, when reading. */
static void make_room(const struct code *c, void *array, int n, size_t size)
{
	if (c->reads) {
		void *room = n ? alloc_zeroed(n * size) : NULL;

		memcpy(array, &room, sizeof room);
	}
}

/* ---- bodies ---- */

static void code_type(struct code *c, struct lockprog_type *type, int fewest)
{
	int bits = type->bits, flags = 0;

	code_int(c, &bits, fewest, 64, 32);
	type->bits = (unsigned char)bits;
	code_flag(c, &flags, 0, &type->is_signed);
	code_flag(c, &flags, 1, &type->is_pointer);
	code_int(c, &flags, 0, 3, 0);
	code_flag(c, &flags, 0, &type->is_signed);
	code_flag(c, &flags, 1, &type->is_pointer);
}

/* The use of a value, or -1; most lie before NEAR. */
static void code_use(struct code *c, const struct lockprog_function *function, int *value,
		     int near)
{
	code_int(c, value, -1, function->n_values - 1, near);
}

static bool has_operands(enum lockprog_expr expr)
{
	return expr == LOCKPROG_COPY || expr == LOCKPROG_LOAD || expr >= LOCKPROG_OPAQUE;
}

static bool has_two(enum lockprog_expr expr)
{
	return expr >= LOCKPROG_OPAQUE && expr != LOCKPROG_NOT && expr != LOCKPROG_NEG;
}

static void code_value(struct code *c, struct lockprog_function *function, int v)
{
	struct lockprog_value *value = &function->values[v];
	int expr = value->expr;

	code_int(c, &expr, 0, LOCKPROG_EXPRS - 1, 0);
	value->expr = (enum lockprog_expr)expr;
	code_type(c, &value->type, 1);
	code_string(c, &value->text);
	code_bool(c, &value->used);
	if (c->reads) {
		value->a = value->b = value->object = value->class_ = -1;
	}
	if (has_operands(value->expr)) {
		code_int(c, &value->a, value->expr == LOCKPROG_OPAQUE ? -1 : 0,
			 function->n_values - 1, v);
		if (has_two(value->expr))
			code_int(c, &value->b, value->expr == LOCKPROG_OPAQUE ? -1 : 0,
				 function->n_values - 1, v);
	}
	if (value->expr == LOCKPROG_OPAQUE)
		code_name(c, &value->op);
	if (value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_PARAM)
		code_number(c, &value->constant);
	if (c->reads && value->expr == LOCKPROG_PARAM &&
	    (value->constant < 0 || value->constant >= function->n_params))
		c->has_failed = true;
	if (value->expr == LOCKPROG_OBJECT)
		code_object(c, &value->object);
	if (value->expr == LOCKPROG_LOAD)
		code_class(c, &value->class_, 0);
	if (value->expr != LOCKPROG_PHI)
		return;
	code_count(c, &value->n_phi);
	make_room(c, &value->phi, value->n_phi, sizeof *value->phi);
	for (int i = 0; i < value->n_phi && !c->has_failed; i++) {
		code_int(c, &value->phi[i].block, 0, function->n_blocks - 1, 0);
		code_use(c, function, &value->phi[i].value, v);
	}
}

static void code_ddi(struct code *c, const struct spinrule_ddi **ddi)
{
	const char *name = c->reads ? NULL : (*ddi)->name;

	code_name(c, &name);
	if (c->reads) {
		*ddi = spinrule_ddi_by_name(name);
		c->has_failed |= !*ddi;
	}
}

static void code_call(struct code *c, const struct lockprog_function *function,
		      struct lockprog_op *op, int near)
{
	long long locks = (long long)op->lock_args;

	code_string(c, &op->type);
	code_bool(c, &op->is_system);
	code_number(c, &locks);
	op->lock_args = (unsigned long long)locks;
	code_count(c, &op->n_targets);
	make_room(c, &op->targets, op->n_targets, sizeof *op->targets);
	for (int i = 0; i < op->n_targets && !c->has_failed; i++) {
		code_name(c, &op->targets[i].name);
		if (c->reads)
			op->targets[i].function = -1;
	}
	code_count(c, &op->n_args);
	make_room(c, &op->args, op->n_args, sizeof *op->args);
	for (int i = 0; i < op->n_args && !c->has_failed; i++)
		code_use(c, function, &op->args[i], near);
}

/* Operation OP; *LAST is the value that was defined last. */
static void code_op(struct code *c, const struct lockprog_function *function,
		    struct lockprog_op *op, int *last)
{
	int kind = op->kind, promise = op->promise;

	code_int(c, &kind, 0, LOCKPROG_PROMISE, 0);
	op->kind = (enum lockprog_op_kind)kind;
	if (c->reads)
		op->address = op->class_ = op->handle = op->irql = op->callee = -1;
	code_bool(c, &op->unless_seen);
	code_use(c, function, &op->value, *last + 1);
	if (op->value >= 0 && op->kind != LOCKPROG_STORE)
		*last = op->value;
	if (op->kind == LOCKPROG_DEFINE) {
		c->has_failed |= c->reads && op->value < 0;
		if (op->unless_seen)
			code_string(c, &op->text);
		return;
	}
	code_place(c, &op->place);
	code_string(c, &op->text);
	switch (op->kind) {
	case LOCKPROG_DEFINE:
		break;
	case LOCKPROG_STORE:
		code_int(c, &op->address, 0, function->n_values - 1, *last);
		code_class(c, &op->class_, -1);
		break;
	case LOCKPROG_CLOBBER:
		code_class(c, &op->class_, -1);
		break;
	case LOCKPROG_ASSUME:
		make_room(c, &op->args, 1, sizeof *op->args);
		op->n_args = 1;
		code_int(c, &op->args[0], 0, function->n_values - 1, *last);
		break;
	case LOCKPROG_CALL:
		code_call(c, function, op, *last);
		c->has_failed |= c->reads && !op->text;
		break;
	case LOCKPROG_PROMISE:
		code_int(c, &promise, 0, LOCKPROG_PROMISES - 1, 0);
		op->promise = (enum lockprog_promise)promise;
		code_bool(c, &op->is_held);
		break;
	case LOCKPROG_LOCKOP:
		code_ddi(c, &op->ddi);
		break;
	}
	if (op->kind == LOCKPROG_LOCKOP || op->kind == LOCKPROG_PROMISE) {
		code_string(c, &op->written);
		code_use(c, function, &op->address, *last);
		code_class(c, &op->class_, -1);
		code_use(c, function, &op->handle, *last);
		code_use(c, function, &op->irql, *last);
		c->has_failed |= c->reads && !op->text;
	}
}

static void code_edge(struct code *c, const struct lockprog_function *function,
		      const struct lockprog_block *block, int b, struct lockprog_edge *edge)
{
	code_int(c, &edge->block, 0, function->n_blocks - 1, b + 1);
	if (block->exit != LOCKPROG_SWITCH)
		return;
	code_bool(c, &edge->is_default);
	code_count(c, &edge->n_ranges);
	make_room(c, &edge->ranges, edge->n_ranges, sizeof *edge->ranges);
	for (int i = 0; i < edge->n_ranges && !c->has_failed; i++) {
		long long width = edge->ranges[i].high - edge->ranges[i].low;

		code_number(c, &edge->ranges[i].low);
		code_number(c, &width);
		edge->ranges[i].high = (long long)((unsigned long long)edge->ranges[i].low +
						   (unsigned long long)width);
	}
}

static void code_block(struct code *c, struct lockprog_function *function, int b, int *last)
{
	struct lockprog_block *block = &function->blocks[b];
	int exit = block->exit;

	code_int(c, &exit, 0, LOCKPROG_RETURN, 0);
	block->exit = (enum lockprog_exit_kind)exit;
	code_count(c, &block->n_ops);
	make_room(c, &block->ops, block->n_ops, sizeof *block->ops);
	for (int i = 0; i < block->n_ops && !c->has_failed; i++)
		code_op(c, function, &block->ops[i], last);
	if (c->reads)
		block->value = -1;
	if (exit == LOCKPROG_IF || exit == LOCKPROG_SWITCH)
		code_int(c, &block->value, 0, function->n_values - 1, *last);
	else if (exit == LOCKPROG_RETURN)
		code_use(c, function, &block->value, *last);
	if (exit >= LOCKPROG_IF)
		code_place(c, &block->place);
	code_count(c, &block->n_succ);
	make_room(c, &block->succ, block->n_succ, sizeof *block->succ);
	for (int i = 0; i < block->n_succ && !c->has_failed; i++)
		code_edge(c, function, block, b, &block->succ[i]);
	c->has_failed |= c->reads &&
			 ((exit == LOCKPROG_IF && block->n_succ != 2) ||
			  (exit == LOCKPROG_RETURN && block->n_succ) ||
			  (exit == LOCKPROG_GOTO && block->n_succ > 1) ||
			  ((exit == LOCKPROG_CHOICE || exit == LOCKPROG_SWITCH) && !block->n_succ));
}

static void name_blocks(struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++) {
		char name[16];

		snprintf(name, sizeof name, "b%d", b);
		function->blocks[b].name = lockprog_string(name);
	}
}

static void code_body(struct code *c, struct lockprog_function *function)
{
	int last = -1;

	c->place = function->place;
	code_count(c, &function->n_values);
	code_count(c, &function->n_blocks);
	make_room(c, &function->values, function->n_values, sizeof *function->values);
	make_room(c, &function->blocks, function->n_blocks, sizeof *function->blocks);
	if (c->reads)
		name_blocks(function);
	for (int v = 0; v < function->n_values && !c->has_failed; v++)
		code_value(c, function, v);
	for (int b = 0; b < function->n_blocks && !c->has_failed; b++)
		code_block(c, function, b, &last);
	code_use(c, function, &function->cancel_irql, -1);
}

/* True if each value that an operation must define is defined once, and no other is. */
static bool defines_each_once(const struct lockprog_function *function)
{
	char *times = alloc_zeroed(function->n_values + 1);
	bool is_good = true;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->value < 0 || op->kind == LOCKPROG_STORE)
				continue;
			is_good &= !times[op->value];
			times[op->value] = 1;
			/* What DDIs and calls give is not computed. */
			if (op->kind != LOCKPROG_DEFINE)
				is_good &= function->values[op->value].expr == LOCKPROG_UNKNOWN;
		}
	for (int v = 0; v < function->n_values; v++) {
		const enum lockprog_expr expr = function->values[v].expr;
		const bool needs_none = expr == LOCKPROG_PARAM || expr == LOCKPROG_CONST ||
					expr == LOCKPROG_OBJECT;

		is_good &= !(needs_none && times[v]);
	}
	free(times);
	return is_good;
}

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
	make_room(c, list, *n, sizeof **list);
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
	code_string(c, &symbol->role);
	code_bool(c, &symbol->enters_with_cancel_lock);
	code_string(c, &symbol->alias_of);
}

static void code_parameter(struct code *c, struct lockprog_role_parameter *parameter)
{
	code_name(c, &parameter->function);
	code_int(c, &parameter->number, 0, 1000, 0);
	code_name(c, &parameter->role);
	code_bool(c, &parameter->enters_with_cancel_lock);
}

static void code_silenced(struct code *c, struct lockprog_silenced *silenced)
{
	code_int(c, &silenced->id, SPINRULE_NONE + 1, SPINRULE_VIOLATIONS - 1, 0);
	code_place(c, &silenced->place);
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
	put(c, (unsigned)n_body);
	for (int i = 0; i < n_body; i++)
		put_byte(c, body[i]);
	free(body);
}

unsigned char *code_write(const struct lockprog_unit *unit, size_t *size)
{
	struct code c = { .unit = unit }, whole = { 0 };

	write_lines(&c, unit);
	for (int f = 0; f < unit->n_functions; f++)
		write_function(&c, unit, unit->functions[f]);
	put(&whole, (unsigned)c.n_strings);
	for (int i = 0; i < c.n_strings; i++) {
		for (const char *at = c.strings[i]; *at; at++)
			put_byte(&whole, (unsigned char)*at);
		put_byte(&whole, 0);
	}
	for (int i = 0; i < c.n; i++)
		put_byte(&whole, c.bytes[i]);
	free(c.bytes);
	free(c.strings);
	name_map_clear(&c.string_numbers);
	*size = (size_t)whole.n;
	return whole.bytes;
}

/* ---- reading ---- */

static void read_strings(struct code *c)
{
	int n = 0;
	const unsigned long long count = get(c);

	if (count > (unsigned long long)(c->end - c->at)) {
		c->has_failed = true;
		return;
	}
	c->strings = alloc_zeroed((count + 1) * sizeof *c->strings);
	while (n < (int)count && c->at < c->end) {
		const unsigned char *end = memchr(c->at, 0, c->end - c->at);

		if (!end)
			break;
		c->strings[n++] = lockprog_string((const char *)c->at);
		c->at = end + 1;
	}
	c->has_failed |= n != (int)count;
	c->n_strings = n;
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
	const unsigned long long size = get(c);

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
	read_strings(&c);
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
	    defines_each_once(function) && valid_function(function, &where, what, sizeof what))
		return true;
	lockprog_free_body(function);
	return false;
}
