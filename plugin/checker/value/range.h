/* range.h - sets of values of one type, and what operations make of them.
 *
 * A set is a few spans, sorted and apart from each other.  Ends of spans are keys: the value
 * itself, except for unsigned 64-bit types, whose keys are moved down by 2^63 so that they
 * order as signed numbers do.  A set that would take more spans covers more.
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

/* The least and the greatest key of TYPE. */
long long range_lowest(struct lockprog_type type);
long long range_highest(struct lockprog_type type);

struct fact range_of_type(struct lockprog_type type);
struct fact range_span(long long from, long long to);

/* All of TYPE but FROM to TO; N is 0 when that is nothing. */
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

bool range_contains(const struct fact *fact, long long key);

/* A narrowed by B; false when nothing is left. */
bool range_narrow(struct fact *a, const struct fact *b);

/* The smallest set that covers both. */
struct fact range_join(const struct fact *a, const struct fact *b);

/* A set of values, and their type. */
struct operand {
	struct lockprog_type type;
	struct fact in;
};

/* What EXPR makes of A and B (NULL for a cast) in TYPE, for all but comparisons.  Sums, differences
 * and products of signed types do not leave their type, those of unsigned ones wrap around.
 * N is 0 when there is nothing that it could make. */
struct fact range_image(enum lockprog_expr expr, struct lockprog_type type, const struct operand *a,
			const struct operand *b);

/* Take from A and B what gives nothing in RESULT.  False when nothing is left. */
bool range_take_back(enum lockprog_expr expr, const struct operand *result, struct operand *a, struct operand *b);

#endif
