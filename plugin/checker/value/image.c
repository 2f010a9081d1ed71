/* image.c - operations on sets of values, forward.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/image.h"

#include <limits.h>

#include "value/blocks.h"

static long long bitwise(enum lockprog_expr expr, long long a, long long b)
{
	return expr == LOCKPROG_AND ? a & b : expr == LOCKPROG_OR ? a | b : a ^ b;
}

void image_add_sum(struct collected *all, enum lockprog_expr expr, const struct operand *a,
		   const struct operand *b)
{
	for (int i = 0; i < a->in.n; i++)
		for (int j = 0; j < b->in.n; j++) {
			struct wide al = collect_number(a->type, a->in.spans[i].low),
				    ah = collect_number(a->type, a->in.spans[i].high);
			struct wide bl = collect_number(b->type, b->in.spans[j].low),
				    bh = collect_number(b->type, b->in.spans[j].high);
			struct wide from = expr == LOCKPROG_ADD ? wide_add(al, bl)
								: wide_subtract(al, bh);
			struct wide to = expr == LOCKPROG_ADD ? wide_add(ah, bh)
							      : wide_subtract(ah, bl);

			if (all->type.is_signed)
				collect_inside(all, from, to);
			else
				collect_wrapped(all, from, to);
		}
}

static void collect_product(struct collected *all, struct wide al, struct wide ah,
			    struct wide bl, struct wide bh)
{
	struct wide most = wide_of(UINT_MAX), ends[4], from, to;

	if (!all->type.is_signed && (wide_is_less(most, ah) || wide_is_less(most, bh))) {
		/* The product may exceed a wide number. */
		collect_wrapped(all, wide_of(0), wide_of_unsigned(ULLONG_MAX));
		return;
	}
	ends[0] = wide_multiply(al, bl);
	ends[1] = wide_multiply(al, bh);
	ends[2] = wide_multiply(ah, bl);
	ends[3] = wide_multiply(ah, bh);
	from = to = ends[0];
	for (int i = 1; i < 4; i++) {
		from = wide_is_less(ends[i], from) ? ends[i] : from;
		to = wide_is_less(to, ends[i]) ? ends[i] : to;
	}
	if (all->type.is_signed)
		collect_inside(all, from, to);
	else
		collect_wrapped(all, from, to);
}

/* Remove from FACT, the results of A | B or A & B by blocks, values out of their bounds:
 * blocks may be coarse. */
static void bound_bits(struct fact *fact, enum lockprog_expr expr, struct lockprog_type type,
		       const struct operand *a, const struct operand *b)
{
	long long zero_a = range_key(a->type, 0), zero_b = range_key(b->type, 0),
		  zero = range_key(type, 0);
	bool a_is_positive = range_low(&a->in) >= zero_a,
	     b_is_positive = range_low(&b->in) >= zero_b;
	struct fact bound = range_of_type(type);

	if (range_key(a->type, 1) != range_key(type, 1) ||
	    range_key(b->type, 1) != range_key(type, 1) || a->type.bits > type.bits ||
	    b->type.bits > type.bits)
		return;
	if (expr == LOCKPROG_AND) {
		if (a_is_positive)
			bound = range_span(zero, range_high(&a->in));
		if (b_is_positive && (!a_is_positive || range_high(&b->in) < range_high(&a->in)))
			bound = range_span(zero, range_high(&b->in));
	} else if (expr == LOCKPROG_OR && a_is_positive && b_is_positive) {
		bound = range_span(range_low(&a->in) > range_low(&b->in) ? range_low(&a->in)
									 : range_low(&b->in),
				   range_highest(type));
	} else if (expr == LOCKPROG_OR &&
		   (!range_contains(&a->in, zero_a) || !range_contains(&b->in, zero_b))) {
		bound = range_outside(type, zero, zero);
	}
	range_narrow(fact, &bound);
}

static bool is_bitwise(enum lockprog_expr expr)
{
	return expr == LOCKPROG_AND || expr == LOCKPROG_OR || expr == LOCKPROG_XOR;
}

