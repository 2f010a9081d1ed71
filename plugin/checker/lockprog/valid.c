/* valid.c - checks the definitions and uses of values in a function that was read.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/valid.h"

#include <stdarg.h>
#include <stdlib.h>

#include "lockprog/alloc.h"
#include "lockprog/order.h"

/* Where a value is defined: operation OP of BLOCK.  Parameters, constants and objects
 * have no such place: -1. */
struct definition { int block, op; };

struct validation {
	const struct lockprog_function *function;
	struct definition *definitions;		/* of each value */
	int n_reached, *order, *rank, *dominators;
	struct lockprog_place *where;
	char *what;
	int size;
	bool has_failed;
};

static void __attribute__((format(printf, 3, 4)))
fail(struct validation *v, struct lockprog_place where, const char *format, ...)
{
	va_list list;

	if (v->has_failed)
		return;
	v->has_failed = true;
	*v->where = where;
	va_start(list, format);
	vsnprintf(v->what, v->size, format, list);
	va_end(list);
}

static void find_definitions(struct validation *v)
{
	const struct lockprog_function *function = v->function;

	for (int value = 0; value < function->n_values; value++)
		v->definitions[value] = (struct definition){ -1, -1 };
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind != LOCKPROG_STORE && op->value >= 0)
				v->definitions[op->value] = (struct definition){ b, i };
		}
}

/* True if a path leads from the end of block FROM to the start of block TO. */
static bool leads_to(const struct lockprog_function *function, int from, int to)
{
	bool *seen = alloc_zeroed(function->n_blocks + 1);
	int *pending = alloc_zeroed((function->n_blocks + 1) * sizeof *pending), n = 0;

	pending[n++] = from;
	while (n && !seen[to]) {
		const struct lockprog_block *block = &function->blocks[pending[--n]];

		for (int s = 0; s < block->n_succ; s++)
			if (!seen[block->succ[s].block]) {
				seen[block->succ[s].block] = true;
				pending[n++] = block->succ[s].block;
			}
	}
	n = seen[to];
	free(seen);
	free(pending);
	return n;
}

/* VALUE is used by operation OP of BLOCK, or after its last one, at PLACE. */
static void check_use(struct validation *v, int value, int block, int op,
		      struct lockprog_place place)
{
	struct definition at;

	if (value < 0)
		return;
	at = v->definitions[value];
	if (at.block < 0 || v->rank[block] < 0)
		return;
	if (at.block == block ? at.op < op
			      : v->rank[at.block] >= 0 &&
					order_dominates(v->dominators, v->rank, at.block, block))
		return;
	if (at.block != block && leads_to(v->function, at.block, block))
		return;
	fail(v, place, "'%s' is used in block %s before it is defined",
	     v->function->values[value].name, v->function->blocks[block].name);
}

static bool has_edge(const struct lockprog_function *function, int from, int to)
{
	for (int s = 0; s < function->blocks[from].n_succ; s++)
		if (function->blocks[from].succ[s].block == to)
			return true;
	return false;
}

/* Check a PHI: an argument is used at the end of the block that it comes from. */
static void check_phi(struct validation *v, int block, int op)
{
	const struct lockprog_function *function = v->function;
	const struct lockprog_op *at = &function->blocks[block].ops[op];
	const struct lockprog_value *phi = &function->values[at->value];

	for (int i = 0; i < phi->n_phi; i++) {
		int from = phi->phi[i].block;

		if (!has_edge(function, from, block))
			fail(v, at->place,
			     "block %s does not lead to block %s, where '%s' is a phi",
			     function->blocks[from].name, function->blocks[block].name, phi->name);
		check_use(v, phi->phi[i].value, from, function->blocks[from].n_ops, at->place);
	}
	if (op > 0) {
		const struct lockprog_op *before = &function->blocks[block].ops[op - 1];

		if (before->kind != LOCKPROG_DEFINE ||
		    function->values[before->value].expr != LOCKPROG_PHI)
			fail(v, at->place,
			     "'%s' is a phi, and stands after other operations of block %s",
			     phi->name, function->blocks[block].name);
	}
}

static void check_op(struct validation *v, int block, int i)
{
	const struct lockprog_function *function = v->function;
	const struct lockprog_op *op = &function->blocks[block].ops[i];

	if (op->kind == LOCKPROG_DEFINE) {
		const struct lockprog_value *value = &function->values[op->value];

		if (value->expr == LOCKPROG_PHI)
			check_phi(v, block, i);
		check_use(v, value->a, block, i, op->place);
		check_use(v, value->b, block, i, op->place);
	}
	if (op->kind == LOCKPROG_STORE)
		check_use(v, op->value, block, i, op->place);
	check_use(v, op->address, block, i, op->place);
	check_use(v, op->handle, block, i, op->place);
	check_use(v, op->irql, block, i, op->place);
	for (int k = 0; k < op->n_args; k++)
		check_use(v, op->args[k], block, i, op->place);
}

