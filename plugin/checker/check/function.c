/* function.c - checks one function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/function.h"

#include "call/touches.h"
#include "check/ask.h"
#include "check/tally.h"
#include "check/verdict.h"
#include "limits.h"
#include "walk/run.h"

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

/* True if callers may need the conditions of the outcomes of function F, which INTO
 * lacks: it leaves locks in another state, or is unknown.  What is over the budget
 * without them is over it with them, too. */
static bool needs_conditions(const struct checker *checker, int f, struct walk *walk,
			     const struct slice_wants *wants, const struct summary *into)
{
	if (walk->stopped == REASON_MORE_STEPS)
		return false;
	if (into->kind == SUMMARY_MISSING)
		return true;
	if (wants->is_full || !checker->is_called[f])
		return false;
	return into->kind == SUMMARY_UNKNOWN || ask_needs_conditions(checker, walk);
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
		ask_first_look(checker, &walk, &wants, checker->options, into);
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

/* Add to INTO what calls of function F do whatever path they take. */
static void add_touches(const struct checker *checker, int f, struct summary *into)
{
	const struct lockprog_function *function = checker->unit->functions[f];
	const bool is_total = touches_is_total(function, checker->summaries);

	/* A callee that breaks off is not total, so neither is this function. */
	into->breaks_off = may_spin(&checker->result->functions[f]) ||
			   (!is_total && touches_breaks_off(function, checker->summaries));
	into->is_total = is_total && !into->breaks_off;
	into->reached = &checker->reached[f];
	touches_find(checker->unit, f, checker->summaries, into);
}

void function_check(struct checker *checker, int f, enum look look, struct summary *into)
{
	const struct lockprog_function *function = checker->unit->functions[f];

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
	add_touches(checker, f, into);
}

void function_make_unknown(const struct checker *checker, int f, struct summary *into)
{
	summary_make_unknown(into);
	add_touches(checker, f, into);
}
