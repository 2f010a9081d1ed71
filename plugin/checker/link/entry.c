/* entry.c - the lock that a callback is entered with, where another file knows it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/entry.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

struct copying {
	struct lockprog_function *to;
	const struct lockprog_function *from;
	int *values;	/* of each of FROM the one in TO, -1: not copied yet */
};

/* The first parameter, where a role names its lock. */
static const char current[] = "_Curr_";

/* TEXT with the name of FUNCTION's first parameter in place of _Curr_. */
static const char *with_parameter(const struct lockprog_function *function, const char *text)
{
	const char *at = text ? strstr(text, current) : NULL, *name = NULL;
	char *made;

	for (int v = 0; v < function->n_values && !name; v++)
		if (function->values[v].expr == LOCKPROG_PARAM && !function->values[v].constant)
			name = function->values[v].text;
	if (!at || !name)
		return text;
	made = alloc_text("%.*s%s%s", (int)(at - text), text, name,
			  with_parameter(function, at + sizeof current - 1));
	text = lockprog_string(made);
	free(made);
	return text;
}

/* The parameter of FUNCTION that VALUE, of the statement, is; -1: it does not use it. */
static int parameter_value(const struct lockprog_function *function,
			   const struct lockprog_value *value)
{
	for (int v = 0; v < function->n_values; v++)
		if (function->values[v].expr == LOCKPROG_PARAM &&
		    function->values[v].constant == value->constant &&
		    function->values[v].type.bits == value->type.bits)
			return v;
	return -1;
}

/* The copy of value V.  Its operands were copied before. */
static int copy_of(struct copying *c, int v)
{
	const struct lockprog_value *value;
	int copy = -1;

	if (v < 0 || c->values[v] >= 0)
		return v < 0 ? v : c->values[v];
	value = &c->from->values[v];
	if (value->expr == LOCKPROG_PARAM)
		copy = parameter_value(c->to, value);
	if (copy < 0) {
		const int a = value->a >= 0 ? c->values[value->a] : -1,
			  b = value->b >= 0 ? c->values[value->b] : -1;

		copy = lockprog_add_value(c->to, NULL, NULL, value->type, value->expr, a, b);
		c->to->values[copy].constant = value->constant;
		c->to->values[copy].object = value->object;
		c->to->values[copy].class_ = value->class_;
		c->to->values[copy].op = value->op;
		if (value->expr == LOCKPROG_PARAM && value->constant >= c->to->n_params)
			c->to->n_params = (int)value->constant + 1;
	}
	return c->values[v] = copy;
}

/* Put copies of operations FIRST up to END of the statement, which hold at PLACE, before
 * operation AT of BLOCK. */
static void copy_ops(struct copying *c, int first, int end, int block, int at,
		     struct lockprog_place place)
{
	const int n_before = c->to->blocks[block].n_ops;
	int n;

	for (int i = first; i < end; i++) {
		const struct lockprog_op *op = &c->from->blocks[0].ops[i];
		struct lockprog_op *copy;

		if (op->kind != LOCKPROG_DEFINE && op->kind != LOCKPROG_PROMISE)
			continue;
		if (op->kind == LOCKPROG_DEFINE) {
			copy_of(c, c->from->values[op->value].a);
			copy_of(c, c->from->values[op->value].b);
			c->values[op->value] = -1;
		}
		copy = lockprog_add_op(c->to, block, op->kind, place);
		*copy = *op;
		copy->place = place;
		copy->value = copy_of(c, op->value);
		copy->address = copy_of(c, op->address);
		copy->handle = copy_of(c, op->handle);
		copy->irql = copy_of(c, op->irql);
		if (op->kind == LOCKPROG_PROMISE)
			copy->text = with_parameter(c->to, op->text);
	}
	/* From the end to where they belong. */
	struct lockprog_block *to = &c->to->blocks[block];

	n = to->n_ops - n_before;
	if (n && at < n_before) {
		struct lockprog_op *copies = alloc_copy(to->ops + n_before, n, sizeof *copies);

		memmove(to->ops + at + n, to->ops + at, (n_before - at) * sizeof *copies);
		memcpy(to->ops + at, copies, n * sizeof *copies);
		free(copies);
	}
}

static void go_to(struct lockprog_function *function, int from, int to)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int s = 0; s < function->blocks[b].n_succ; s++)
			if (function->blocks[b].succ[s].block == from)
				function->blocks[b].succ[s].block = to;
	for (int v = 0; v < function->n_values; v++)
		for (int i = 0; i < function->values[v].n_phi; i++)
			if (function->values[v].phi[i].block == from)
				function->values[v].phi[i].block = to;
}

/* See to it that no edge leads to the first block of FUNCTION. */
static void make_entry_alone(struct lockprog_function *function)
{
	bool is_entered = false;

	for (int b = 0; b < function->n_blocks; b++)
		for (int s = 0; s < function->blocks[b].n_succ; s++)
			is_entered |= function->blocks[b].succ[s].block == 0;
	if (!is_entered)
		return;
	const int moved = lockprog_add_block(function);
	const struct lockprog_block empty = function->blocks[moved];

	function->blocks[moved] = function->blocks[0];
	function->blocks[moved].name = empty.name;
	function->blocks[0] = empty;
	function->blocks[0].name = lockprog_string("b0");
	go_to(function, 0, moved);
	lockprog_add_edge(function, 0, moved);
}

void entry_state(struct lockprog_function *function, const struct lockprog_function *entry)
{
	struct copying c = { .to = function, .from = entry };
	int n_entry = 0, n;

	if (entry->n_blocks != 1 || !function->n_blocks)
		return;
	n = entry->blocks[0].n_ops;
	for (int i = 0; i < n; i++) {
		const struct lockprog_op *op = &entry->blocks[0].ops[i];

		if (op->kind == LOCKPROG_PROMISE && op->promise != LOCKPROG_RETURNS)
			n_entry = i + 1;
	}
	c.values = alloc_zeroed((entry->n_values + 1) * sizeof *c.values);
	for (int v = 0; v < entry->n_values; v++)
		c.values[v] = -1;
	make_entry_alone(function);
	copy_ops(&c, 0, n_entry, 0, 0, function->place);
	for (int b = 0; b < function->n_blocks; b++)
		if (function->blocks[b].exit == LOCKPROG_RETURN)
			copy_ops(&c, n_entry, n, b, function->blocks[b].n_ops,
				 function->blocks[b].place);
	free(c.values);
}
