/* range.h - sets of values of one type.
 *
 * A set is a few sorted spans with gaps between them.  Ends of spans are keys: the value
 * itself, except for unsigned 64-bit types, whose keys are the values minus 2^63, so that
 * they sort as signed numbers.  A set that would need more spans gets a larger one that
 * covers it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RANGE_H
#define RANGE_H

#include "limits.h"
#include "lockprog/lockprog.h"

struct span { long long low, high; };

/* NODE (facts.h; -1 here) is in one of N spans. */
struct fact {
	int node;
	int n;
	struct span spans[FACT_MAX_SPANS];
};

long long range_key(struct lockprog_type type, long long value);

/* The lowest and the highest key of TYPE. */
long long range_lowest(struct lockprog_type type);
long long range_highest(struct lockprog_type type);

struct fact range_of_type(struct lockprog_type type);
struct fact range_span(long long from, long long to);
struct fact range_single(long long key);

/* All values of TYPE except FROM to TO; N is 0 if there are none. */
struct fact range_outside(struct lockprog_type type, long long from, long long to);

static inline long long range_low(const struct fact *fact)
{
	return fact->spans[0].low;
}

static inline long long range_high(const struct fact *fact)
{
	return fact->spans[fact->n - 1].high;
}

static inline bool range_is_single(const struct fact *fact)
{
	return fact->n == 1 && fact->spans[0].low == fact->spans[0].high;
}

/* True if FACT is a valid set: its spans are sorted, not empty, and have gaps between
 * them. Two spans may both end at the highest number: range_add_span does not join
 * these. */
bool range_is_set(const struct fact *fact);

bool range_contains(const struct fact *fact, long long key);

/* Narrow A to the values that are also in B; false if none are left. */
bool range_narrow(struct fact *a, const struct fact *b);

/* Add a span behind the last one.  If there are too many spans, closes the narrowest
 * gap. */
void range_add_span(struct fact *fact, long long from, long long to);

/* The smallest set that covers both. */
struct fact range_join(const struct fact *a, const struct fact *b);

/* A set of values, and their type. */
struct operand {
	struct lockprog_type type;
	struct fact in;
};

#endif
