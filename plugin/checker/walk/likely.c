/* likely.c - facts with what memory most likely holds taken as certain.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/likely.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

struct likely_fact *likely_facts(struct sym_table *syms, const struct state *state, int *n)
{
	struct likely_fact *list = NULL;
	unsigned long long doubted = 0;
	int max = 0;

	*n = 0;
	for (int i = 0; i < state->memory.n_likely; i++)
		doubted |= sym_at(syms, state->memory.likely[i].atom)->atoms;
	for (int i = 0; i < state->facts.n; i++) {
		struct fact fact = state->facts.list[i];
		int certain = fact.node;

		if (!(sym_at(syms, certain)->atoms & doubted))
			continue;
		fact.node = memory_likely(&state->memory, syms, certain);
		if (fact.node == certain)
			continue;
		list = alloc_grow(list, *n, &max, sizeof *list);
		list[(*n)++] = (struct likely_fact){ fact, certain };
	}
	return list;
}

bool likely_fit(struct sym_table *syms, const struct facts *facts, const struct likely_fact *likely,
		int n)
{
	struct facts all;
	bool is_possible = true;

	if (!n)
		return true;
	facts_copy(&all, facts);
	for (int i = 0; i < n && is_possible; i++) {
		const struct fact *fact = &likely[i].fact;

		if (sym_is_truth(syms, fact->node) && range_is_single(fact))
			is_possible = facts_assume(&all, syms, fact->node, range_low(fact) != 0);
		else
			is_possible = facts_meet(&all, syms, fact);
	}
	facts_free(&all);
	return is_possible;
}

bool likely_fits(struct sym_table *syms, const struct state *state)
{
	int n;
	struct likely_fact *likely = likely_facts(syms, state, &n);
	bool is_possible = likely_fit(syms, &state->facts, likely, n);

	free(likely);
	return is_possible;
}

bool likely_hand_down(struct sym_table *syms, struct facts *facts,
		      const struct likely_fact *likely, int n, bool keep(int node, void *data),
		      void *data)
{
	bool is_possible = true;

	for (int i = 0; i < n; i++)
		if (!keep(likely[i].certain, data) && keep(likely[i].fact.node, data))
			is_possible &= facts_meet_or_keep(facts, syms, &likely[i].fact);
	return is_possible;
}