/* Add the result for each pair of values, for two sets of few values. */
static void collect_each(struct collected *all, enum lockprog_expr expr, const struct operand *a,
			 const struct operand *b)
{
	for (int i = 0; i < a->in.n; i++)
		for (long long x = a->in.spans[i].low; ; x++) {
			for (int j = 0; j < b->in.n; j++)
				for (long long y = b->in.spans[j].low; ; y++) {
					struct wide p = collect_number(a->type, x),
						    q = collect_number(b->type, y), r;

					if (is_bitwise(expr)) {
						r = wide_of(bitwise(expr, (long long)wide_bits(p),
								    (long long)wide_bits(q)));
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

/* Add the results of shifting A by the one number in B. */
static bool collect_shift(struct collected *all, enum lockprog_expr expr, const struct operand *a,
			  const struct operand *b)
{
	long long number = (long long)wide_bits(collect_number(b->type, range_low(&b->in)));
	int shift = (int)number;

	if (!range_is_single(&b->in) || number < 0 || number > 62)
		return false;
	for (int i = 0; i < a->in.n; i++) {
		struct wide from = collect_number(a->type, a->in.spans[i].low),
			    to = collect_number(a->type, a->in.spans[i].high);

		if (expr == LOCKPROG_SHR) {
			collect_wrapped(all, wide_lower(from, shift), wide_lower(to, shift));
			continue;
		}
		if (collect_count(&a->in) > RANGE_MAX_VALUES) {
			if (!wide_is_less(to, wide_of(1ll << 62)) ||
			    !wide_is_less(wide_of(-(1ll << 62)), from))
				return false;
			collect_wrapped(all, wide_raise(from, shift), wide_raise(to, shift));
			continue;
		}
		for (; !wide_is_less(to, from); from = wide_add(from, wide_of(1))) {
			struct wide result = wide_raise(from, shift);

			collect_wrapped(all, result, result);
		}
	}
	return true;
}

struct fact image_of(enum lockprog_expr expr, struct lockprog_type type, const struct operand *a,
		     const struct operand *b)
{
	struct collected all;
	struct fact fact;

	all.type = type;
	all.n = 0;
	switch (expr) {
	case LOCKPROG_COPY:
		for (int i = 0; i < a->in.n; i++)
			collect_wrapped(&all, collect_number(a->type, a->in.spans[i].low),
					collect_number(a->type, a->in.spans[i].high));
		break;
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		image_add_sum(&all, expr, a, b);
		break;
	case LOCKPROG_MUL:
		if (collect_is_few(a, b)) {
			collect_each(&all, expr, a, b);
			break;
		}
		for (int i = 0; i < a->in.n; i++)
			for (int j = 0; j < b->in.n; j++)
				collect_product(&all, collect_number(a->type, a->in.spans[i].low),
						collect_number(a->type, a->in.spans[i].high),
						collect_number(b->type, b->in.spans[j].low),
						collect_number(b->type, b->in.spans[j].high));
		break;
	case LOCKPROG_AND:
	case LOCKPROG_OR:
	case LOCKPROG_XOR:
		if (collect_is_few(a, b))
			collect_each(&all, expr, a, b);
		else
			blocks_collect(&all, expr, a, b);
		fact = collect_set(&all);
		bound_bits(&fact, expr, type, a, b);
		return fact;
	case LOCKPROG_SHL:
	case LOCKPROG_SHR:
		if (collect_shift(&all, expr, a, b))
			break;
		return range_of_type(type);
	case LOCKPROG_UNKNOWN:
	case LOCKPROG_PARAM:
	case LOCKPROG_CONST:
	case LOCKPROG_OBJECT:
	case LOCKPROG_PHI:
	case LOCKPROG_LOAD:
	case LOCKPROG_OPAQUE:
	case LOCKPROG_NOT:
	case LOCKPROG_NEG:
	case LOCKPROG_EQ:
	case LOCKPROG_NE:
	case LOCKPROG_LT:
	case LOCKPROG_LE:
	case LOCKPROG_GT:
	case LOCKPROG_GE:
	case LOCKPROG_EXPRS: return range_of_type(type);
	}
	return collect_set(&all);
}
