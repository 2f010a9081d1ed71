/* check.c - checks a unit: callees before callers, cycles of calls until no summary
 * changes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/check.h"

#include <stdlib.h>

#include "call/apply.h"
#include "call/touches.h"
#include "check/ask.h"
#include "check/choice.h"
#include "check/order.h"
#include "check/tally.h"
#include "check/verdict.h"
#include "limits.h"
#include "lockprog/alloc.h"
#include "walk/run.h"

const struct check_options check_default_options = { .max_states = EFFORT_STATES,
						     .max_steps = EFFORT_STEPS };

/* True if neither function F nor any function that it calls touches a lock. */
static bool has_no_locks(const struct checker *checker, int f)
{
	const struct lockprog_function *function = checker->unit->functions[f];

	/* What was too large to be lowered may have any. */
	if (function->unknown == REASON_TOO_LARGE || function->enters_with_cancel_lock ||
	    lockprog_has_op(function, LOCKPROG_LOCKOP) ||
	    lockprog_has_op(function, LOCKPROG_PROMISE))
		return false;
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			const struct summary *summary;

			if (op->kind != LOCKPROG_CALL)
				continue;
			if (summary_targets_change_locks(checker->summaries, op))
				return false;
			if (op->callee < 0)
				continue;
			summary = &checker->summaries[op->callee];
			if (summary->has_effects || summary->kind == SUMMARY_UNKNOWN)
				return false;
		}
	return true;
}

/* How closely a function is looked at. */
enum look {
	LOOK_ONCE,		/* a first look alone, whether or not it decides */
	LOOK_AS_NEEDED,		/* until it is decided, and callers know what they need */
	LOOK_FOR_ALL		/* whatever a caller may need */
};

/* True if callers may need the conditions of the outcomes of function F, which INTO
 * lacks: it leaves locks in another state, or is unknown.  What is over the budget
 * without them is over it with them, too. */
static bool needs_conditions(const struct checker *checker, int f, const struct walk *walk,
			     const struct slice_wants *wants, const struct summary *into)
{
	if (walk->stopped == REASON_MORE_STEPS)
		return false;
	if (into->kind == SUMMARY_MISSING)
		return true;
	if (wants->is_full || !checker->is_called[f])
		return false;
	return into->kind == SUMMARY_UNKNOWN ||
	       (!walk_leaves_locks_alone(walk) && ask_leaves_locks(walk));
}

/* Check function F, which does something to locks: its summary goes to INTO, its verdict
 * to the result. */
static void check_locks(struct checker *checker, int f, enum look look, struct summary *into)
{
	const struct lockprog_function *function = checker->unit->functions[f];
	struct check_function_result *result = &checker->result->functions[f];
	struct pieces *pieces = pieces_new(function);
	struct walk walk = checker_walk(checker, f, pieces);
	struct slice_wants wants = ask_wants(checker);
	bool is_undecidable = false;

	/* In a cycle of calls an annotated lock is not left alone. */
	wants.is_full = look == LOOK_FOR_ALL ||
			(look == LOOK_ONCE && lockprog_has_op(function, LOCKPROG_PROMISE));
	if (look != LOOK_ONCE)
		is_undecidable = ask_look(checker, &walk, &wants, checker->options, into);
	else if (!wants.is_full)
		ask_first_look(&walk, &wants, checker->options, into);
	if (look != LOOK_ONCE && !is_undecidable &&
	    needs_conditions(checker, f, &walk, &wants, into)) {
		wants.is_full = true;
		summary_free(into);
		walk_free(&walk);
		flow_free(walk.flow);
		walk = checker_walk(checker, f, pieces);
		ask_look(checker, &walk, &wants, checker->options, into);
	}
	if (into->kind == SUMMARY_FULL && !wants.is_full)
		into->kind = SUMMARY_LIGHT;
	if (into->kind != SUMMARY_MISSING)
		verdict_record(checker, &walk, f);
	if (checker->options->counts_paths && result->n_violations && !result->why)
		tally_breaking_paths(checker, &walk, f);
	walk_free(&walk);
	flow_free(walk.flow);
	pieces_free(pieces);
}

