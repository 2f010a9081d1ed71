/* words.c - which values of a function messages may show.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/words.h"

#include "lockprog/alloc.h"

/* Mark V, and what it is computed from by operators: lockprog_describe_edge puts their
 * words together. */
static void mark(const struct lockprog_function *function, int v, bool *is_shown)
{
	while (v >= 0 && !is_shown[v]) {
		const struct lockprog_value *value = &function->values[v];

		is_shown[v] = true;
		if (value->expr != LOCKPROG_COPY && !lockprog_operator(value->expr))
			return;
		if (value->b >= 0)
			mark(function, value->b, is_shown);
		v = value->a;
	}
}

static void mark_op(const struct lockprog_function *function, const struct lockprog_op *op,
		    bool *is_shown)
{
	switch (op->kind) {
	case LOCKPROG_CALL:
	case LOCKPROG_ASSUME:
		for (int i = 0; i < op->n_args; i++)
			mark(function, op->args[i], is_shown);
		break;
	case LOCKPROG_LOCKOP:
	case LOCKPROG_PROMISE:
		mark(function, op->address, is_shown);
		mark(function, op->handle, is_shown);
		mark(function, op->irql, is_shown);
		break;
	case LOCKPROG_DEFINE:
	case LOCKPROG_STORE:
	case LOCKPROG_CLOBBER:
		break;
	}
}

bool *words_find(const struct lockprog_function *function)
{
	bool *is_shown = alloc_zeroed((size_t)function->n_values + 1);

	for (int v = 0; v < function->n_values; v++)
		is_shown[v] = function->values[v].expr == LOCKPROG_PARAM;
	for (int b = 0; b < function->n_blocks; b++) {
		const struct lockprog_block *block = &function->blocks[b];

		for (int i = 0; i < block->n_ops; i++)
			mark_op(function, &block->ops[i], is_shown);
		if (block->exit == LOCKPROG_IF || block->exit == LOCKPROG_SWITCH)
			mark(function, block->value, is_shown);
	}
	return is_shown;
}
