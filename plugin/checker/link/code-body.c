/* code-body.c - the body of one function, as an object carries it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/code-body.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "link/words.h"
#include "lockprog/alloc.h"
#include "lockprog/table.h"
#include "runtime/rule.h"

/* Values that were named last, by how long ago; more would take more bytes. */
enum { RECENT = 120 };

struct body {
	struct code *c;
	struct lockprog_function *function;
	const struct lockprog_outline *outline;
	/* Values get their numbers in the order in which they are described; N_KNOWN have
	 * been.  When writing: the number of each, which may be described later. */
	int n_known, *numbers;
	/* When writing: an operation gives the value; messages may show its text. */
	bool *is_given, *is_shown;
	int n_recent, recent[RECENT];
	const char *callee;	/* of the call before */
	/* By expression: the type of the value before. */
	struct lockprog_type type_before[LOCKPROG_EXPRS];
};

/* ---- values ---- */

/* V is named: it is the most recent one. */
static void name_value(struct body *b, int v)
{
	int i = 0;

	while (i < b->n_recent && b->recent[i] != v)
		i++;
	if (i == b->n_recent && b->n_recent < RECENT)
		b->n_recent++;
	if (i == RECENT)
		i--;
	memmove(b->recent + 1, b->recent, i * sizeof *b->recent);
	b->recent[0] = v;
}

static int number_of(const struct body *b, int v)
{
	return b->c->reads ? v : b->numbers[v];
}

static bool is_known(const struct body *b, int v)
{
	return number_of(b, v) < b->n_known;
}

/* *V is described now. */
static void number_value(struct body *b, int *v)
{
	if (b->n_known == b->function->n_values) {
		b->c->has_failed = true;
		return;
	}
	if (b->c->reads)
		*v = b->n_known;
	else
		b->numbers[*v] = b->n_known;
	b->n_known++;
	name_value(b, *v);
}

static bool is_leaf(enum lockprog_expr expr)
{
	return expr == LOCKPROG_PARAM || expr == LOCKPROG_CONST || expr == LOCKPROG_OBJECT;
}

static bool has_operands(enum lockprog_expr expr)
{
	return expr == LOCKPROG_COPY || expr == LOCKPROG_LOAD || expr >= LOCKPROG_OPAQUE;
}

static bool has_two(enum lockprog_expr expr)
{
	return expr >= LOCKPROG_OPAQUE && expr != LOCKPROG_NOT && expr != LOCKPROG_NEG;
}

/* How the use of a value is given: by its place in the list of recent ones from
 * USE_RECENT on. */
enum { USE_NONE, USE_LEAF, USE_NUMBER, USE_RECENT };

static void code_expression(struct body *b, int v, int expr);

/* A value by its number; it may be described later. */
static void code_number_of(struct body *b, int *value)
{
	int number = b->c->reads ? 0 : number_of(b, *value);

	code_int(b->c, &number, 0, b->function->n_values - 1, b->n_known);
	if (b->c->reads)
		*value = number;
}

static int how_used(const struct body *b, int v)
{
	if (v < 0)
		return USE_NONE;
	for (int i = 0; i < b->n_recent; i++)
		if (b->recent[i] == v)
			return USE_RECENT + i;
	return !is_known(b, v) && !b->is_given[v] && is_leaf(b->function->values[v].expr)
		       ? USE_LEAF
		       : USE_NUMBER;
}

/* The use of a value, or -1.  A parameter, constant or variable is described where it is
 * used first. */
static void code_use(struct body *b, int *value)
{
	struct code *c = b->c;
	int how = c->reads ? USE_NONE : how_used(b, *value), expr;

	code_int(c, &how, USE_NONE, USE_RECENT + RECENT, USE_NONE);
	if (how == USE_LEAF) {
		number_value(b, value);
		expr = c->has_failed ? LOCKPROG_CONST : b->function->values[*value].expr;
		code_int(c, &expr, 0, LOCKPROG_EXPRS - 1, 0);
		c->has_failed |= !is_leaf((enum lockprog_expr)expr);
		if (!c->has_failed)
			code_expression(b, *value, expr);
	} else if (how == USE_NUMBER) {
		code_number_of(b, value);
		if (!c->has_failed)
			name_value(b, *value);
	} else if (how == USE_NONE) {
		*value = -1;
	} else if (how < USE_RECENT || how - USE_RECENT >= b->n_recent) {
		c->has_failed = true;
	} else {
		*value = b->recent[how - USE_RECENT];
		name_value(b, *value);
	}
	if (c->has_failed)
		*value = -1;
}