/* True if a path of the function acquires a lock twice, and so does not return. */
static bool may_spin(const struct check_function_result *result)
{
	for (int i = 0; i < result->n_violations; i++)
		if (result->violations[i].violation == SPINRULE_DOUBLE_ACQUIRE)
			return true;
	return false;
}

/* Check function F: its summary goes to INTO, its verdict to the result. */
static void check_function(struct checker *checker, int f, enum look look, struct summary *into)
{
	const struct lockprog_function *function = checker->unit->functions[f];
	const bool is_total = touches_is_total(function, checker->summaries);

	verdict_clear(&checker->result->functions[f]);
	if (has_no_locks(checker, f)) {
		summary_make_plain(into, function);
		into->is_plain = true;
		if (checker->decides[f] && look == LOOK_AS_NEEDED && !function->unknown &&
		    function->n_blocks && function->n_blocks <= ASK_MAX_PLAIN_BLOCKS)
			into->kind = SUMMARY_LIGHT;
	} else {
		check_locks(checker, f, look, into);
	}
	if (checker->options->counts_paths && !function->unknown && function->n_blocks)
		tally_paths(checker, f);
	/* A callee that breaks off is not total, so neither is this function. */
	into->breaks_off = may_spin(&checker->result->functions[f]) ||
			   (!is_total && touches_breaks_off(function, checker->summaries));
	into->is_total = is_total && !into->breaks_off;
	touches_find(checker->unit, f, checker->summaries, into);
}

/* Check N functions that call each other, with LOOK, until their summaries no longer
 * change.  Returns false if they keep changing, or one of them got none. */
static bool settle_cycle(struct checker *checker, const int *functions, int n, enum look look)
{
	bool has_changed = true;

	for (int round = 0; has_changed && round < CHECK_MAX_ROUNDS; round++) {
		has_changed = false;
		for (int i = 0; i < n; i++) {
			struct summary *old = &checker->summaries[functions[i]], made = { 0 };

			check_function(checker, functions[i], look, &made);
			if (made.kind == SUMMARY_MISSING)
				return false;
			has_changed |= !summary_equal(&made, old);
			summary_free(old);
			*old = made;
		}
	}
	return !has_changed;
}

/* Forget the summaries of N functions that call each other. */
static void start_again(struct checker *checker, const int *functions, int n)
{
	for (int i = 0; i < n; i++)
		summary_free(&checker->summaries[functions[i]]);
}

/* Check N functions that call each other, each as closely as it needs for itself: what
 * their callers among them need besides is not asked.  Returns false if their summaries
 * keep changing, or they are too many. */
static bool settle_without_questions(struct checker *checker, const int *functions, int n)
{
	bool is_settled;

	if (n > CHECK_MAX_CYCLE)
		return false;
	/* Who drops and retakes an annotated lock needs everything. */
	for (int i = 0; i < n; i++)
		if (lockprog_has_op(checker->unit->functions[functions[i]], LOCKPROG_PROMISE))
			return false;
	for (int i = 0; i < n; i++)
		checker->is_unsettled[functions[i]] = true;
	is_settled = settle_cycle(checker, functions, n, LOOK_AS_NEEDED);
	for (int i = 0; i < n; i++)
		checker->is_unsettled[functions[i]] = false;
	return is_settled;
}

/* How many of N functions are undecided. */
static int count_undecided(const struct checker *checker, const int *functions, int n)
{
	int undecided = 0;

	for (int i = 0; i < n; i++)
		undecided += checker->result->functions[functions[i]].why != REASON_NONE;
	return undecided;
}

static int count_violations(const struct checker *checker, const int *functions, int n)
{
	int violations = 0;

	for (int i = 0; i < n; i++)
		violations += checker->result->functions[functions[i]].n_violations;
	return violations;
}

