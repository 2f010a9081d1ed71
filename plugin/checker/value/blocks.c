/* blocks.c - AND, OR and XOR of sets of values.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/blocks.h"

#include <limits.h>

/* FREE: the lower bits, which have any value. */
struct block { unsigned long long bits, free; };

struct blocks {
	int n;
	bool is_full;
	struct block list[RANGE_MAX_BLOCKS];
};

static void cut(struct blocks *blocks, unsigned long long from, unsigned long long to)
{
	for (;;) {
		unsigned long long size = from ? from & -from : 1ull << 63;

		while (size - 1 > to - from)
			size >>= 1;
		if (blocks->n == RANGE_MAX_BLOCKS) {
			blocks->is_full = true;
			return;
		}
		blocks->list[blocks->n++] = (struct block){ from, size - 1 };
		if (to - from == size - 1)
			return;
		from += size;
	}
}

/* Add one block that covers FROM to TO. */
static void cover(struct blocks *blocks, unsigned long long from, unsigned long long to)
{
	unsigned long long free = from ^ to;

	for (int shift = 1; shift < 64; shift <<= 1)
		free |= free >> shift;
	if (blocks->n < RANGE_MAX_BLOCKS)
		blocks->list[blocks->n++] = (struct block){ from & ~free, free };
	else
		blocks->list[0] = (struct block){ 0, ~0ull };
}

static void blocks_of(struct blocks *blocks, const struct operand *operand)
{
	for (int is_fine = 1; is_fine >= 0; is_fine--) {
		*blocks = (struct blocks){ 0 };
		for (int i = 0; i < operand->in.n; i++) {
			struct wide low = collect_number(operand->type, operand->in.spans[i].low);
			struct wide high = collect_number(operand->type, operand->in.spans[i].high);
			unsigned long long from = wide_bits(low), to = wide_bits(high);
			void (*add)(struct blocks *, unsigned long long, unsigned long long) =
				is_fine ? cut : cover;

			/* Negative numbers have their sign in common. */
			if (wide_is_less(low, wide_of(0)) && !wide_is_less(high, wide_of(0))) {
				add(blocks, from, ~0ull);
				add(blocks, 0, to);
			} else {
				add(blocks, from, to);
			}
		}
		if (!blocks->is_full)
			return;
	}
}

/* Add all numbers with the bits ONES and any of the bits UNKNOWN. */
static void collect_bits(struct collected *all, unsigned long long ones, unsigned long long unknown)
{
	unsigned long long choices = 0, value = 0;
	int n = 0;

	/* Enumerate the uppermost unknown bits, until the rest is one span. */
	while (n < 3 && unknown & (unknown + 1)) {
		unsigned long long bit = 1ull << (63 - __builtin_clzll(unknown));

		choices |= bit;
		unknown &= ~bit;
		n++;
	}
	do {
		unsigned long long low = ones | value, high = low | unknown;

		if (all->type.is_signed && (long long)low >= 0 && (long long)high < 0) {
			/* the sign has any value */
			collect_wrapped(all, wide_of((long long)high), wide_of(-1));
			collect_wrapped(all, wide_of(0), wide_of(LLONG_MAX));
		} else if (all->type.is_signed) {
			collect_wrapped(all, wide_of((long long)low), wide_of((long long)high));
		} else {
			collect_wrapped(all, wide_of_unsigned(low), wide_of_unsigned(high));
		}
		value = (value - choices) & choices;
	} while (value);
}

void blocks_collect(struct collected *all, enum lockprog_expr expr, const struct operand *a,
		    const struct operand *b)
{
	struct blocks x, y;

	blocks_of(&x, a);
	blocks_of(&y, b);
	for (int i = 0; i < x.n; i++)
		for (int j = 0; j < y.n; j++) {
			struct block p = x.list[i], q = y.list[j];
			unsigned long long ones, possible;

			if (all->n + 20 > (int)(sizeof all->spans / sizeof *all->spans)) {
				all->n = 0;
				collect_inside(all,
					       collect_number(all->type, range_lowest(all->type)),
					       collect_number(all->type, range_highest(all->type)));
				return;
			}
			if (expr == LOCKPROG_XOR) {
				ones = (p.bits ^ q.bits) & ~(p.free | q.free);
				possible = ones | p.free | q.free;
			} else if (expr == LOCKPROG_AND) {
				ones = p.bits & q.bits;
				possible = (p.bits | p.free) & (q.bits | q.free);
			} else {
				ones = p.bits | q.bits;
				possible = ones | p.free | q.free;
			}
			collect_bits(all, ones, possible & ~ones);
		}
}
