/* tally.c - the numbers of paths.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/tally.h"

#include "check/ask.h"
#include "check/ladder.h"
#include "check/returns.h"
#include "lockprog/alloc.h"
#include "shape/live.h"
#include "walk/promise.h"
#include "walk/run.h"

/* True if the summary of some callee is less exact than the callee's returns. */
static bool has_inexact_callee(const struct checker *checker,
			       const struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			const struct summary *callee;

			if (op->kind != LOCKPROG_CALL)
				continue;
			if (summary_targets_change_locks(checker->summaries, op))
				return true;
			if (op->callee < 0)
				continue;
			callee = &checker->summaries[op->callee];
			if (callee->is_inexact &&
			    (callee->has_effects || op->value >= 0 ||
			     !class_set_is_empty(&callee->writes.classes) ||
			     (callee->writes.unseen & UNSEEN_ALL)))
				return true;
		}
	return false;
}

static bool has_back_edge(const struct flow *flow)
{
	for (int rank = 0; rank < flow->n_reached; rank++) {
		int from = flow->order[rank];

		for (int succ = 0; succ < flow->function->blocks[from].n_succ; succ++)
			if (flow_is_back_edge(flow, from,
					      flow->function->blocks[from].succ[succ].block))
				return true;
	}
	return false;
}

static bool has_claim(const struct walk *walk, const struct claim *wanted)
{
	for (int i = 0; i < walk->claims.n; i++) {
		const struct claim *claim = &walk->claims.list[i];

		if (claim->violation == wanted->violation &&
		    claim->event.block == wanted->event.block &&
		    claim->event.op == wanted->event.op)
			return true;
	}
	return false;
}

/* True if some claim was made after the walk of the whole function, because returns
 * disagree. */
static bool has_claims_at_the_end(const struct walk *walk)
{
	if (walk->is_callback)
		return false;
	for (int i = 0; i < walk->claims.n; i++)
		if (walk->claims.list[i].event.op < 0)
			return true;
	return lockprog_has_op(walk->function, LOCKPROG_PROMISE);
}

/* True if WALKED makes the claims of FIRST; fewer if it left out loops. */
static bool agree(const struct walk *first, const struct walk *walked)
{
	const bool may_miss = walked->effort.leaves_out_back_edges && has_back_edge(walked->flow);

	for (int i = 0; i < walked->claims.n; i++)
		if (!has_claim(first, &walked->claims.list[i]))
			return false;
	for (int i = 0; i < first->claims.n && !may_miss; i++)
		if (!has_claim(walked, &first->claims.list[i]))
			return false;
	return true;
}

/* True if WALK walked all paths exactly: nothing joined, given up or undecided, except
 * for doubts about memory. */
static bool is_exact(const struct walk *walk)
{
	return !walk->stopped && !walk->has_joined && !walk->counts_doubtful &&
	       !(walk->reasons & ~(1u << REASON_MEMORY)) &&
	       walk->keeps_entry_facts == walk->tells_callers;
}

/* Walk the function once more with all branches: those that decide nothing about locks
 * still decide which paths exist. */
void tally_breaking_paths(struct checker *checker, const struct walk *first, int f)
{
	const bool is_whole = has_claims_at_the_end(first);
	struct check_function_result *result = &checker->result->functions[f];
	struct walk walk = checker_walk(checker, f, first->pieces);

	walk.is_callback = first->is_callback;
	walk.count = count_new();
	walk.tells_callers = is_whole && first->tells_callers;
	walk.trace = NULL;
	checker->is_thorough = true;
	ask_callees(checker, first, ASK_ALL);
	checker->is_thorough = false;
	walk.flow = live_new_flow(checker->unit, walk.function, NULL);
	if (!has_inexact_callee(checker, walk.function)) {
		ladder_climb(&walk, checker->options, !is_whole);
		if (is_exact(&walk)) {
			if (is_whole) {
				promise_check_returns(&walk);
				returns_check(&walk);
			}
			for (int i = 0; i < walk.n_exits; i++)
				walk_end_path(&walk, walk.exits[i].state);
			if (agree(first, &walk))
				result->breaking_paths = count_breaking(walk.count, walk.flow);
		}
	}
	count_free(walk.count);
	walk.count = NULL;
	walk_free(&walk);
	flow_free(walk.flow);
}

void tally_paths(struct checker *checker, int f)
{
	struct check_function_result *result = &checker->result->functions[f];
	struct flow *flow = flow_new(checker->unit->functions[f]);

	result->paths = count_paths(flow);
	flow_free(flow);
	if (result->verdict != CHECK_PASS && result->verdict != CHECK_NOT_APPLICABLE)
		return;
	result->breaking_paths = alloc_zeroed(2);
	result->breaking_paths[0] = '0';
}
