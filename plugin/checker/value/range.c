/* range.c - sets of values of one type.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/range.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

long long range_key(struct lockprog_type type, long long value)
{
	if (type.bits == 64 && !type.is_signed)
		return (long long)((unsigned long long)value ^ 1ull << 63);
	return value;
}

long long range_lowest(struct lockprog_type type)
{
	if (type.bits == 64)
		return LLONG_MIN;
	return type.is_signed ? -(1ll << (type.bits - 1)) : 0;
}

long long range_highest(struct lockprog_type type)
{
	if (type.bits == 64)
		return LLONG_MAX;
	return type.is_signed ? (1ll << (type.bits - 1)) - 1 : (long long)((1ull << type.bits) - 1);
}

struct fact range_of_type(struct lockprog_type type)
{
	return range_span(range_lowest(type), range_highest(type));
}

struct fact range_span(long long from, long long to)
{
	struct fact fact;

	/* The other spans are never read: most of the time of a walk goes here. */
	fact.node = -1;
	fact.n = 1;
	fact.spans[0] = (struct span){ from, to };
	return fact;
}

struct fact range_single(long long key)
{
	return range_span(key, key);
}

/* True if a span up to HIGH and one from LOW on, which does not start before it, have
 * nothing between them. */
static bool touch(long long high, long long low)
{
	return high == LLONG_MAX || low <= high + 1;
}

void range_add_span(struct fact *fact, long long from, long long to)
{
	int narrowest = 0;

	if (fact->n && touch(range_high(fact), from)) {
		if (to > range_high(fact))
			fact->spans[fact->n - 1].high = to;
		return;
	}
	if (fact->n == FACT_MAX_SPANS) {
		unsigned long long gap =
			(unsigned long long)from - (unsigned long long)range_high(fact);

		narrowest = fact->n - 1;
		for (int i = 0; i + 1 < fact->n; i++) {
			unsigned long long other = (unsigned long long)fact->spans[i + 1].low -
						   (unsigned long long)fact->spans[i].high;

			if (other < gap) {
				gap = other;
				narrowest = i;
			}
		}
		if (narrowest == fact->n - 1) {
			fact->spans[fact->n - 1].high = to;
			return;
		}
		fact->spans[narrowest].high = fact->spans[narrowest + 1].high;
		memmove(&fact->spans[narrowest + 1], &fact->spans[narrowest + 2],
			(fact->n - narrowest - 2) * sizeof *fact->spans);
		fact->n--;
	}
	fact->spans[fact->n++] = (struct span){ from, to };
}

struct fact range_outside(struct lockprog_type type, long long from, long long to)
{
	struct fact fact;

	fact.node = -1;
	fact.n = 0;
	if (from > range_lowest(type))
		range_add_span(&fact, range_lowest(type), from - 1);
	if (to < range_highest(type))
		range_add_span(&fact, to + 1, range_highest(type));
	return fact;
}

bool range_is_set(const struct fact *fact)
{
	if (fact->n < 0 || fact->n > FACT_MAX_SPANS)
		return false;
	for (int i = 0; i < fact->n; i++) {
		if (fact->spans[i].low > fact->spans[i].high)
			return false;
		if (i && touch(fact->spans[i - 1].high, fact->spans[i].low))
			return false;
	}
	return true;
}

bool range_contains(const struct fact *fact, long long key)
{
	for (int i = 0; i < fact->n; i++)
		if (key >= fact->spans[i].low && key <= fact->spans[i].high)
			return true;
	return false;
}

bool range_narrow(struct fact *a, const struct fact *b)
{
	struct fact both;

	/* Most sets are one span. */
	if (a->n == 1 && b->n == 1) {
		if (a->spans[0].low < b->spans[0].low)
			a->spans[0].low = b->spans[0].low;
		if (a->spans[0].high > b->spans[0].high)
			a->spans[0].high = b->spans[0].high;
		a->n = a->spans[0].low <= a->spans[0].high;
		return a->n;
	}
	both.node = a->node;
	both.n = 0;
	for (int i = 0, j = 0; i < a->n && j < b->n; ) {
		long long from =
			a->spans[i].low > b->spans[j].low ? a->spans[i].low : b->spans[j].low;
		long long to =
			a->spans[i].high < b->spans[j].high ? a->spans[i].high : b->spans[j].high;

		if (from <= to)
			range_add_span(&both, from, to);
		if (a->spans[i].high < b->spans[j].high)
			i++;
		else
			j++;
	}
	assert(range_is_set(&both));
	*a = both;
	return a->n > 0;
}

struct fact range_join(const struct fact *a, const struct fact *b)
{
	struct fact fact = { .node = a->node };

	for (int i = 0, j = 0; i < a->n || j < b->n; ) {
		const struct span *next;

		if (j == b->n || (i < a->n && a->spans[i].low <= b->spans[j].low))
			next = &a->spans[i++];
		else
			next = &b->spans[j++];
		range_add_span(&fact, next->low, next->high);
	}
	assert(range_is_set(&fact));
	return fact;
}