/* ---- switches ---- */

/* Map CONSTANT to COMPARED, ordered as the value's type orders it; false if it does not
 * fit the type. */
static bool fits(struct lockprog_type type, long long constant, unsigned long long *compared)
{
	unsigned long long sign = 1ull << (type.bits - 1), bits = (unsigned long long)constant;

	if (type.is_signed) {
		/* The lowest value of the type becomes 0. */
		*compared = bits + sign;
		return type.bits == 64 || *compared < 2 * sign;
	}
	*compared = bits;
	return type.bits == 64 || bits < 2 * sign;
}

static void check_switch(struct validation *v, const struct lockprog_block *block)
{
	const struct lockprog_value *value = &v->function->values[block->value];

	for (int s = 0; s < block->n_succ; s++)
		for (int i = 0; i < block->succ[s].n_ranges; i++) {
			struct lockprog_range range = block->succ[s].ranges[i];
			unsigned long long low, high;
			bool low_fits = fits(value->type, range.low, &low),
			     high_fits = fits(value->type, range.high, &high);

			if (!low_fits || !high_fits || low > high)
				fail(v, block->place, "'%s' has no values %lld..%lld", value->name,
				     range.low, range.high);
		}
}

/* ---- circles ---- */

/* True if VALUE depends on a value on the current chain; the search stops at PHIs.
 * STATE: 0 not visited, 1 on the chain, 2 done. */
static bool is_in_circle(const struct lockprog_function *function, int value, char *state,
			 int *stack)
{
	int n = 0;

	stack[n++] = value;
	while (n) {
		const struct lockprog_value *at = &function->values[stack[n - 1]];
		int parts[] = { at->a, at->b }, next = -1;

		state[stack[n - 1]] = 1;
		for (int i = 0; i < 2 && next < 0 && at->expr != LOCKPROG_PHI; i++) {
			if (parts[i] >= 0 && state[parts[i]] == 1)
				return true;
			if (parts[i] >= 0 && !state[parts[i]])
				next = parts[i];
		}
		if (next >= 0)
			stack[n++] = next;
		else
			state[stack[--n]] = 2;
	}
	return false;
}

/* In unreached blocks each use has a definition before it, but definitions may form a
 * circle. */
static void check_circles(struct validation *v)
{
	const struct lockprog_function *function = v->function;
	char *state = alloc_zeroed(function->n_values + 1);
	int *stack = alloc_zeroed((function->n_values + 1) * sizeof *stack);

	for (int value = 0; value < function->n_values && !v->has_failed; value++)
		if (!state[value] && is_in_circle(function, value, state, stack)) {
			struct definition at = v->definitions[value];

			fail(v,
			     at.block >= 0 ? function->blocks[at.block].ops[at.op].place
					   : function->place,
			     "'%s' is defined by itself", function->values[value].name);
		}
	free(state);
	free(stack);
}

bool valid_function(const struct lockprog_function *function, struct lockprog_place *where,
		    char *what, int size)
{
	struct validation v = { .function = function, .where = where, .what = what, .size = size };

	v.definitions = alloc_zeroed((function->n_values + 1) * sizeof *v.definitions);
	v.order = alloc_zeroed((function->n_blocks + 1) * sizeof *v.order);
	v.rank = alloc_zeroed((function->n_blocks + 1) * sizeof *v.rank);
	v.n_reached = order_find(function, v.order, v.rank);
	v.dominators = order_dominators(function, v.order, v.rank, v.n_reached);
	find_definitions(&v);
	for (int b = 0; b < function->n_blocks && !v.has_failed; b++) {
		const struct lockprog_block *block = &function->blocks[b];

		for (int i = 0; i < block->n_ops; i++)
			check_op(&v, b, i);
		check_use(&v, block->value, b, block->n_ops, block->place);
		if (block->exit == LOCKPROG_SWITCH)
			check_switch(&v, block);
	}
	if (function->n_blocks)
		check_use(&v, function->cancel_irql, 0, function->blocks[0].n_ops, function->place);
	check_circles(&v);
	free(v.definitions);
	free(v.order);
	free(v.rank);
	free(v.dominators);
	return !v.has_failed;
}
