/* learned.c - what was learned before.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/learned.h"

#include <stdlib.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"

static unsigned long long add_to_hash(unsigned long long hash, unsigned long long number)
{
	hash = (hash ^ number) * 0x9E3779B97F4A7C15ull;
	return hash ^ hash >> 29;
}

static unsigned long long add_fact(unsigned long long hash, const struct fact *fact)
{
	hash = add_to_hash(hash, (unsigned)fact->node);
	for (int i = 0; i < fact->n; i++) {
		hash = add_to_hash(hash, (unsigned long long)fact->spans[i].low);
		hash = add_to_hash(hash, (unsigned long long)fact->spans[i].high);
	}
	return hash;
}

static bool is_same(const struct fact *x, const struct fact *y)
{
	return x->node == y->node && fact_equal(x, y);
}

static bool is_of(const struct learned *learned, unsigned long long hash, const struct facts *facts,
		  const struct fact *fact)
{
	if (learned->hash != hash || learned->n_before != facts->n ||
	    !is_same(&learned->fact, fact))
		return false;
	for (int i = 0; i < facts->n; i++)
		if (!is_same(&learned->before[i], &facts->list[i]))
			return false;
	return true;
}

static void forget(struct learned *learned)
{
	free(learned->before);
	facts_free(&learned->after);
	*learned = (struct learned){ 0 };
}

struct learned *learned_find(struct sym_table *table, const struct facts *facts,
			     const struct fact *fact, struct learned **slot)
{
	unsigned long long hash = add_fact(1, fact);

	for (int i = 0; i < facts->n; i++)
		hash = add_fact(hash, &facts->list[i]);
	if (!table->learned)
		table->learned = alloc_zeroed(LEARNED_MAX * sizeof *table->learned);
	*slot = &table->learned[hash % LEARNED_MAX];
	if (is_of(*slot, hash, facts, fact))
		return *slot;
	forget(*slot);
	(*slot)->hash = hash;
	(*slot)->fact = *fact;
	(*slot)->n_before = facts->n;
	(*slot)->before = alloc_copy(facts->list, facts->n, sizeof *facts->list);
	return NULL;
}

bool learned_apply(const struct learned *learned, struct facts *facts)
{
	work_count(learned->work);
	if (!learned->is_possible)
		return false;
	facts_free(facts);
	facts_copy(facts, &learned->after);
	facts->learned = learned->after.learned;
	facts->learned_operands = learned->after.learned_operands;
	return true;
}

void learned_keep(struct learned *slot, const struct facts *facts, bool is_possible,
		  unsigned long long work)
{
	slot->is_possible = is_possible;
	slot->work = work;
	if (!is_possible)
		return;
	facts_copy(&slot->after, facts);
	slot->after.learned = facts->learned;
	slot->after.learned_operands = facts->learned_operands;
}

void learned_free(struct sym_table *table)
{
	for (int i = 0; i < LEARNED_MAX && table->learned; i++)
		forget(&table->learned[i]);
	free(table->learned);
	table->learned = NULL;
}
