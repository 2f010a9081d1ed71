/* facts.c - sets of facts.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/facts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "value/sym-op.h"

/* The last changes, by version: the set before had the version BEFORE. */
static struct change { unsigned long long version, before; int node; } changes[FACTS_MAX_CHANGES];

void facts_changed(struct facts *facts, int node)
{
	static unsigned long long versions;

	versions++;
	changes[versions % FACTS_MAX_CHANGES] = (struct change){ versions, facts->version, node };
	facts->version = versions;
}

bool facts_may_differ(const struct sym_table *table, unsigned long long x, unsigned long long y,
		      unsigned long long operands)
{
	/* Both go back to the set that they came from. */
	for (int i = 0; x != y; i++) {
		unsigned long long *later = x > y ? &x : &y;
		const struct change *change = &changes[*later % FACTS_MAX_CHANGES];

		if (i == FACTS_MAX_CHANGES_BACK || change->version != *later ||
		    (sym_at(table, change->node)->operands & operands))
			return true;
		*later = change->before;
	}
	return false;
}

void facts_copy(struct facts *to, const struct facts *from)
{
	*to = (struct facts){ .n = from->n, .max = from->n, .version = from->version };
	to->list = alloc_copy(from->list, from->n, sizeof *to->list);
}

void facts_free(struct facts *facts)
{
	free(facts->list);
}

bool fact_equal(const struct fact *x, const struct fact *y)
{
	return x->n == y->n && !memcmp(x->spans, y->spans, x->n * sizeof *x->spans);
}

bool facts_equal(const struct facts *x, const struct facts *y)
{
	if (x->n != y->n)
		return false;
	for (int i = 0; i < x->n; i++)
		if (x->list[i].node != y->list[i].node || !fact_equal(&x->list[i], &y->list[i]))
			return false;
	return true;
}

int facts_find(const struct facts *facts, int node)
{
	int low = 0, high = facts->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (facts->list[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool facts_disjoint(const struct fact *a, const struct fact *b)
{
	struct fact both = *a;

	return !range_narrow(&both, b);
}

bool fact_is_negative(const struct fact *fact, struct lockprog_type type)
{
	return type.is_signed && range_high(fact) < 0;
}

bool fact_is_nonzero(const struct fact *fact, struct lockprog_type type)
{
	return !range_contains(fact, range_key(type, 0));
}

bool fact_is_zero(const struct fact *fact, struct lockprog_type type)
{
	return range_is_single(fact) && range_low(fact) == range_key(type, 0);
}

void facts_join(struct facts *facts, const struct facts *other)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++) {
		const int node = facts->list[i].node, j = facts_find(other, node);
		struct fact both;

		if (j == other->n || other->list[j].node != node) {
			facts_changed(facts, node);
			continue;
		}
		both = range_join(&facts->list[i], &other->list[j]);
		if (!fact_equal(&both, &facts->list[i]))
			facts_changed(facts, node);
		facts->list[n++] = both;
	}
	facts->n = n;
}

void facts_put(struct facts *facts, int node, const struct fact *fact)
{
	int i = facts_find(facts, node);

	if (i == facts->n || facts->list[i].node != node) {
		facts->list = alloc_grow(facts->list, facts->n, &facts->max, sizeof *facts->list);
		memmove(&facts->list[i + 1], &facts->list[i], (facts->n - i) * sizeof *facts->list);
		facts->n++;
	}
	facts->list[i] = *fact;
	facts->list[i].node = node;
	facts_changed(facts, node);
	assert(fact->n > 0 && range_is_set(fact));
	assert(i == 0 || facts->list[i - 1].node < node);
	assert(i + 1 == facts->n || facts->list[i + 1].node > node);
}

/* True if all values in X are in Y too. */
static bool is_within(const struct fact *x, const struct fact *y)
{
	struct fact both = *x;

	return range_narrow(&both, y) && fact_equal(&both, x);
}

/* The number of facts of X that exclude values which Y allows; FIRST is the node of the
 * first one. */
static int count_others(const struct facts *x, const struct facts *y, int *first)
{
	int n = 0;

	for (int i = 0; i < x->n; i++) {
		int j = facts_find(y, x->list[i].node);

		if (j < y->n && y->list[j].node == x->list[i].node &&
		    is_within(&y->list[j], &x->list[i]))
			continue;
		if (!n++)
			*first = x->list[i].node;
	}
	return n;
}

bool facts_join_exactly(struct facts *facts, const struct facts *other)
{
	int mine = -1, others = -1, n_mine = count_others(facts, other, &mine),
	    n_others = count_others(other, facts, &others);

	/* One set allows all that the other does. */
	if (!n_mine)
		return true;
	if (!n_others) {
		facts->n = 0;
		facts->version = 0;
		for (int i = 0; i < other->n; i++)
			facts_put(facts, other->list[i].node, &other->list[i]);
		return true;
	}
	/* They may differ in only one node. */
	if (n_mine > 1 || n_others > 1 || mine != others || facts->n != other->n)
		return false;
	for (int i = 0; i < facts->n; i++) {
		const struct fact *x = &facts->list[i], *y = &other->list[i];

		if (x->node != y->node || (x->node != mine && !fact_equal(x, y)) ||
		    x->n + y->n > FACT_MAX_SPANS)
			return false;
	}
	facts_join(facts, other);
	return true;
}

void facts_filter(struct facts *facts, bool keep(int node, void *data), void *data)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++)
		if (!keep(facts->list[i].node, data))
			facts_changed(facts, facts->list[i].node);
		else if (n++ < i)
			facts->list[n - 1] = facts->list[i];
	facts->n = n;
}

void facts_replace(struct facts *facts, struct sym_table *table, int atom, int by)
{
	struct facts old = *facts;

	*facts = (struct facts){ 0 };
	for (int i = 0; i < old.n; i++) {
		int node = sym_replace(table, old.list[i].node, atom, by);

		/* What a number is needs no fact. */
		if (sym_at(table, node)->kind != SYM_CONST)
			facts_put(facts, node, &old.list[i]);
	}
	free(old.list);
}
