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

wide collect_number(struct lockprog_type type, long long key)
{
	return collect_is_biased(type) ? (wide)key + ((wide)1 << 63) : key;
}

static long long key_of(struct lockprog_type type, wide number)
{
	return (long long)(collect_is_biased(type) ? number - ((wide)1 << 63) : number);
}

static void collect_keys(struct collected *all, wide from, wide to)
{
	assert(all->n < (int)(sizeof all->spans / sizeof *all->spans) && from <= to);
	all->spans[all->n++] = (struct span){ key_of(all->type, from), key_of(all->type, to) };
}

void collect_inside(struct collected *all, wide from, wide to)
{
	wide low = collect_number(all->type, range_lowest(all->type)),
	     high = collect_number(all->type, range_highest(all->type));

	if (from < low)
		from = low;
	if (to > high)
		to = high;
	if (from <= to)
		collect_keys(all, from, to);
}

void collect_wrapped(struct collected *all, wide from, wide to)
{
	wide low = collect_number(all->type, range_lowest(all->type)),
	     high = collect_number(all->type, range_highest(all->type));
	wide size = high - low + 1, down;

	if (to - from >= size - 1) {
		collect_keys(all, low, high);
		return;
	}
	/* Most results are within the type, and need no division. */
	if (from >= low && to <= high) {
		collect_keys(all, from, to);
		return;
	}
	/* Rounds down also below 0. */
	down = (from - low) / size * size;
	if (from - low < down)
		down -= size;
	from -= down;
	to -= down;
	if (to <= high) {
		collect_keys(all, from, to);
	} else {
		collect_keys(all, from, high);
		collect_keys(all, low, to - size);
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
