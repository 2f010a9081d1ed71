/* summary.c - what calls of a function do.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/summary.h"

#include <stdlib.h>

#include "call/common.h"
#include "limits.h"
#include "lockprog/alloc.h"
#include "walk/guard.h"
#include "walk/lock.h"
#include "walk/replay.h"

const struct summary *summaries_of(const struct walk *walk)
{
	return walk->callees.data;
}

static void free_outcomes(struct outcome *outcomes, int n)
{
	for (int i = 0; i < n; i++)
		outcome_free(&outcomes[i]);
	free(outcomes);
}

void summary_free(struct summary *summary)
{
	free_outcomes(summary->outcomes, summary->n_outcomes);
	free_outcomes(summary->exact, summary->n_exact);
	outcome_free(&summary->common);
	for (int i = 0; i < summary->n_aliases; i++)
		outcome_free(&summary->aliases[i].outcome);
	free(summary->aliases);
	class_set_free(&summary->names.classes);
	class_set_free(&summary->common_names.classes);
	class_set_free(&summary->tracked);
	class_set_free(&summary->writes.classes);
	class_set_free(&summary->writes.elsewhere);
	class_set_free(&summary->answers.memory);
	class_set_free(&summary->changed);
	class_set_free(&summary->loaded);
	class_set_free(&summary->followed);
	*summary = (struct summary){ 0 };
}

bool summary_equal(const struct summary *x, const struct summary *y)
{
	if (x->kind != y->kind || x->n_outcomes != y->n_outcomes ||
	    x->is_unsure != y->is_unsure || !class_set_equal(&x->changed, &y->changed))
		return false;
	for (int i = 0; i < x->n_outcomes; i++)
		if (!outcome_equal(&x->outcomes[i], &y->outcomes[i]))
			return false;
	return true;
}

static void add_outcome(struct summary *summary, struct outcome outcome)
{
	for (int i = 0; i < summary->n_outcomes; i++)
		if (outcome_equal(&summary->outcomes[i], &outcome)) {
			outcome_free(&outcome);
			return;
		}
	summary->outcomes = alloc_grow(summary->outcomes, summary->n_outcomes,
				       &summary->max_outcomes, sizeof *summary->outcomes);
	summary->outcomes[summary->n_outcomes++] = outcome;
}

/* Replace outcomes that JOIN can join by one.  Returns false if there were none. */
static bool merge_outcomes(struct summary *summary,
			   bool join(struct outcome *into, const struct outcome *from))
{
	int n = 0, before = summary->n_outcomes;

	for (int i = 0; i < before; i++) {
		int j = 0;

		while (j < n && !join(&summary->outcomes[j], &summary->outcomes[i]))
			j++;
		if (j < n)
			outcome_free(&summary->outcomes[i]);
		else
			summary->outcomes[n++] = summary->outcomes[i];
	}
	summary->n_outcomes = n;
	return n < before;
}

/* True if all outcomes of SUMMARY end alike and do the same to locks. */
static bool have_same_effects(const struct summary *summary)
{
	for (int i = 1; i < summary->n_outcomes; i++)
		if (!outcome_same_effects(&summary->outcomes[0], &summary->outcomes[i]))
			return false;
	return true;
}

/* The only outcome of SUMMARY is going to stand for all of them. */
static void keep_exact(struct summary *summary)
{
	if (!have_same_effects(summary) || summary->n_outcomes > SUMMARY_MAX_EXACT)
		return;
	summary->exact = alloc_zeroed(summary->n_outcomes * sizeof *summary->exact);
	summary->n_exact = summary->n_outcomes;
	for (int i = 0; i < summary->n_outcomes; i++)
		summary->exact[i] = outcome_copy(&summary->outcomes[i]);
}

/* Join outcomes until there are at most MOST, if that is possible. */
static void limit_outcomes(struct summary *summary, int most)
{
	unsigned doubt = 0;

	while (summary->n_outcomes > most && merge_outcomes(summary, outcome_join_exactly))
		;
	if (summary->n_outcomes <= most)
		return;
	for (int i = 0; i < summary->n_outcomes; i++)
		doubt |= summary->outcomes[i].doubts & DOUBT_CALLEE;
	keep_exact(summary);
	merge_outcomes(summary, outcome_join);
	summary->is_inexact = true;
	/* That it ends like this is certain, except for doubts about the callees. */
	if (summary->n_outcomes == 1)
		summary->outcomes[0].doubts = (summary->outcomes[0].doubts & ~DOUBT_CALLEE) | doubt;
}