/* The use of a value that must be there. */
static void code_operand(struct body *b, int *value)
{
	code_use(b, value);
	b->c->has_failed |= *value < 0;
}

static void code_phi(struct body *b, struct lockprog_value *value, int block)
{
	struct code *c = b->c;

	code_count(c, &value->n_phi);
	code_room(c, &value->phi, value->n_phi, sizeof *value->phi);
	for (int i = 0; i < value->n_phi && !c->has_failed; i++) {
		code_int(c, &value->phi[i].block, 0, b->function->n_blocks - 1, block);
		code_use(b, &value->phi[i].value);
	}
}

/* The type that VALUE has most likely, whose operands are known. */
static struct lockprog_type likely_type(const struct body *b, const struct lockprog_value *value)
{
	static const struct lockprog_type truth = { .bits = 1 };

	if (value->expr >= LOCKPROG_EQ)
		return truth;
	if (value->expr >= LOCKPROG_ADD && value->a >= 0 && is_known(b, value->a))
		return b->function->values[value->a].type;
	return b->type_before[value->expr];
}

/* What value V is: its expression is EXPR. */
static void code_expression(struct body *b, int v, int expr)
{
	struct code *c = b->c;
	struct lockprog_value *value = &b->function->values[v];
	const char *none = NULL;
	struct lockprog_type likely;

	if (c->reads) {
		value->expr = (enum lockprog_expr)expr;
		value->used = true;
		value->a = value->b = value->object = value->class_ = -1;
	}
	if (c->reads || b->is_shown[v])
		code_string(c, &value->text);
	else
		code_string(c, &none);
	if (has_operands(value->expr)) {
		if (value->expr == LOCKPROG_OPAQUE) {
			code_name(c, &value->op);
			code_use(b, &value->a);
			code_use(b, &value->b);
		} else {
			code_operand(b, &value->a);
			if (has_two(value->expr))
				code_operand(b, &value->b);
		}
	}
	if (value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_PARAM)
		code_number(c, &value->constant);
	if (c->reads && value->expr == LOCKPROG_PARAM &&
	    (value->constant < 0 || value->constant >= b->function->n_params))
		c->has_failed = true;
	if (value->expr == LOCKPROG_OBJECT)
		code_object(c, &value->object);
	if (value->expr == LOCKPROG_LOAD)
		code_class(c, &value->class_, 0);
	likely = likely_type(b, value);
	code_type(c, &value->type, &likely, 1);
	b->type_before[value->expr] = value->type;
}

/* Values that nothing in the blocks describes. */
static void code_other_values(struct body *b)
{
	for (int k = 0; b->n_known < b->function->n_values && !b->c->has_failed; k++) {
		int v = k, expr = b->function->values[v].expr;

		if (!b->c->reads && is_known(b, k))
			continue;
		number_value(b, &v);
		code_int(b->c, &expr, 0, LOCKPROG_EXPRS - 1, 0);
		if (!b->c->has_failed)
			code_expression(b, v, expr);
		if (!b->c->has_failed && expr == LOCKPROG_PHI)
			code_phi(b, &b->function->values[v], 0);
	}
}

/* The value that a call or a DDI gives, or -1. */
static void code_result(struct body *b, int *value)
{
	bool has = *value >= 0;

	code_bool(b->c, &has);
	if (!has) {
		*value = -1;
		return;
	}
	number_value(b, value);
	if (!b->c->has_failed) {
		code_expression(b, *value, LOCKPROG_UNKNOWN);
		code_bool(b->c, &b->function->values[*value].used);
	}
}

/* ---- operations ---- */

