/* range.c - arithmetic on sets of values, forward and back.
 *
 * Numbers are computed with more bits than any type has, and brought back into their type at
 * the end.  For what works on bits, spans are cut into blocks: a number whose lower bits are free.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/range.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

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
	return (struct fact){ .node = -1, .n = 1, .spans = { { from, to } } };
}

/* Adds a span behind the last; too many become fewer, closing the narrowest gap. */
static void add_span(struct fact *fact, long long from, long long to)
{
	int narrowest = 0;

	if (fact->n && range_high(fact) != LLONG_MAX && from <= range_high(fact) + 1) {
		if (to > range_high(fact))
			fact->spans[fact->n - 1].high = to;
		return;
	}
	if (fact->n == FACT_MAX_SPANS) {
		unsigned long long gap = (unsigned long long)from - (unsigned long long)range_high(fact);

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
	struct fact fact = { .node = -1 };

	if (from > range_lowest(type))
		add_span(&fact, range_lowest(type), from - 1);
	if (to < range_highest(type))
		add_span(&fact, to + 1, range_highest(type));
	return fact;
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
	struct fact both = { .node = a->node };

	for (int i = 0, j = 0; i < a->n && j < b->n; ) {
		long long from = a->spans[i].low > b->spans[j].low ? a->spans[i].low : b->spans[j].low;
		long long to = a->spans[i].high < b->spans[j].high ? a->spans[i].high : b->spans[j].high;

		if (from <= to)
			add_span(&both, from, to);
		if (a->spans[i].high < b->spans[j].high)
			i++;
		else
			j++;
	}
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
		add_span(&fact, next->low, next->high);
	}
	return fact;
}

/* ---- numbers, and back to keys ---- */

struct collected {
	struct lockprog_type type;
	int n;
	struct span spans[8 * RANGE_MAX_BLOCKS * RANGE_MAX_BLOCKS];
};

static bool is_biased(struct lockprog_type type)
{
	return type.bits == 64 && !type.is_signed;
}

static wide number_of(struct lockprog_type type, long long key)
{
	return is_biased(type) ? (wide)key + ((wide)1 << 63) : key;
}

static long long key_of(struct lockprog_type type, wide number)
{
	return (long long)(is_biased(type) ? number - ((wide)1 << 63) : number);
}

static void collect_keys(struct collected *all, wide from, wide to)
{
	all->spans[all->n++] = (struct span){ key_of(all->type, from), key_of(all->type, to) };
}

/* What of FROM to TO is in the type. */
static void collect_inside(struct collected *all, wide from, wide to)
{
	wide low = number_of(all->type, range_lowest(all->type)), high = number_of(all->type, range_highest(all->type));

	if (from < low)
		from = low;
	if (to > high)
		to = high;
	if (from <= to)
		collect_keys(all, from, to);
}

/* FROM to TO modulo the size of the type. */
static void collect_wrapped(struct collected *all, wide from, wide to)
{
	wide low = number_of(all->type, range_lowest(all->type)), high = number_of(all->type, range_highest(all->type));
	wide size = high - low + 1, down;

	if (to - from >= size - 1) {
		collect_keys(all, low, high);
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

static struct fact fact_of(struct collected *all)
{
	struct fact fact = { .node = -1 };

	if (all->n > 1)
		qsort(all->spans, all->n, sizeof *all->spans, compare_spans);
	for (int i = 0; i < all->n; i++)
		add_span(&fact, all->spans[i].low, all->spans[i].high);
	return fact;
}

/* The number of values, or RANGE_MAX_VALUES + 1 when they are more. */
static int count(const struct fact *fact)
{
	int n = 0;

	for (int i = 0; i < fact->n; i++) {
		unsigned long long size = (unsigned long long)fact->spans[i].high - (unsigned long long)fact->spans[i].low;

		if (size >= RANGE_MAX_VALUES)
			return RANGE_MAX_VALUES + 1;
		n += (int)size + 1;
		if (n > RANGE_MAX_VALUES)
			return RANGE_MAX_VALUES + 1;
	}
	return n;
}

/* True if each can be tried with each. */
static bool are_few(const struct operand *a, const struct operand *b)
{
	int n = count(&a->in), m = count(&b->in);

	return n <= RANGE_MAX_VALUES && m <= RANGE_MAX_VALUES && n * m <= 4 * RANGE_MAX_VALUES;
}

/* ---- bits ---- */

struct block { unsigned long long bits, free; };	/* FREE: the lower bits, which may be anything */

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

/* One block that covers FROM to TO. */
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
			wide from = number_of(operand->type, operand->in.spans[i].low);
			wide to = number_of(operand->type, operand->in.spans[i].high);
			void (*add)(struct blocks *, unsigned long long, unsigned long long) = is_fine ? cut : cover;

			/* Negative ones have their sign in common. */
			if (from < 0 && to >= 0) {
				add(blocks, (unsigned long long)from, ~0ull);
				add(blocks, 0, (unsigned long long)to);
			} else {
				add(blocks, (unsigned long long)from, (unsigned long long)to);
			}
		}
		if (!blocks->is_full)
			return;
	}
}

