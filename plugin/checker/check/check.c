/* check.c - checks a unit: callees before callers, functions that call each other
 * together.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/check.h"

#include <stdlib.h>

#include "call/touches.h"
#include "check/choice.h"
#include "check/cycle.h"
#include "check/function.h"
#include "check/order.h"
#include "check/verdict.h"
#include "limits.h"
#include "lockprog/alloc.h"
#include "value/learned.h"

const struct check_options check_default_options = { .max_states = EFFORT_STATES,
						     .max_steps = EFFORT_STEPS,
						     .patience = 1 };

struct adding { const struct checker *checker; struct class_set *to; };

static void add_reached(int callee, void *data)
{
	const struct adding *adding = data;

	class_set_add_all(adding->to, &adding->checker->reached[callee]);
}

/* Find the classes of the locks that each function may use; ORDER is the unit's. */
static void find_reached(struct checker *checker, const struct order *order)
{
	for (int c = 0; c < order->n_components; c++) {
		const int *functions = &order->functions[order->components[c].first];
		struct class_set reached = { 0 };

		for (int i = 0; i < order->components[c].n; i++) {
			const struct lockprog_function *function =
				checker->unit->functions[functions[i]];

			touches_reached(function, &reached);
			for (int b = 0; b < function->n_blocks; b++)
				for (int k = 0; k < function->blocks[b].n_ops; k++) {
					struct adding adding = { checker, &reached };

					order_each_callee(&function->blocks[b].ops[k], add_reached,
							  &adding);
				}
		}
		for (int i = 0; i < order->components[c].n; i++)
			checker->reached[functions[i]] = class_set_copy(&reached);
		class_set_free(&reached);
	}
}

static void check_in_order(struct checker *checker, struct choices *choices)
{
	struct order order = order_of(checker->unit);

	find_reached(checker, &order);

	for (int c = 0; c < order.n_components; c++) {
		const struct component *component = &order.components[c];
		const int f = order.functions[component->first];

		if (component->is_cycle) {
			cycle_check(checker, &order, c);
			continue;
		}
		budget_begin(&checker->budget, checker->unit->functions[f]);
		function_check(checker, f, LOOK_AS_NEEDED, &checker->summaries[f]);
		choices_settle(choices, checker, f);
		budget_end(&checker->budget);
	}
	order_free(&order);
}

/* ---- who calls whom ---- */

static void mark_called(int callee, void *data)
{
	struct checker *checker = data;

	checker->is_called[callee] = true;
}

struct deciding {
	struct checker *checker;
	/* Function: it has lock operations, or calls a function that has. */
	bool *has_locks;
	int caller;
	bool has_changed;
};

/* The caller calls CALLEE by name. */
static void decide(struct deciding *deciding, int callee)
{
	bool *decides = deciding->checker->decides;
	const int caller = deciding->caller;

	if (deciding->has_locks[callee] && !deciding->has_locks[caller])
		deciding->has_locks[caller] = deciding->has_changed = true;
	if ((deciding->has_locks[caller] || decides[caller]) && !decides[callee])
		decides[callee] = deciding->has_changed = true;
}

/* Find the functions that other functions call, and those whose results may decide about
 * locks. */
static void find_calls(struct checker *checker)
{
	const struct lockprog_unit *unit = checker->unit;
	struct deciding deciding = { .checker = checker,
				     .has_locks = alloc_zeroed(unit->n_functions),
				     .has_changed = true };

	for (int f = 0; f < unit->n_functions; f++)
		deciding.has_locks[f] = lockprog_has_op(unit->functions[f], LOCKPROG_LOCKOP);
	/* Long chains of callers are followed only in part. */
	for (int round = 0; deciding.has_changed && round < CHECK_MAX_CALLER_ROUNDS; round++) {
		deciding.has_changed = false;
		for (int f = 0; f < unit->n_functions; f++) {
			const struct lockprog_function *function = unit->functions[f];

			deciding.caller = f;
			for (int b = 0; b < function->n_blocks; b++)
				for (int i = 0; i < function->blocks[b].n_ops; i++) {
					const struct lockprog_op *op = &function->blocks[b].ops[i];

					order_each_callee(op, mark_called, checker);
					if (op->kind == LOCKPROG_CALL && op->callee >= 0)
						decide(&deciding, op->callee);
				}
		}
	}
	free(deciding.has_locks);
}

struct check_result *check_unit(const struct lockprog_unit *unit,
				const struct check_options *options)
{
	struct choices choices;
	struct checker checker = { .unit = &choices.unit,
				   .options = options ? options : &check_default_options };
	int n;

	choices_make(&choices, unit);
	n = choices.unit.n_functions;
	sym_init(&checker.syms);
	checker.summaries = alloc_zeroed(n * sizeof *checker.summaries);
	checker.result = alloc_zeroed(sizeof *checker.result);
	checker.result->n_functions = unit->n_functions;
	checker.result->functions = alloc_zeroed(n * sizeof *checker.result->functions);
	checker.reached = alloc_zeroed(n * sizeof *checker.reached);
	checker.is_called = alloc_zeroed(n);
	checker.decides = alloc_zeroed(n);
	checker.is_unsettled = alloc_zeroed(n);
	find_calls(&checker);
	budget_start(&checker.budget, unit, checker.options->max_steps, checker.options->patience);
	check_in_order(&checker, &choices);
	for (int f = 0; f < n; f++)
		summary_free(&checker.summaries[f]);
	for (int f = 0; f < n; f++)
		class_set_free(&checker.reached[f]);
	for (int f = unit->n_functions; f < n; f++)
		verdict_clear(&checker.result->functions[f]);
	free(checker.summaries);
	free(checker.reached);
	free(checker.is_called);
	free(checker.decides);
	free(checker.is_unsettled);
	learned_free(&checker.syms);
	sym_free(&checker.syms);
	choices_free(&choices);
	return checker.result;
}

void check_free(struct check_result *result)
{
	if (!result)
		return;
	for (int f = 0; f < result->n_functions; f++)
		verdict_clear(&result->functions[f]);
	free(result->functions);
	free(result);
}
