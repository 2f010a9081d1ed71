/* common.c - what all outcomes of a function have in common, and which names the outcomes
 * are expressed with.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/common.h"

#include <string.h>

#include "lockprog/alloc.h"

/* ---- names ---- */

struct adding {
	const struct walk *walk;
	struct names *names;
};

static bool add_name(int atom, void *data)
{
	struct adding *adding = data;
	const struct sym *sym = sym_at(adding->walk->syms, atom);
	long long param;

	if (sym->kind == SYM_INITIAL)
		class_set_add(&adding->names->classes, sym->b);
	if (sym->kind != SYM_LEAF || sym->a >= adding->walk->function->n_values ||
	    adding->walk->function->values[sym->a].expr != LOCKPROG_PARAM)
		return false;
	param = adding->walk->function->values[sym->a].constant;
	adding->names->params |= param < 64 ? 1ull << param : ~0ull;
	return false;
}

static void add_names(struct walk *walk, struct names *names, int node)
{
	if (node >= 0)
		sym_any_atom(walk->syms, node, add_name, &(struct adding){ walk, names });
}

#define EFFECT_NODES 5

/* All nodes of EFFECT; -1 for none. */
static void nodes_of(const struct effect *effect, int nodes[EFFECT_NODES])
{
	nodes[0] = effect->address;
	nodes[1] = effect->handle;
	nodes[2] = effect->first.given;
	nodes[3] = effect->saved;
	nodes[4] = effect->also;
}

static void add_effects(struct walk *walk, struct names *names, const struct outcome *outcome)
{
	int nodes[EFFECT_NODES];

	for (int e = 0; e < outcome->n_effects; e++) {
		nodes_of(&outcome->effects[e], nodes);
		for (int i = 0; i < EFFECT_NODES; i++)
			add_names(walk, names, nodes[i]);
	}
}

/* Add to NAMES everything that OUTCOME is expressed with. */
static void add_outcome(struct walk *walk, struct names *names, const struct outcome *outcome)
{
	add_effects(walk, names, outcome);
	for (int f = 0; f < outcome->facts.n; f++)
		add_names(walk, names, outcome->facts.list[f].node);
	for (int c = 0; c < outcome->n_cells; c++) {
		add_names(walk, names, outcome->cells[c].address);
		if (outcome->cells[c].node >= 0)
			add_names(walk, names, outcome->cells[c].node);
		if (outcome->cells[c].by >= 0)
			add_names(walk, names, outcome->cells[c].by);
	}
	add_names(walk, names, outcome->result);
}

/* ---- the common outcome ---- */

/* True if callers can name everything that OUTCOME does to locks, without what it returns
 * or leaves in memory. */
static bool can_be_named(struct walk *walk, const struct outcome *outcome)
{
	struct naming naming = { .walk = walk, .result = -1 };
	int nodes[EFFECT_NODES];

	for (int e = 0; e < outcome->n_effects; e++) {
		nodes_of(&outcome->effects[e], nodes);
		for (int i = 0; i < EFFECT_NODES; i++)
			if (nodes[i] >= 0 && !outcome_can_name(&naming, nodes[i]))
				return false;
	}
	return true;
}

/* True if all outcomes do the same to locks, and callers can name that. */
static bool has_common(struct walk *walk, const struct summary *summary)
{
	const struct outcome *first = summary->outcomes;

	if (summary->kind == SUMMARY_UNKNOWN || summary->lacks_conditions || !summary->n_outcomes)
		return false;
	for (int i = 0; i < summary->n_outcomes; i++) {
		const struct outcome *outcome = &summary->outcomes[i];

		if (outcome->ending != ENDS_RETURN ||
		    (outcome->doubts & (DOUBT_LOST_HELD | DOUBT_UNNAMED)) ||
		    !outcome_same_effects(outcome, first) || !outcome_same_irqls(outcome, first))
			return false;
	}
	return can_be_named(walk, first);
}

static bool can_name(int node, void *naming)
{
	return outcome_can_name(naming, node);
}

void common_find(struct walk *walk, struct summary *summary)
{
	struct naming naming = { .walk = walk, .result = -1 };
	const struct outcome *first = summary->outcomes;
	struct outcome *common = &summary->common;

	for (int i = 0; i < summary->n_outcomes; i++)
		add_outcome(walk, &summary->names, &summary->outcomes[i]);
	for (int i = 0; i < summary->n_exact; i++)
		add_outcome(walk, &summary->names, &summary->exact[i]);
	summary->has_common = has_common(walk, summary);
	if (!summary->has_common)
		return;
	*common = (struct outcome){ .n_effects = first->n_effects,
				    .max_effects = first->n_effects,
				    .result = -1,
				    .result_fact = range_of_type(walk->function->result),
				    .ending = ENDS_RETURN };
	common->effects = alloc_zeroed(first->n_effects * sizeof *common->effects);
	if (first->n_effects)
		memcpy(common->effects, first->effects, first->n_effects * sizeof *common->effects);
	common->lost = class_set_copy(&first->lost);
	facts_copy(&common->facts, &first->facts);
	for (int i = 0; i < summary->n_outcomes; i++) {
		common->doubts |= summary->outcomes[i].doubts & DOUBT_CALLEE;
		common->calls_unseen |= summary->outcomes[i].calls_unseen;
		facts_join(&common->facts, &summary->outcomes[i].facts);
	}
	facts_filter(&common->facts, can_name, &naming);
	add_effects(walk, &summary->common_names, common);
}