void code_ddi(struct code *c, const struct spinrule_ddi **ddi)
{
	const char *name = c->reads ? NULL : table_name(*ddi);

	code_name(c, &name);
	if (c->reads) {
		*ddi = table_find(name);
		c->has_failed |= !*ddi;
	}
}

/* How a callee is given: by its place among those of the outline from CALLEE_LISTED
 * on. */
enum { CALLEE_SAME, CALLEE_OTHER, CALLEE_LISTED };

static void code_callee(struct body *b, const char **name)
{
	struct code *c = b->c;
	int how = CALLEE_OTHER;

	if (!c->reads && b->callee == *name)
		how = CALLEE_SAME;
	for (int i = 0; !c->reads && how == CALLEE_OTHER && i < b->outline->n_calls; i++)
		if (b->outline->calls[i] == *name)
			how = CALLEE_LISTED + i;
	code_int(c, &how, 0, INT_MAX, 0);
	if (how == CALLEE_OTHER)
		code_name(c, name);
	else if (how == CALLEE_SAME)
		*name = b->callee;
	else if (how - CALLEE_LISTED < b->outline->n_calls)
		*name = b->outline->calls[how - CALLEE_LISTED];
	else
		c->has_failed = true;
	c->has_failed |= !*name;
	b->callee = *name;
}

/* True if OP may hold unless its callee is seen, and TEXT names that callee. */
static bool is_conditional(enum lockprog_op_kind kind)
{
	switch (kind) {
	case LOCKPROG_DEFINE:
	case LOCKPROG_STORE:
	case LOCKPROG_CLOBBER:
		return true;
	case LOCKPROG_LOCKOP:
	case LOCKPROG_CALL:
	case LOCKPROG_ASSUME:
	case LOCKPROG_PROMISE:
		break;
	}
	return false;
}

static void code_define(struct body *b, struct lockprog_op *op, int block, int expr)
{
	number_value(b, &op->value);
	if (b->c->has_failed)
		return;
	code_expression(b, op->value, expr);
	if (expr == LOCKPROG_PHI && !b->c->has_failed)
		code_phi(b, &b->function->values[op->value], block);
}

static void code_call(struct body *b, struct lockprog_op *op)
{
	struct code *c = b->c;
	long long locks = (long long)op->lock_args;
	bool has_type = op->type, has_locks = locks, has_targets = op->n_targets;
	bool *const flags[] = { &op->is_system, &has_type, &has_locks, &has_targets };

	code_flags(c, flags, sizeof flags / sizeof *flags);
	code_callee(b, &op->text);
	if (has_type)
		code_name(c, &op->type);
	if (has_locks) {
		code_number(c, &locks);
		op->lock_args = (unsigned long long)locks;
		code_class(c, &op->class_, -1);
	}
	if (has_targets)
		code_count(c, &op->n_targets);
	code_room(c, &op->targets, op->n_targets, sizeof *op->targets);
	for (int i = 0; i < op->n_targets && !c->has_failed; i++) {
		code_name(c, &op->targets[i].name);
		if (c->reads)
			op->targets[i].function = -1;
	}
	code_count(c, &op->n_args);
	code_room(c, &op->args, op->n_args, sizeof *op->args);
	for (int i = 0; i < op->n_args && !c->has_failed; i++)
		code_use(b, &op->args[i]);
	code_result(b, &op->value);
}

/* What is first in the code of an operation, or of the end of a block. */
enum {
	HEAD_OP = LOCKPROG_EXPRS,		/* and its kind; below: DEFINE, its expression */
	HEAD_END = HEAD_OP + LOCKPROG_PROMISE + 1,	/* and the kind of exit */
	HEADS = HEAD_END + LOCKPROG_RETURN + 1,
	HEAD_UNLESS_SEEN = 64			/* added */
};

_Static_assert((int)HEADS <= HEAD_UNLESS_SEEN, "a head has six bits");

static int head_of(const struct body *b, const struct lockprog_op *op)
{
	return (op->kind == LOCKPROG_DEFINE ? (int)b->function->values[op->value].expr
					    : HEAD_OP + (int)op->kind) +
	       (op->unless_seen ? HEAD_UNLESS_SEEN : 0);
}

