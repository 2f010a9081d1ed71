/* brief.c - what a function does whichever way it comes back.
 *
 * Most functions that have to do with locks do the same to them on all ways.  A caller that looks neither at what
 * such a one returns, nor at memory that it writes to, need not tell its ways apart: a state goes on as one state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

struct asking {
	const struct analysis *a;
	struct names *names;
};

static bool add_name(int atom, void *data)
{
	struct asking *asking = data;
	const struct sym *sym = sym_at(asking->a->syms, atom);
	long long param;

	if (sym->kind == SYM_INITIAL)
		class_set_add(&asking->names->classes, sym->b);
	if (sym->kind != SYM_LEAF || sym->a >= asking->a->function->n_values ||
	    asking->a->function->values[sym->a].expr != LOCKPROG_PARAM)
		return false;
	param = asking->a->function->values[sym->a].constant;
	asking->names->params |= param < 64 ? 1ull << param : ~0ull;
	return false;
}

static void add_names(struct analysis *a, struct names *names, int node)
{
	if (node >= 0)
		sym_any_atom(a->syms, node, add_name, &(struct asking){ a, names });
}

#define EFFECT_NODES 5

/* All that EFFECT is told in terms of; -1 for none. */
static void nodes_of(const struct effect *effect, int nodes[EFFECT_NODES])
{
	nodes[0] = effect->address;
	nodes[1] = effect->handle;
	nodes[2] = effect->given;
	nodes[3] = effect->saved;
	nodes[4] = effect->also;
}

static void add_effects(struct analysis *a, struct names *names, const struct outcome *outcome)
{
	int nodes[EFFECT_NODES];

	for (int e = 0; e < outcome->n_effects; e++) {
		nodes_of(&outcome->effects[e], nodes);
		for (int i = 0; i < EFFECT_NODES; i++)
			add_names(a, names, nodes[i]);
	}
}

/* True if callers can name all that OUTCOME does to locks without what it returns or leaves in memory. */
static bool can_be_named(struct analysis *a, const struct outcome *outcome)
{
	struct naming naming = { .a = a, .result = -1 };
	int nodes[EFFECT_NODES];

	for (int e = 0; e < outcome->n_effects; e++) {
		nodes_of(&outcome->effects[e], nodes);
		for (int i = 0; i < EFFECT_NODES; i++)
			if (nodes[i] >= 0 && !summary_can_name(&naming, nodes[i]))
				return false;
	}
	return true;
}

static bool is_brief(struct analysis *a, const struct summary *summary)
{
	if (summary->is_unknown || summary->is_vague || !summary->n_outcomes)
		return false;
	for (int i = 0; i < summary->n_outcomes; i++) {
		const struct outcome *outcome = &summary->outcomes[i];

		if (outcome->ending != ENDS_RETURN || outcome->lost_held || outcome->touches_unknown ||
		    !summary_same_effects(outcome, &summary->outcomes[0]) || !summary_same_irqls(outcome, &summary->outcomes[0]))
			return false;
	}
	return can_be_named(a, &summary->outcomes[0]);
}

void brief_find(struct analysis *a, struct summary *summary)
{
	struct naming naming = { .a = a, .result = -1 };
	const struct outcome *first = summary->outcomes;
	struct outcome *brief = &summary->brief;

	for (int i = 0; i < summary->n_outcomes; i++) {
		const struct outcome *outcome = &summary->outcomes[i];

		add_effects(a, &summary->names, outcome);
		for (int f = 0; f < outcome->facts.n; f++)
			add_names(a, &summary->names, outcome->facts.list[f].node);
		for (int c = 0; c < outcome->n_cells; c++) {
			add_names(a, &summary->names, outcome->cells[c].address);
			add_names(a, &summary->names, outcome->cells[c].node);
		}
		add_names(a, &summary->names, outcome->result);
	}
	summary->has_brief = is_brief(a, summary);
	if (!summary->has_brief)
		return;
	*brief = (struct outcome){ .n_effects = first->n_effects, .result = -1, .result_fact = range_of_type(a->function->result),
				   .ending = ENDS_RETURN };
	brief->effects = alloc_zeroed(first->n_effects * sizeof *brief->effects);
	if (first->n_effects)
		memcpy(brief->effects, first->effects, first->n_effects * sizeof *brief->effects);
	facts_copy(&brief->facts, &first->facts);
	for (int i = 0; i < summary->n_outcomes; i++) {
		brief->is_vague |= summary->outcomes[i].is_vague;
		facts_join(&brief->facts, &summary->outcomes[i].facts);
	}
	facts_filter(&brief->facts, summary_keep_named, &naming);
	add_effects(a, &summary->brief_names, brief);
}

/* The calling function's own variables are out of a callee's sight unless it is handed one; what others were told of
 * them, earlier, is no more than a doubt. */
static bool is_in_sight(const struct flow *flow, const struct lockprog_op *op, int class_)
{
	bool is_handed = flow->is_read_elsewhere[class_];

	if (!flow->is_read[class_])
		return false;
	for (int i = 0; i < op->n_args && !is_handed; i++)
		is_handed = op->args[i] >= 0 && flow_is_own(flow, op->args[i]);
	return is_handed;
}

bool brief_is_concerned(const struct summary *summary, const struct lockprog_op *op, const struct flow *flow)
{
	if (summary->all_changed)
		return true;
	for (int i = 0; i < summary->changed.n; i++)
		if (is_in_sight(flow, op, summary->changed.list[i]))
			return true;
	return false;
}

/* A pointer that SUMMARY's function follows is compared in ANALYSIS's, which would learn that it is not null. */
static bool follows_what_is_compared(const struct analysis *a, const struct summary *summary)
{
	for (int i = 0; i < summary->followed.n; i++)
		if (a->flow->is_compared[summary->followed.list[i]])
			return true;
	return false;
}

bool brief_is_unseen(const struct analysis *a, const struct lockprog_op *op)
{
	const struct summary *summary = &a->summaries[op->callee];

	return !(op->value >= 0 && a->flow->is_needed[op->value]) && !brief_is_concerned(summary, op, a->flow) &&
	       !(summary->is_light && follows_what_is_compared(a, summary));
}

bool brief_asks(const struct analysis *a, const struct lockprog_op *op, struct class_set *classes)
{
	const struct summary *summary = &a->summaries[op->callee];

	for (int i = 0; i < summary->changed.n; i++)
		if (is_in_sight(a->flow, op, summary->changed.list[i]))
			class_set_add(classes, summary->changed.list[i]);
	for (int i = 0; i < summary->followed.n; i++)
		if (a->flow->is_compared[summary->followed.list[i]])
			class_set_add(classes, summary->followed.list[i]);
	return op->value >= 0 && a->flow->is_needed[op->value];
}

bool brief_is_told(const struct analysis *a, const struct lockprog_op *op)
{
	const struct summary *summary = &a->summaries[op->callee];
	struct class_set classes = { 0 };
	bool is_told;

	if (!summary->is_light)
		return true;
	if (!summary->is_total && !summary->tells_end)
		return false;
	if (brief_is_unseen(a, op))
		return true;
	is_told = !brief_asks(a, op, &classes) || summary->tells_result;
	for (int i = 0; i < classes.n; i++)
		is_told &= class_set_has(&summary->told, classes.list[i]);
	free(classes.list);
	return is_told;
}

bool brief_is_enough(const struct analysis *a, const struct lockprog_op *op)
{
	return a->summaries[op->callee].has_brief && (brief_is_unseen(a, op) || !brief_is_told(a, op));
}