void summary_make_unknown(struct summary *summary)
{
	summary_free(summary);
	summary->kind = SUMMARY_UNKNOWN;
}

void summary_make_plain(struct summary *summary, const struct lockprog_function *function)
{
	summary->kind = SUMMARY_FULL;
	summary->is_inexact = true;
	if (!lockprog_returns(function))
		return;
	summary->has_common = true;
	summary->common =
		(struct outcome){ .result = -1,
				  .result_fact = range_of_type(function->result),
				  .calls_unseen = true };
	add_outcome(summary, summary->common);
}

/* True if the walk gave up the conditions under which each outcome happens. */
static bool gave_up_conditions(const struct walk *walk, const struct summary *summary)
{
	if (!summary->has_effects ||
	    (!walk->has_joined && !walk->gave_up_entry &&
	     (walk->keeps_entry_facts || walk_leaves_locks_alone(walk))))
		return false;
	return !have_same_effects(summary);
}

/* True if the functions that WALK's function, a choice function, stands for have other
 * outcomes than SUMMARY each: which of them is called decides what happens to locks. */
static bool differ_in_outcomes(const struct walk *walk, const struct summary *summary)
{
	const struct lockprog_function *choice = walk->function;

	if (!choice->is_choice || summary->has_common)
		return false;
	for (int b = 0; b < choice->n_blocks; b++)
		for (int i = 0; i < choice->blocks[b].n_ops; i++)
			if (choice->blocks[b].ops[i].kind == LOCKPROG_CALL &&
			    summaries_of(walk)[choice->blocks[b].ops[i].callee].n_outcomes !=
				    summary->n_outcomes)
				return true;
	return false;
}

static bool is_own_atom(int atom, void *data)
{
	const struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_LEAF && sym->b == walk->number &&
	       walk->function->values[sym->a].expr != LOCKPROG_PARAM;
}

static bool is_about_own(int node, void *data)
{
	const struct walk *walk = data;

	return sym_any_atom(walk->syms, node, is_own_atom, data);
}

/* Other paths come to the exit of ALONE, too: what ALONE knows of the entry is not more
 * than STATE does, which stands for all of them. */
static void keep_common_facts(struct walk *walk, struct state *alone, const struct state *state)
{
	facts_filter(&alone->facts, is_about_own, walk);
	for (int i = 0; i < state->facts.n; i++)
		if (!is_about_own(state->facts.list[i].node, walk))
			facts_meet_or_keep(&alone->facts, walk->syms, &state->facts.list[i]);
}

/* Add the outcomes of the paths to EXIT, each with one of the outcomes that its calls
 * have; none if they rule each other out.  False if there are too many. */
static bool add_each(struct walk *walk, struct summary *summary, const struct exit_point *exit)
{
	struct exit_point *alone;
	const int n = replay_exits(walk, exit, &alone);

	for (int i = 0; i < n; i++) {
		if (replay_is_one_of_several(exit->state))
			keep_common_facts(walk, alone[i].state, exit->state);
		add_outcome(summary, outcome_of_exit(walk, &alone[i]));
		state_free(alone[i].state);
	}
	free(alone);
	return n >= 0 && summary->n_outcomes <= SUMMARY_MAX_EXACT;
}

/* Where calls in WALK had one outcome that stands for several: take each of them, if
 * MOST are enough for the outcomes that SUMMARY has then. */
static void take_each(struct walk *walk, struct summary *summary, int most)
{
	struct summary each = { 0 };
	bool fits = walk->n_exits <= SUMMARY_MAX_OUTCOMES, has_several = false;

	for (int i = 0; i < walk->n_exits; i++)
		has_several |= state_has(walk->exits[i].state, DOUBT_OUTCOME);
	for (int i = 0; i < walk->n_exits && has_several && fits; i++) {
		const struct exit_point *exit = &walk->exits[i];

		if (state_has(exit->state, DOUBT_MEMORY))
			continue;
		if ((exit->state->doubts & (DOUBT_OUTCOME | DOUBT_JOINED)) == DOUBT_OUTCOME)
			fits = add_each(walk, &each, exit);
		else
			add_outcome(&each, outcome_of_exit(walk, exit));
	}
	fits &= has_several && each.n_outcomes;
	if (fits && each.n_outcomes <= most) {
		free_outcomes(summary->outcomes, summary->n_outcomes);
		summary->outcomes = each.outcomes;
		summary->n_outcomes = each.n_outcomes;
		summary->max_outcomes = each.max_outcomes;
	} else if (fits && summary->n_outcomes == 1) {
		summary->exact = each.outcomes;
		summary->n_exact = each.n_outcomes;
	} else {
		summary_free(&each);
	}
}