/* An operation of BLOCK that begins with HEAD. */
static void code_op(struct body *b, struct lockprog_op *op, int block, int head)
{
	struct code *c = b->c;
	int promise = op->promise;

	if (c->reads) {
		op->value = op->address = op->class_ = op->handle = op->irql = op->callee = -1;
		op->unless_seen = head & HEAD_UNLESS_SEEN;
		head &= ~HEAD_UNLESS_SEEN;
		op->kind = head < HEAD_OP ? LOCKPROG_DEFINE
					  : (enum lockprog_op_kind)(head - HEAD_OP);
	}
	if (op->unless_seen && is_conditional(op->kind))
		code_callee(b, &op->text);
	if (op->kind == LOCKPROG_DEFINE) {
		code_define(b, op, block, head & ~HEAD_UNLESS_SEEN);
		return;
	}
	/* Messages show no place of what only changes memory. */
	if (op->kind != LOCKPROG_STORE && op->kind != LOCKPROG_CLOBBER)
		code_place(c, &op->place);
	switch (op->kind) {
	case LOCKPROG_DEFINE:
		break;
	case LOCKPROG_STORE:
		code_operand(b, &op->address);
		code_use(b, &op->value);
		code_class(c, &op->class_, -1);
		break;
	case LOCKPROG_CLOBBER:
		code_class(c, &op->class_, -1);
		break;
	case LOCKPROG_ASSUME:
		code_room(c, &op->args, 1, sizeof *op->args);
		op->n_args = 1;
		code_operand(b, &op->args[0]);
		break;
	case LOCKPROG_CALL:
		c->has_failed |= op->unless_seen;
		code_call(b, op);
		break;
	case LOCKPROG_PROMISE:
		c->has_failed |= op->unless_seen;
		code_int(c, &promise, 0, LOCKPROG_PROMISES - 1, 0);
		op->promise = (enum lockprog_promise)promise;
		code_bool(c, &op->is_held);
		break;
	case LOCKPROG_LOCKOP:
		code_ddi(c, &op->ddi);
		break;
	}
	if (op->kind == LOCKPROG_LOCKOP || op->kind == LOCKPROG_PROMISE) {
		code_name(c, &op->text);
		code_string(c, &op->written);
		code_string(c, &op->level);
		code_use(b, &op->address);
		code_class(c, &op->class_, -1);
		code_use(b, &op->handle);
		code_use(b, &op->irql);
		c->has_failed |= op->unless_seen && !op->written;
	}
	if (op->kind == LOCKPROG_LOCKOP)
		code_result(b, &op->value);
}

/* ---- blocks ---- */

static void code_edge(struct body *b, const struct lockprog_block *block, int from,
		      struct lockprog_edge *edge)
{
	struct code *c = b->c;

	code_int(c, &edge->block, 0, b->function->n_blocks - 1, from + 1);
	if (block->exit != LOCKPROG_SWITCH)
		return;
	code_bool(c, &edge->is_default);
	code_count(c, &edge->n_ranges);
	code_room(c, &edge->ranges, edge->n_ranges, sizeof *edge->ranges);
	for (int i = 0; i < edge->n_ranges && !c->has_failed; i++) {
		long long width = edge->ranges[i].high - edge->ranges[i].low;

		code_number(c, &edge->ranges[i].low);
		code_number(c, &width);
		edge->ranges[i].high = (long long)((unsigned long long)edge->ranges[i].low +
						   (unsigned long long)width);
	}
}

/* The exit of BLOCK, number FROM, whose kind is known. */
static void code_exit(struct body *b, struct lockprog_block *block, int from)
{
	struct code *c = b->c;

	if (c->reads)
		block->value = -1;
	if (block->exit == LOCKPROG_IF || block->exit == LOCKPROG_SWITCH)
		code_operand(b, &block->value);
	else if (block->exit == LOCKPROG_RETURN)
		code_use(b, &block->value);
	if (block->exit >= LOCKPROG_IF)
		code_place(c, &block->place);
	if (c->reads)
		block->n_succ = block->exit == LOCKPROG_IF ? 2 : 0;
	if (block->exit == LOCKPROG_GOTO)
		code_int(c, &block->n_succ, 0, 1, 0);
	if (block->exit == LOCKPROG_CHOICE || block->exit == LOCKPROG_SWITCH) {
		code_count(c, &block->n_succ);
		c->has_failed |= c->reads && !block->n_succ;
	}
	code_room(c, &block->succ, block->n_succ, sizeof *block->succ);
	for (int i = 0; i < block->n_succ && !c->has_failed; i++)
		code_edge(b, block, from, &block->succ[i]);
}