/* What was found out about functions that call each other. */
struct found {
	struct summary *summaries;
	struct check_function_result *results;
	int n_undecided, n_violations;
};

/* Move what is found out about N functions from CHECKER to FOUND. */
static void set_aside(struct checker *checker, const int *functions, int n, struct found *found)
{
	found->n_undecided = count_undecided(checker, functions, n);
	found->n_violations = count_violations(checker, functions, n);
	found->summaries = alloc_zeroed(n * sizeof *found->summaries);
	found->results = alloc_zeroed(n * sizeof *found->results);
	for (int i = 0; i < n; i++) {
		struct summary *summary = &checker->summaries[functions[i]];
		struct check_function_result *result = &checker->result->functions[functions[i]];

		found->summaries[i] = *summary;
		found->results[i] = *result;
		*summary = (struct summary){ 0 };
		*result = (struct check_function_result){ 0 };
	}
}

/* Move FOUND back, or free it if IS_BETTER is false. */
static void take_back(struct checker *checker, const int *functions, int n, struct found *found,
		      bool is_better)
{
	for (int i = 0; i < n; i++) {
		struct summary *summary = &checker->summaries[functions[i]];
		struct check_function_result *result = &checker->result->functions[functions[i]];

		summary_free(is_better ? summary : &found->summaries[i]);
		verdict_clear(is_better ? result : &found->results[i]);
		if (is_better) {
			*summary = found->summaries[i];
			*result = found->results[i];
		}
	}
	free(found->summaries);
	free(found->results);
}

/* Check N functions that call each other, for everything that a caller may need.  If the
 * summaries keep changing, all of them are unknown. */
static void check_for_all(struct checker *checker, const int *functions, int n)
{
	if (settle_cycle(checker, functions, n, LOOK_FOR_ALL))
		return;
	for (int i = 0; i < n; i++)
		summary_make_unknown(&checker->summaries[functions[i]]);
	for (int i = 0; i < n; i++) {
		struct summary made = { 0 };

		check_function(checker, functions[i], LOOK_FOR_ALL, &made);
		summary_free(&made);
	}
}

/* Check N functions that call each other. */
static void check_cycle(struct checker *checker, const int *functions, int n)
{
	struct found found;

	/* Most cycles leave locks alone, which a first look at each function shows. */
	if (settle_cycle(checker, functions, n, LOOK_ONCE))
		return;
	start_again(checker, functions, n);
	if (!settle_without_questions(checker, functions, n)) {
		start_again(checker, functions, n);
		check_for_all(checker, functions, n);
	} else if (count_undecided(checker, functions, n)) {
		set_aside(checker, functions, n, &found);
		check_for_all(checker, functions, n);
		take_back(checker, functions, n, &found,
			  count_undecided(checker, functions, n) > found.n_undecided &&
				  count_violations(checker, functions, n) <= found.n_violations);
	}
}

static void check_in_order(struct checker *checker, struct choices *choices)
{
	struct order order = order_of(checker->unit);

	for (int c = 0; c < order.n_components; c++) {
		const struct component *component = &order.components[c];
		const int *functions = &order.functions[component->first];

		budget_begin(&checker->budget, checker->unit, functions, component->n);
		if (component->is_cycle)
			check_cycle(checker, functions, component->n);
		else
			check_function(checker, *functions, LOOK_AS_NEEDED,
				       &checker->summaries[*functions]);
		choices_settle(choices, checker, *functions);
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
	checker.is_called = alloc_zeroed(n);
	checker.decides = alloc_zeroed(n);
	checker.is_unsettled = alloc_zeroed(n);
	find_calls(&checker);
	budget_start(&checker.budget, unit, checker.options->max_steps);
	check_in_order(&checker, &choices);
	for (int f = 0; f < n; f++)
		summary_free(&checker.summaries[f]);
	for (int f = unit->n_functions; f < n; f++)
		verdict_clear(&checker.result->functions[f]);
	free(checker.summaries);
	free(checker.is_called);
	free(checker.decides);
	free(checker.is_unsettled);
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
