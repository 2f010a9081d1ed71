/* answers.c - what walks ask of the functions that they call.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/answers.h"

#include "call/apply.h"
#include "call/call-alias.h"
#include "call/question.h"
#include "walk/guard.h"

/* True if the common outcome of OP does not tell in which cases the callee comes back: it
 * stands for several, and in what is left of all cases the callee may not return. */
static bool hides_endings(const struct walk *walk, const struct lockprog_op *op)
{
	const struct summary *summary = summary_of_call(walk, op);

	return !summary->is_total && summary->n_outcomes + summary->n_exact > 1 &&
	       question_is_answered(walk, op);
}

/* True if a replay takes each of the outcomes of OP that one stands for. */
static bool takes_each(const struct walk *walk, const struct lockprog_op *op)
{
	if (!walk->replay)
		return false;
	return question_needs_common_only(walk, op) ? hides_endings(walk, op)
						    : summary_of_call(walk, op)->n_exact > 0;
}

static bool is_in_haste(const struct walk *walk, const struct lockprog_op *op)
{
	return op->callee >= 0 && !walk->ignores_haste &&
	       !class_set_has(&walk->asked, op->callee) && question_is_in_haste(walk, op);
}

static enum call_end apply(struct walk *walk, struct state *state, int block, int i, int way,
			   bool waits_for_ever)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const struct summary *summary = summary_of_call(walk, op);
	const bool each = takes_each(walk, op);
	const bool is_common = !each && question_needs_common_only(walk, op);
	const struct outcome *outcome;
	enum call_end end;

	if (summary->kind == SUMMARY_UNKNOWN)
		return apply_unknown(walk, state, block, i);
	outcome = is_common		     ? &summary->common
		  : each && summary->n_exact ? &summary->exact[way]
					     : &summary->outcomes[way];
	if (!walk->replay && (is_common ? hides_endings(walk, op) : summary->n_exact > 0)) {
		state->doubts |= DOUBT_OUTCOME;
		walk->counts_doubtful = true;
	}
	end = apply_outcome(walk, state, block, i, outcome, waits_for_ever);
	if (end != CALL_RETURNS || outcome->ending == ENDS_RETURN)
		return end;
	if (outcome->ending == ENDS_EXCEPTION)
		claim_held(walk, state, block, i);
	walk_end_path(walk, state);
	return CALL_ENDS;
}

static int ways(const struct walk *walk, const struct lockprog_op *op)
{
	const struct summary *summary;
	bool each;

	if (op->callee < 0)
		return -1;
	summary = summary_of_call(walk, op);
	if (summary->kind == SUMMARY_UNKNOWN)
		return 1;
	each = takes_each(walk, op);
	if (!each && question_needs_common_only(walk, op))
		return 1;
	return each && summary->n_exact ? summary->n_exact : summary->n_outcomes;
}

static bool may_wait(const struct walk *walk, const struct lockprog_op *op)
{
	const struct summary *summary = summary_of_call(walk, op);

	/* A way that does not come back is that mistake, and no try that waits. */
	if (summary->breaks_off)
		return false;
	for (int i = 0; i < summary->n_outcomes; i++)
		for (int e = 0; e < summary->outcomes[i].n_effects; e++)
			if (summary->outcomes[i].effects[e].first.is_try &&
			    summary->outcomes[i].effects[e].first.event == SPINRULE_EVENT_ACQUIRE)
				return true;
	return false;
}

static const struct class_set *changed(const void *summaries, int callee)
{
	return &((const struct summary *)summaries + callee)->changed;
}

static bool has_locks(const void *summaries, int callee)
{
	const struct summary *summary = (const struct summary *)summaries + callee;

	return summary->has_effects || !summary_is_known(summary);
}

static bool may_release(const void *summaries, int callee, int class_)
{
	const struct summary *summary = (const struct summary *)summaries + callee;

	if (summary->kind == SUMMARY_MISSING)
		return true;
	if (summary->kind == SUMMARY_UNKNOWN)
		return class_set_has(summary->reached, class_) ||
		       class_set_has(summary->reached, LOST_ANY);
	for (int o = 0; o < summary->n_outcomes; o++) {
		const struct outcome *outcome = &summary->outcomes[o];

		if (class_set_has(&outcome->lost, class_) ||
		    class_set_has(&outcome->lost, LOST_ANY))
			return true;
		for (int e = 0; e < outcome->n_effects; e++)
			if ((outcome->effects[e].class_ < 0 ||
			     outcome->effects[e].class_ == class_) &&
			    outcome->effects[e].state != SPINRULE_STATE_HELD &&
			    !guard_is_all(&outcome->effects[e].first, outcome->effects[e].state))
				return true;
	}
	return false;
}

static void each_class(const void *summaries, int callee,
		       void (*visit)(int class_, bool is_acquired, void *to), void *to)
{
	const struct summary *summary = (const struct summary *)summaries + callee;

	for (int o = 0; o < summary->n_outcomes; o++)
		for (int e = 0; e < summary->outcomes[o].n_effects; e++) {
			const struct effect *effect = &summary->outcomes[o].effects[e];

			if (effect->class_ < 0)
				continue;
			if (effect->state == SPINRULE_STATE_HELD)
				visit(effect->class_, true, to);
			if (effect->state == SPINRULE_STATE_FREE &&
			    effect->first.event == SPINRULE_EVENT_RELEASE)
				visit(effect->class_, false, to);
		}
}

struct callees answers_of(const struct summary *summaries)
{
	return (struct callees){ .data = summaries,
				 .ways = ways,
				 .apply = apply,
				 .claim_aliases = call_alias_claim,
				 .are_tried = takes_each,
				 .is_in_haste = is_in_haste,
				 .may_wait = may_wait,
				 .changed = changed,
				 .has_locks = has_locks,
				 .may_release = may_release,
				 .each_class = each_class };
}