static void write_block(struct body *b, struct lockprog_block *block, int number)
{
	int head;

	for (int i = 0; i < block->n_ops; i++) {
		head = head_of(b, &block->ops[i]);
		code_int(b->c, &head, 0, INT_MAX, 0);
		code_op(b, &block->ops[i], number, head);
	}
	head = HEAD_END + (int)block->exit;
	code_int(b->c, &head, 0, INT_MAX, 0);
	code_exit(b, block, number);
}

static void read_block(struct body *b, struct lockprog_block *block, int number)
{
	while (!b->c->has_failed) {
		int head;

		code_int(b->c, &head, 0, HEAD_UNLESS_SEEN + HEADS - 1, 0);
		if (b->c->has_failed)
			return;
		if (head >= HEAD_END && head < HEADS) {
			block->exit = (enum lockprog_exit_kind)(head - HEAD_END);
			code_exit(b, block, number);
			return;
		}
		if ((head & ~HEAD_UNLESS_SEEN) >= HEAD_END ||
		    (head & ~HEAD_UNLESS_SEEN) == HEAD_OP + LOCKPROG_DEFINE) {
			b->c->has_failed = true;
			return;
		}
		block->ops = alloc_grow(block->ops, block->n_ops, &block->max_ops,
					sizeof *block->ops);
		block->ops[block->n_ops] = (struct lockprog_op){ 0 };
		code_op(b, &block->ops[block->n_ops++], number, head);
	}
}

/* Note which values operations of FUNCTION give. */
static void find_given(const struct lockprog_function *function, bool *is_given)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->value >= 0 && op->kind != LOCKPROG_STORE)
				is_given[op->value] = true;
		}
}

static void code_parts(struct body *b)
{
	struct code *c = b->c;

	b->n_known = b->n_recent = 0;
	b->callee = NULL;
	memset(b->type_before, 0, sizeof b->type_before);
	c->place = b->function->place;
	for (int i = 0; i < b->function->n_blocks && !c->has_failed; i++) {
		if (c->reads)
			read_block(b, &b->function->blocks[i], i);
		else
			write_block(b, &b->function->blocks[i], i);
	}
	code_use(b, &b->function->cancel_irql);
	code_other_values(b);
}

static void read_body(struct body *b)
{
	for (int i = 0; i < b->function->n_blocks; i++)
		b->function->blocks[i].name = lockprog_block_name(i);
	code_parts(b);
}

static void write_body(struct body *b)
{
	struct code *c = b->c, rehearsal = { .unit = c->unit };

	b->is_given = alloc_zeroed((size_t)b->function->n_values + 1);
	b->numbers = alloc_zeroed(((size_t)b->function->n_values + 1) * sizeof *b->numbers);
	b->is_shown = words_find(b->function);
	find_given(b->function, b->is_given);
	for (int v = 0; v < b->function->n_values; v++)
		b->numbers[v] = INT_MAX;
	/* Which number a value has that is described behind its use. */
	b->c = &rehearsal;
	code_parts(b);
	code_drop(&rehearsal);
	b->c = c;
	code_parts(b);
	free(b->is_given);
	free(b->numbers);
	free(b->is_shown);
}

void code_body(struct code *c, struct lockprog_function *function,
	       const struct lockprog_outline *outline)
{
	struct body b = { .c = c, .function = function, .outline = outline };

	code_count(c, &function->n_values);
	code_count(c, &function->n_blocks);
	code_room(c, &function->values, function->n_values, sizeof *function->values);
	code_room(c, &function->blocks, function->n_blocks, sizeof *function->blocks);
	if (c->reads)
		read_body(&b);
	else
		write_body(&b);
}

bool code_defines_each_once(const struct lockprog_function *function)
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
