/* collect.c - keys to numbers, and numbers to sets of values.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/collect.h"

#include <assert.h>
#include <stdlib.h>

/* Spans that are sorted by insertion. */
#define COLLECT_FEW 16

bool collect_is_biased(struct lockprog_type type)
{
	return type.bits == 64 && !type.is_signed;
}

struct wide collect_number(struct lockprog_type type, long long key)
{
	return collect_is_biased(type) ? wide_of_unsigned((unsigned long long)key ^ 1ull << 63)
				       : wide_of(key);
}

static long long key_of(struct lockprog_type type, struct wide number)
{
	return range_key(type, (long long)wide_bits(number));
}

static void collect_keys(struct collected *all, struct wide from, struct wide to)
{
	assert(all->n < (int)(sizeof all->spans / sizeof *all->spans) && !wide_is_less(to, from));
	all->spans[all->n++] = (struct span){ key_of(all->type, from), key_of(all->type, to) };
}

void collect_inside(struct collected *all, struct wide from, struct wide to)
{
	struct wide low = collect_number(all->type, range_lowest(all->type)),
		    high = collect_number(all->type, range_highest(all->type));

	if (wide_is_less(from, low))
		from = low;
	if (wide_is_less(high, to))
		to = high;
	if (!wide_is_less(to, from))
		collect_keys(all, from, to);
}

void collect_wrapped(struct collected *all, struct wide from, struct wide to)
{
	struct wide low = collect_number(all->type, range_lowest(all->type)),
		    high = collect_number(all->type, range_highest(all->type));
	struct wide times, down;

	if (!wide_is_less(wide_subtract(to, from), wide_subtract(high, low))) {
		collect_keys(all, low, high);
		return;
	}
	/* Most results are within the type. */
	if (!wide_is_less(from, low) && !wide_is_less(high, to)) {
		collect_keys(all, from, to);
		return;
	}
	/* The type has 2^bits numbers: go down by as many of these as FROM is away. */
	times = wide_lower(wide_subtract(from, low), all->type.bits);
	down = wide_raise(times, all->type.bits);
	from = wide_subtract(from, down);
	to = wide_subtract(to, down);
	if (!wide_is_less(high, to)) {
		collect_keys(all, from, to);
	} else {
		collect_keys(all, from, high);
		collect_keys(all, low,
			     wide_subtract(to, wide_raise(wide_of(1), all->type.bits)));
	}
}

static int compare_spans(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->low < y->low ? -1 : x->low > y->low;
}

struct fact collect_set(struct collected *all)
{
	struct fact fact = { .node = -1 };

	if (all->n == 1)
		return range_span(all->spans[0].low, all->spans[0].high);
	/* Few: insertion is quicker than qsort. */
	for (int i = 1; i < all->n && all->n <= COLLECT_FEW; i++) {
		struct span span = all->spans[i];
		int j = i;

		for (; j > 0 && all->spans[j - 1].low > span.low; j--)
			all->spans[j] = all->spans[j - 1];
		all->spans[j] = span;
	}
	if (all->n > COLLECT_FEW)
		qsort(all->spans, all->n, sizeof *all->spans, compare_spans);
	for (int i = 0; i < all->n; i++)
		range_add_span(&fact, all->spans[i].low, all->spans[i].high);
	assert(range_is_set(&fact));
	return fact;
}

int collect_count(const struct fact *fact)
{
	int n = 0;

	for (int i = 0; i < fact->n; i++) {
		unsigned long long size = (unsigned long long)fact->spans[i].high -
					  (unsigned long long)fact->spans[i].low;

		if (size >= RANGE_MAX_VALUES)
			return RANGE_MAX_VALUES + 1;
		n += (int)size + 1;
		if (n > RANGE_MAX_VALUES)
			return RANGE_MAX_VALUES + 1;
	}
	return n;
}

bool collect_is_few(const struct operand *a, const struct operand *b)
{
	int n = collect_count(&a->in), m = collect_count(&b->in);

	return n <= RANGE_MAX_VALUES && m <= RANGE_MAX_VALUES && n * m <= 4 * RANGE_MAX_VALUES;
}
