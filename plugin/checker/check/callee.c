/* callee.c - where the functions that a path calls do what its events say.
 *
 * The checker's summaries do not keep operations.  Where a function has one operation
 * that can be meant, that is it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/callee.h"

#include <stdio.h>

/* Functions to search for one event: longer chains of calls do not help a reader. */
enum { CALLEE_MAX_SEARCHED = 1000 };

static bool does(const struct lockprog_op *op, bool acquires)
{
	if (op->kind != LOCKPROG_LOCKOP)
		return false;
	if (acquires)
		return op->ddi->op == SPINRULE_OP_ACQUIRE || op->ddi->op == SPINRULE_OP_TRY;
	return op->ddi->op == SPINRULE_OP_RELEASE;
}

/* Find the one operation that function number F does itself, or that functions which it
 * calls do.  Returns the number of steps; -1 if there are several, or the search is over
 * its BUDGET. */
static int find_in(const struct callee_unit *unit, int f, bool acquires,
		   struct callee_step *steps, int depth, int *budget)
{
	const struct lockprog_function *function = unit->unit->functions[f];
	int n = 0;

	if (depth == CALLEE_MAX_STEPS)
		return 0;
	if (--*budget < 0)
		return -1;
	if (unit->load)
		unit->load(unit->context, f);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			struct callee_step below[CALLEE_MAX_STEPS];
			int n_below = 0;

			if (does(op, acquires))
				n_below = 1;
			else if (op->kind == LOCKPROG_CALL && op->callee >= 0 && op->callee != f)
				n_below = find_in(unit, op->callee, acquires, below + 1,
						  depth + 1, budget);
			if (n_below == 0)
				continue;
			if (n_below < 0 || n > 0)
				return -1;
			below[0] = (struct callee_step){ f, op };
			n = op->kind == LOCKPROG_CALL ? n_below + 1 : 1;
			for (int k = 0; k < n; k++)
				steps[k] = below[k];
		}
	return n;
}

/* True if EVENT of VIOLATION is about what a call does, and whether that acquires. */
static bool is_of_call(const struct check_violation *violation, const struct path_event *event,
		       bool *acquires)
{
	if (event->kind == EVENT_CALL) {
		*acquires = event->call_acquires;
		return true;
	}
	*acquires = violation->violation == SPINRULE_DOUBLE_ACQUIRE;
	return event->kind == EVENT_HERE &&
	       (*acquires || violation->violation == SPINRULE_RELEASE_UNHELD);
}

int callee_find(const struct callee_unit *unit, int function,
		const struct check_violation *violation, const struct path_event *event,
		struct callee_step steps[CALLEE_MAX_STEPS])
{
	const struct lockprog_op *op;
	int n, budget = CALLEE_MAX_SEARCHED;
	bool acquires;

	if (event->op < 0 || !is_of_call(violation, event, &acquires))
		return 0;
	op = &unit->unit->functions[function]->blocks[event->block].ops[event->op];
	if (op->kind != LOCKPROG_CALL || op->callee < 0)
		return 0;
	n = find_in(unit, op->callee, acquires, steps, 0, &budget);
	return n > 0 ? n : 0;
}

const char *callee_words(const struct callee_unit *unit, const struct callee_step *step,
			 char *buffer, int size)
{
	const struct lockprog_op *op = step->op;
	const char *name = unit->unit->functions[step->function]->name;

	if (op->kind == LOCKPROG_CALL)
		snprintf(buffer, size, "'%s' calls '%s'", name, op->text);
	else
		snprintf(buffer, size, "'%s' %s here, by '%s', in '%s'", op->text,
			 op->ddi->op == SPINRULE_OP_RELEASE ? "released" : "acquired",
			 op->written ? op->written : op->ddi->name, name);
	return buffer;
}