/* On some of the ways to EXIT nothing happened to locks that are balanced on others: add
 * the outcome of those ways. */
static void add_untouched(struct walk *walk, struct summary *summary,
			  const struct exit_point *exit)
{
	struct exit_point untouched = *exit;

	untouched.state = state_copy(exit->state);
	if (state_drop_untouched(untouched.state))
		add_outcome(summary, outcome_of_exit(walk, &untouched));
	state_free(untouched.state);
}

/* Add the classes of the locks that OUTCOME leaves in another state. */
static void add_changed(const struct walk *walk, struct summary *summary,
			const struct outcome *outcome)
{
	class_set_add_all(&summary->changed, &outcome->lost);
	for (int e = 0; e < outcome->n_effects; e++) {
		const struct effect *effect = &outcome->effects[e];

		if (!outcome_is_balanced(effect->first.event, effect->state) &&
		    !guard_is_all(&effect->first, effect->state))
			class_set_add(&summary->changed,
				      lock_class(walk, effect->address, effect->class_,
						 effect->is_handle));
	}
}

static void add_alias(struct walk *walk, struct summary *summary, const struct alias *alias)
{
	const struct naming naming = { .walk = walk, .result = -1 };
	struct alias_outcome *made;

	if (!outcome_can_name(&naming, alias->locks.held) ||
	    !outcome_can_name(&naming, alias->locks.acquired))
		return;
	summary->aliases = alloc_grow(summary->aliases, summary->n_aliases, &summary->max_aliases,
				      sizeof *summary->aliases);
	made = &summary->aliases[summary->n_aliases++];
	*made = (struct alias_outcome){ outcome_of_exit(walk, &alias->exit), alias->locks };
	/* This way may be infeasible. */
	if (state_is_rough(alias->exit.state) || summary->lacks_conditions)
		made->outcome.doubts |= DOUBT_CALLEE;
}

void summary_make(struct walk *walk, struct summary *summary)
{
	bool leaves_out = false;
	int most;

	summary->kind = walk->function->unknown || walk->stopped ? SUMMARY_UNKNOWN : SUMMARY_FULL;
	summary->is_inexact = walk->has_joined || !walk->keeps_entry_facts;
	for (int i = 0; i < walk->n_exits; i++) {
		struct outcome outcome;

		/* A path that contradicts likely memory may be infeasible. */
		if (state_has(walk->exits[i].state, DOUBT_MEMORY)) {
			leaves_out = true;
			continue;
		}
		outcome = outcome_of_exit(walk, &walk->exits[i]);
		summary->has_effects |= outcome_has_effects(&outcome);
		add_outcome(summary, outcome);
		add_untouched(walk, summary, &walk->exits[i]);
	}
	most = summary->has_effects ? SUMMARY_MAX_OUTCOMES : SUMMARY_MAX_PLAIN_OUTCOMES;
	take_each(walk, summary, most);
	for (int c = 0; c < walk->unit->n_classes; c++)
		if (outcome_tracks(walk, c))
			class_set_add(&summary->tracked, c);
	summary->lacks_conditions = gave_up_conditions(walk, summary);
	common_find(walk, summary);
	summary->lacks_conditions |= differ_in_outcomes(walk, summary);
	limit_outcomes(summary, most);
	for (int i = 0; i < walk->n_aliases; i++)
		add_alias(walk, summary, &walk->aliases[i]);
	/* If each path may be infeasible, one of them is feasible all the same. */
	if (summary->n_outcomes > SUMMARY_MAX_ALL_OUTCOMES || (leaves_out && !summary->n_outcomes))
		summary->kind = SUMMARY_UNKNOWN;
	for (int i = 0; i < summary->n_outcomes; i++)
		add_changed(walk, summary, &summary->outcomes[i]);
}

bool summary_targets_change_locks(const struct summary *summaries, const struct lockprog_op *op)
{
	for (int t = 0; t < op->n_targets; t++)
		if (op->targets[t].function >= 0 &&
		    !class_set_is_empty(&summaries[op->targets[t].function].changed))
			return true;
	return false;
}
