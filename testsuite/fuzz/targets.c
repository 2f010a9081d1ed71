/* targets.c - what is done to locks by the functions that a call through a pointer may lead to.
 *
 * SPDX-License-Identifier: MIT
 */

#include "targets.h"

#include "../../runtime/rule.h"

/* What FUNCTION, or what it calls, does to locks first, or SPINRULE_OPS. */
static enum spinrule_op first_lockop(const struct lockprog_unit *unit, const struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_LOCKOP)
				return op->ddi->op;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0)
				return first_lockop(unit, unit->functions[op->callee]);
		}
	return SPINRULE_OPS;
}

enum targets targets_of(const struct lockprog_unit *unit, const struct lockprog_op *op)
{
	const enum spinrule_op first = first_lockop(unit, unit->functions[op->targets[0].function]);

	for (int t = 1; t < op->n_targets; t++)
		if (first_lockop(unit, unit->functions[op->targets[t].function]) != first)
			return TARGETS_DIFFER;
	return first == SPINRULE_OPS ? TARGETS_NO_LOCKS : TARGETS_ALIKE;
}
