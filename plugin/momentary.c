/* momentary.c - functions that take locks and let them go again, whichever way they come back.
 *
 * Most functions that have to do with locks are of this kind.  A caller that does not look at what one of them
 * returns, nor at memory that it writes to, need not tell its ways apart: a state goes on as one state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "explore.h"

bool momentary_concerns(const struct summary *summary, int class_)
{
	return summary->all_changed || class_set_has(&summary->changed, class_) || class_set_has(&summary->told, class_);
}

static bool is_any_atom(int atom, void *data)
{
	(void)atom;
	(void)data;
	return true;
}

struct telling {
	const struct sym_table *syms;
	struct class_set *told;
};

/* Memory that a fact is about; true if it is about anything else. */
static bool tells_of_more(int atom, void *data)
{
	struct telling *telling = data;
	const struct sym *sym = sym_at(telling->syms, atom);

	if (sym->kind != SYM_INITIAL)
		return true;
	class_set_add(telling->told, sym->b);
	return false;
}

/* What all outcomes say: callers that do not tell them apart would miss it.  False if it is about more than memory. */
static bool find_told(struct analysis *a, struct summary *summary)
{
	struct telling telling = { a->syms, &summary->told };
	struct facts all;
	bool is_memory = true;

	facts_copy(&all, &summary->outcomes[0].facts);
	for (int i = 1; i < summary->n_outcomes; i++)
		facts_join(&all, &summary->outcomes[i].facts);
	for (int f = 0; f < all.n && is_memory; f++) {
		struct fact any = range_of_type(sym_at(a->syms, all.list[f].node)->type);

		is_memory = fact_equal(&all.list[f], &any) || !sym_any_atom(a->syms, all.list[f].node, tells_of_more, &telling);
	}
	facts_free(&all);
	return is_memory;
}

static bool is_momentary(struct analysis *a, struct summary *summary)
{
	if (summary->is_unknown || summary->is_vague || !summary->n_outcomes)
		return false;
	for (int i = 0; i < summary->n_outcomes; i++) {
		const struct outcome *outcome = &summary->outcomes[i];

		if (outcome->ending != ENDS_RETURN || outcome->lost_held || outcome->touches_unknown ||
		    !summary_same_effects(outcome, &summary->outcomes[0]))
			return false;
		for (int e = 0; e < outcome->n_effects; e++) {
			const struct effect *effect = &outcome->effects[e];

			if (effect->first != SPINRULE_EVENT_ACQUIRE || effect->state != SPINRULE_STATE_FREE ||
			    effect->handle >= 0 || sym_any_atom(a->syms, effect->address, is_any_atom, NULL))
				return false;
		}
	}
	return find_told(a, summary);
}

void momentary_find(struct analysis *a, struct summary *summary)
{
	summary->is_momentary = summary->has_effects && is_momentary(a, summary);
}

bool momentary_is_enough(const struct analysis *a, const struct lockprog_op *op)
{
	const struct summary *summary = &a->summaries[op->callee];

	if (!summary->is_momentary || summary->all_changed || (op->value >= 0 && a->flow->is_needed[op->value]))
		return false;
	for (int i = 0; i < summary->changed.n; i++)
		if (a->flow->is_read[summary->changed.list[i]])
			return false;
	for (int i = 0; i < summary->told.n; i++)
		if (a->flow->is_read[summary->told.list[i]])
			return false;
	return true;
}
