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
			wide al = collect_number(a->type, a->in.spans[i].low),
			     ah = collect_number(a->type, a->in.spans[i].high);
			wide bl = collect_number(b->type, b->in.spans[j].low),
			     bh = collect_number(b->type, b->in.spans[j].high);
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
		/* The product may exceed the type wide. */
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
					wide p = collect_number(a->type, x),
					     q = collect_number(b->type, y), r;

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

/* Add the results of shifting A by the one number in B. */
static bool collect_shift(struct collected *all, enum lockprog_expr expr, const struct operand *a,
			  const struct operand *b)
{
	long long shift = (long long)collect_number(b->type, range_low(&b->in));

	if (!range_is_single(&b->in) || shift < 0 || shift > 62)
		return false;
	for (int i = 0; i < a->in.n; i++) {
		wide from = collect_number(a->type, a->in.spans[i].low),
		     to = collect_number(a->type, a->in.spans[i].high);

		if (expr == LOCKPROG_SHR) {
			collect_wrapped(all, from >> shift, to >> shift);
			continue;
		}
		if (collect_count(&a->in) > RANGE_MAX_VALUES) {
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