/* All numbers that have ONES, and of UNKNOWN any. */
static void collect_bits(struct collected *all, unsigned long long ones, unsigned long long unknown)
{
	unsigned long long choices = 0, value = 0;
	int n = 0;

	/* The uppermost are told apart, down to where the rest is one span. */
	while (n < 3 && unknown & (unknown + 1)) {
		unsigned long long bit = 1ull << (63 - __builtin_clzll(unknown));

		choices |= bit;
		unknown &= ~bit;
		n++;
	}
	do {
		unsigned long long low = ones | value, high = low | unknown;

		if (all->type.is_signed && (long long)low >= 0 && (long long)high < 0) {
			/* the sign itself is free */
			collect_wrapped(all, (long long)high, -1);
			collect_wrapped(all, 0, LLONG_MAX);
		} else if (all->type.is_signed) {
			collect_wrapped(all, (long long)low, (long long)high);
		} else {
			collect_wrapped(all, low, high);
		}
		value = (value - choices) & choices;
	} while (value);
}

static void collect_bitwise(struct collected *all, enum lockprog_expr expr, const struct operand *a,
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
				collect_inside(all, number_of(all->type, range_lowest(all->type)),
					       number_of(all->type, range_highest(all->type)));
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

static long long bitwise(enum lockprog_expr expr, long long a, long long b)
{
	return expr == LOCKPROG_AND ? a & b : expr == LOCKPROG_OR ? a | b : a ^ b;
}

/* ---- forward ---- */

static void collect_sum(struct collected *all, enum lockprog_expr expr, const struct operand *a, const struct operand *b)
{
	for (int i = 0; i < a->in.n; i++)
		for (int j = 0; j < b->in.n; j++) {
			wide al = number_of(a->type, a->in.spans[i].low), ah = number_of(a->type, a->in.spans[i].high);
			wide bl = number_of(b->type, b->in.spans[j].low), bh = number_of(b->type, b->in.spans[j].high);
			wide from = expr == LOCKPROG_ADD ? al + bl : al - bh;
			wide to = expr == LOCKPROG_ADD ? ah + bh : ah - bl;

			if (all->type.is_signed)
				collect_inside(all, from, to);
			else
				collect_wrapped(all, from, to);
		}
}

static void collect_product(struct collected *all, wide al, wide ah, wide bl, wide bh)
{
	wide ends[4], from, to;

	if (!all->type.is_signed && (ah > UINT_MAX || bh > UINT_MAX)) {
		/* it may not fit any number we have */
		collect_wrapped(all, 0, ((wide)1 << 64) - 1);
		return;
	}
	ends[0] = al * bl;
	ends[1] = al * bh;
	ends[2] = ah * bl;
	ends[3] = ah * bh;
	from = to = ends[0];
	for (int i = 1; i < 4; i++) {
		from = ends[i] < from ? ends[i] : from;
		to = ends[i] > to ? ends[i] : to;
	}
	if (all->type.is_signed)
		collect_inside(all, from, to);
	else
		collect_wrapped(all, from, to);
}

/* What FACT, A | B or A & B as far as blocks tell, cannot be: blocks may have been coarse. */
static void bound_bits(struct fact *fact, enum lockprog_expr expr, struct lockprog_type type, const struct operand *a,
		       const struct operand *b)
{
	long long zero_a = range_key(a->type, 0), zero_b = range_key(b->type, 0), zero = range_key(type, 0);
	bool a_is_positive = range_low(&a->in) >= zero_a, b_is_positive = range_low(&b->in) >= zero_b;
	struct fact bound = range_of_type(type);

	if (range_key(a->type, 1) != range_key(type, 1) || range_key(b->type, 1) != range_key(type, 1) ||
	    a->type.bits > type.bits || b->type.bits > type.bits)
		return;
	if (expr == LOCKPROG_AND) {
		if (a_is_positive)
			bound = range_span(zero, range_high(&a->in));
		if (b_is_positive && (!a_is_positive || range_high(&b->in) < range_high(&a->in)))
			bound = range_span(zero, range_high(&b->in));
	} else if (expr == LOCKPROG_OR && a_is_positive && b_is_positive) {
		bound = range_span(range_low(&a->in) > range_low(&b->in) ? range_low(&a->in) : range_low(&b->in),
				   range_highest(type));
	} else if (expr == LOCKPROG_OR && (!range_contains(&a->in, zero_a) || !range_contains(&b->in, zero_b))) {
		bound = range_outside(type, zero, zero);
	}
	range_narrow(fact, &bound);
}

static bool is_bitwise(enum lockprog_expr expr)
{
	return expr == LOCKPROG_AND || expr == LOCKPROG_OR || expr == LOCKPROG_XOR;
}

/* One by one, for two sets of few values. */
static void collect_each(struct collected *all, enum lockprog_expr expr, const struct operand *a, const struct operand *b)
{
	for (int i = 0; i < a->in.n; i++)
		for (long long x = a->in.spans[i].low; ; x++) {
			for (int j = 0; j < b->in.n; j++)
				for (long long y = b->in.spans[j].low; ; y++) {
					wide p = number_of(a->type, x), q = number_of(b->type, y), r;

					if (is_bitwise(expr)) {
						r = bitwise(expr, (long long)p, (long long)q);
						collect_wrapped(all, r, r);
					} else {
						collect_product(all, p, p, q, q);
					}
					if (y == b->in.spans[j].high)
						break;
				}
			if (x == a->in.spans[i].high)
				break;
		}
}

/* A shifted by the one number in B. */
static bool collect_shift(struct collected *all, enum lockprog_expr expr, const struct operand *a, const struct operand *b)
{
	long long shift = (long long)number_of(b->type, range_low(&b->in));

	if (!range_is_single(&b->in) || shift < 0 || shift > 62)
		return false;
	for (int i = 0; i < a->in.n; i++) {
		wide from = number_of(a->type, a->in.spans[i].low), to = number_of(a->type, a->in.spans[i].high);

		if (expr == LOCKPROG_SHR) {
			collect_wrapped(all, from >> shift, to >> shift);
			continue;
		}
		if (count(&a->in) > RANGE_MAX_VALUES) {
			if (to >= (wide)1 << 62 || from <= -((wide)1 << 62))
				return false;
			collect_wrapped(all, from * ((wide)1 << shift), to * ((wide)1 << shift));
			continue;
		}
		for (; from <= to; from++)
			collect_wrapped(all, from * ((wide)1 << shift), from * ((wide)1 << shift));
	}
	return true;
}

struct fact range_image(enum lockprog_expr expr, struct lockprog_type type, const struct operand *a,
			const struct operand *b)
{
	struct collected all;
	struct fact fact;

	all.type = type;
	all.n = 0;
	switch (expr) {
	case LOCKPROG_COPY:
		for (int i = 0; i < a->in.n; i++)
			collect_wrapped(&all, number_of(a->type, a->in.spans[i].low),
					number_of(a->type, a->in.spans[i].high));
		break;
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		collect_sum(&all, expr, a, b);
		break;
	case LOCKPROG_MUL:
		if (are_few(a, b)) {
			collect_each(&all, expr, a, b);
			break;
		}
		for (int i = 0; i < a->in.n; i++)
			for (int j = 0; j < b->in.n; j++)
				collect_product(&all, number_of(a->type, a->in.spans[i].low),
						number_of(a->type, a->in.spans[i].high),
						number_of(b->type, b->in.spans[j].low),
						number_of(b->type, b->in.spans[j].high));
		break;
	case LOCKPROG_AND:
	case LOCKPROG_OR:
	case LOCKPROG_XOR:
		if (are_few(a, b))
			collect_each(&all, expr, a, b);
		else
			collect_bitwise(&all, expr, a, b);
		fact = fact_of(&all);
		bound_bits(&fact, expr, type, a, b);
		return fact;
	case LOCKPROG_SHL:
	case LOCKPROG_SHR:
		if (collect_shift(&all, expr, a, b))
			break;
		return range_of_type(type);
	case LOCKPROG_UNKNOWN: case LOCKPROG_PARAM: case LOCKPROG_CONST: case LOCKPROG_OBJECT: case LOCKPROG_PHI:
	case LOCKPROG_LOAD: case LOCKPROG_OPAQUE: case LOCKPROG_NOT: case LOCKPROG_NEG: case LOCKPROG_EQ:
	case LOCKPROG_NE: case LOCKPROG_LT: case LOCKPROG_LE: case LOCKPROG_GT: case LOCKPROG_GE: case LOCKPROG_EXPRS:
		return range_of_type(type);
	}
	return fact_of(&all);
}

/* ---- back ---- */

/* Take from A what gives nothing in RESULT together with B (NULL for a cast), by trying: each
 * value when they are few; else what is below 0, 0, and what is above. */
static bool sift(enum lockprog_expr expr, const struct operand *result, struct operand *a, const struct operand *b,
		 bool a_is_left)
{
	struct fact left = { .node = a->in.node };
	struct operand part = { a->type, { 0 } };
	bool is_few = count(&a->in) <= RANGE_MAX_VALUES;
	long long zero = range_key(a->type, 0);

	for (int i = 0; i < a->in.n; i++) {
		long long from = a->in.spans[i].low, to;

		for (;; from = to + 1) {
			struct fact image;

			to = a->in.spans[i].high;
			if (is_few || from == zero)
				to = from;
			else if (from < zero && to >= zero)
				to = zero - 1;
			part.in = range_span(from, to);
			image = a_is_left ? range_image(expr, result->type, &part, b)
					  : range_image(expr, result->type, b, &part);
			if (range_narrow(&image, &result->in))
				add_span(&left, from, to);
			if (to == a->in.spans[i].high)
				break;
		}
	}
	a->in = left;
	return left.n > 0;
}

/* A is at most what FROM to TO of its type allows, as the sum or difference of two others. */
static bool narrow_to(struct operand *a, struct collected *all)
{
	struct fact fact = fact_of(all);

	return range_narrow(&a->in, &fact);
}

static bool take_back_sum(enum lockprog_expr expr, const struct operand *result, struct operand *a, struct operand *b)
{
	struct collected all;

	/* a = result - b or result + b; b = result - a or a - result.  Signed ones do not wrap. */
	all.type = a->type;
	all.n = 0;
	if (a->type.is_signed != result->type.is_signed || a->type.bits != result->type.bits ||
	    b->type.is_signed != a->type.is_signed || b->type.bits != a->type.bits)
		return true;
	collect_sum(&all, expr == LOCKPROG_ADD ? LOCKPROG_SUB : LOCKPROG_ADD, result, b);
	if (!narrow_to(a, &all))
		return false;
	all.n = 0;
	if (expr == LOCKPROG_ADD)
		collect_sum(&all, LOCKPROG_SUB, result, a);
	else
		collect_sum(&all, LOCKPROG_SUB, a, result);
	return narrow_to(b, &all);
}

/* A times the one number in B. */
static bool take_back_product(const struct operand *result, struct operand *a, const struct operand *b)
{
	wide factor = number_of(b->type, range_low(&b->in));
	wide highest = number_of(a->type, range_high(&a->in));
	struct collected all;

	if (!range_is_single(&b->in) || factor <= 0 || is_biased(a->type))
		return true;
	if (!result->type.is_signed && highest * factor > number_of(result->type, range_highest(result->type)))
		return true;
	all.type = a->type;
	all.n = 0;
	for (int i = 0; i < result->in.n; i++) {
		wide from = number_of(result->type, result->in.spans[i].low);
		wide to = number_of(result->type, result->in.spans[i].high);

		/* the least that is not below, the greatest that is not above */
		from = from > 0 ? (from + factor - 1) / factor : from / factor;
		to = to < 0 ? -((factor - 1 - to) / factor) : to / factor;
		if (from <= to)
			collect_inside(&all, from, to);
	}
	return narrow_to(a, &all);
}

static bool take_back_cast(const struct operand *result, struct operand *a)
{
	wide low = number_of(a->type, range_low(&a->in)), high = number_of(a->type, range_high(&a->in));
	wide least = number_of(result->type, range_lowest(result->type));
	wide most = number_of(result->type, range_highest(result->type));
	struct collected all;

	all.type = a->type;
	all.n = 0;
	if (result->type.bits < a->type.bits && (low < least || high > most))
		return sift(LOCKPROG_COPY, result, a, NULL, true);
	for (int i = 0; i < result->in.n; i++) {
		wide from = number_of(result->type, result->in.spans[i].low);
		wide to = number_of(result->type, result->in.spans[i].high);

		if (result->type.bits <= a->type.bits) {
			collect_wrapped(&all, from, to);
			continue;
		}
		/* A wider type: as it is, or, where what was negative became large, that. */
		collect_inside(&all, from, to);
		if (a->type.is_signed && !result->type.is_signed)
			collect_inside(&all, from - most - 1, to - most - 1);
	}
	return narrow_to(a, &all);
}

/* True if a number in RESULT may come of AND or OR with the one number in B, which has bits in common with all of those. */
static bool has_bits_of(enum lockprog_expr expr, const struct operand *result, const struct operand *b)
{
	unsigned long long mask;

	if (!range_is_single(&b->in) || count(&result->in) > RANGE_MAX_VALUES)
		return true;
	mask = (unsigned long long)number_of(b->type, range_low(&b->in));
	for (int i = 0; i < result->in.n; i++)
		for (long long key = result->in.spans[i].low; ; key++) {
			unsigned long long bits = (unsigned long long)number_of(result->type, key);

			if (expr == LOCKPROG_AND ? !(bits & ~mask) : !(mask & ~bits))
				return true;
			if (key == result->in.spans[i].high)
				break;
		}
	return false;
}

bool range_take_back(enum lockprog_expr expr, const struct operand *result, struct operand *a, struct operand *b)
{
	struct fact back;

	switch (expr) {
	case LOCKPROG_COPY:
		return take_back_cast(result, a);
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		return take_back_sum(expr, result, a, b);
	case LOCKPROG_MUL:
		return take_back_product(result, a, b);
	case LOCKPROG_XOR:
		back = range_image(LOCKPROG_XOR, a->type, result, b);
		if (!range_narrow(&a->in, &back))
			return false;
		back = range_image(LOCKPROG_XOR, b->type, result, a);
		return range_narrow(&b->in, &back);
	case LOCKPROG_AND:
	case LOCKPROG_OR:
		return has_bits_of(expr, result, b) && sift(expr, result, a, b, true) && sift(expr, result, b, a, false);
	case LOCKPROG_SHL:
	case LOCKPROG_SHR:
		return sift(expr, result, a, b, true);
	case LOCKPROG_UNKNOWN: case LOCKPROG_PARAM: case LOCKPROG_CONST: case LOCKPROG_OBJECT: case LOCKPROG_PHI:
	case LOCKPROG_LOAD: case LOCKPROG_OPAQUE: case LOCKPROG_NOT: case LOCKPROG_NEG: case LOCKPROG_EQ:
	case LOCKPROG_NE: case LOCKPROG_LT: case LOCKPROG_LE: case LOCKPROG_GT: case LOCKPROG_GE: case LOCKPROG_EXPRS:
		break;
	}
	return true;
}
