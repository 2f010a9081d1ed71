/* code-body.c - the body of one function, as an object carries it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/code-body.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/table.h"
#include "lockprog/alloc.h"
#include "runtime/rule.h"

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
	code_room(c, &value->phi, value->n_phi, sizeof *value->phi);
	for (int i = 0; i < value->n_phi && !c->has_failed; i++) {
		code_int(c, &value->phi[i].block, 0, function->n_blocks - 1, 0);
		code_use(c, function, &value->phi[i].value, v);
	}
}

void code_ddi(struct code *c, const struct spinrule_ddi **ddi)
{
	const char *name = c->reads ? NULL : table_name(*ddi);

	code_name(c, &name);
	if (c->reads) {
		*ddi = table_find(name);
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
	if (locks)
		code_class(c, &op->class_, -1);
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
		code_use(c, function, &op->args[i], near);
}

/* True if OP may hold unless its callee is seen, and names that callee. */
static bool is_conditional(const struct lockprog_op *op)
{
	switch (op->kind) {
	case LOCKPROG_DEFINE:
	case LOCKPROG_STORE:
	case LOCKPROG_CLOBBER:
		return op->text != NULL;
	case LOCKPROG_LOCKOP:
		return op->written != NULL;
	case LOCKPROG_CALL:
	case LOCKPROG_ASSUME:
	case LOCKPROG_PROMISE:
		break;
	}
	return false;
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
			code_name(c, &op->text);
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
		code_room(c, &op->args, 1, sizeof *op->args);
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
		code_string(c, &op->level);
		code_use(c, function, &op->address, *last);
		code_class(c, &op->class_, -1);
		code_use(c, function, &op->handle, *last);
		code_use(c, function, &op->irql, *last);
		c->has_failed |= c->reads && !op->text;
	}
	c->has_failed |= c->reads && op->unless_seen && !is_conditional(op);
}

static void code_edge(struct code *c, const struct lockprog_function *function,
		      const struct lockprog_block *block, int b, struct lockprog_edge *edge)
{
	code_int(c, &edge->block, 0, function->n_blocks - 1, b + 1);
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

static void code_block(struct code *c, struct lockprog_function *function, int b, int *last)
{
	struct lockprog_block *block = &function->blocks[b];
	int exit = block->exit;

	code_int(c, &exit, 0, LOCKPROG_RETURN, 0);
	block->exit = (enum lockprog_exit_kind)exit;
	code_count(c, &block->n_ops);
	code_room(c, &block->ops, block->n_ops, sizeof *block->ops);
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
	code_room(c, &block->succ, block->n_succ, sizeof *block->succ);
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

void code_body(struct code *c, struct lockprog_function *function)
{
	int last = -1;

	c->place = function->place;
	code_count(c, &function->n_values);
	code_count(c, &function->n_blocks);
	code_room(c, &function->values, function->n_values, sizeof *function->values);
	code_room(c, &function->blocks, function->n_blocks, sizeof *function->blocks);
	if (c->reads)
		name_blocks(function);
	for (int v = 0; v < function->n_values && !c->has_failed; v++)
		code_value(c, function, v);
	for (int b = 0; b < function->n_blocks && !c->has_failed; b++)
		code_block(c, function, b, &last);
	code_use(c, function, &function->cancel_irql, -1);
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
