/* preimage.c - operations on sets of values, backward.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/preimage.h"

#include "value/image.h"

/* Remove from A values that give no value in RESULT with B (NULL for a cast), by trying:
 * each value if there are few; else the values below 0, 0, and those above 0. */
static bool sift(enum lockprog_expr expr, const struct operand *result, struct operand *a,
		 const struct operand *b, bool a_is_left)
{
	struct fact left = { .node = a->in.node };
	struct operand part = { a->type, { 0 } };
	bool is_few = collect_count(&a->in) <= RANGE_MAX_VALUES;
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
			image = a_is_left ? image_of(expr, result->type, &part, b)
					  : image_of(expr, result->type, b, &part);
			if (range_narrow(&image, &result->in))
				range_add_span(&left, from, to);
			if (to == a->in.spans[i].high)
				break;
		}
	}
	a->in = left;
	return left.n > 0;
}

/* Narrow A to ALL, the sums or differences of two other operands. */
static bool narrow_to(struct operand *a, struct collected *all)
{
	struct fact fact = collect_set(all);

	return range_narrow(&a->in, &fact);
}

static bool take_back_sum(enum lockprog_expr expr, const struct operand *result, struct operand *a,
			  struct operand *b)
{
	struct collected all;

	/* a = result - b or result + b; b = result - a or a - result.  Signed types do
	 * not wrap. */
	all.type = a->type;
	all.n = 0;
	if (a->type.is_signed != result->type.is_signed || a->type.bits != result->type.bits ||
	    b->type.is_signed != a->type.is_signed || b->type.bits != a->type.bits)
		return true;
	image_add_sum(&all, expr == LOCKPROG_ADD ? LOCKPROG_SUB : LOCKPROG_ADD, result, b);
	if (!narrow_to(a, &all))
		return false;
	all.n = 0;
	if (expr == LOCKPROG_ADD)
		image_add_sum(&all, LOCKPROG_SUB, result, a);
	else
		image_add_sum(&all, LOCKPROG_SUB, a, result);
	return narrow_to(b, &all);
}

/* Narrow A, which was multiplied by the one number in B. */
static bool take_back_product(const struct operand *result, struct operand *a,
			      const struct operand *b)
{
	struct wide factor = collect_number(b->type, range_low(&b->in));
	struct wide highest = collect_number(a->type, range_high(&a->in));
	struct wide most = collect_number(result->type, range_highest(result->type));
	struct wide zero = wide_of(0);
	struct collected all;

	if (!range_is_single(&b->in) || !wide_is_less(zero, factor) || collect_is_biased(a->type))
		return true;
	if (!result->type.is_signed && wide_is_less(most, wide_multiply(highest, factor)))
		return true;
	all.type = a->type;
	all.n = 0;
	for (int i = 0; i < result->in.n; i++) {
		struct wide from = collect_number(result->type, result->in.spans[i].low);
		struct wide to = collect_number(result->type, result->in.spans[i].high);

		/* FROM rounded up, TO rounded down */
		from = wide_subtract(zero, wide_divide(wide_subtract(zero, from), factor));
		to = wide_divide(to, factor);
		if (!wide_is_less(to, from))
			collect_inside(&all, from, to);
	}
	return narrow_to(a, &all);
}

static bool take_back_cast(const struct operand *result, struct operand *a)
{
	struct wide low = collect_number(a->type, range_low(&a->in)),
		    high = collect_number(a->type, range_high(&a->in));
	struct wide least = collect_number(result->type, range_lowest(result->type));
	struct wide most = collect_number(result->type, range_highest(result->type));
	struct wide size = wide_raise(wide_of(1), result->type.bits);
	struct collected all;

	all.type = a->type;
	all.n = 0;
	if (result->type.bits < a->type.bits &&
	    (wide_is_less(low, least) || wide_is_less(most, high)))
		return sift(LOCKPROG_COPY, result, a, NULL, true);
	for (int i = 0; i < result->in.n; i++) {
		struct wide from = collect_number(result->type, result->in.spans[i].low);
		struct wide to = collect_number(result->type, result->in.spans[i].high);

		if (result->type.bits <= a->type.bits) {
			collect_wrapped(&all, from, to);
			continue;
		}
		/* The type is wider: the values are the same, except negative ones that
		 * became large. */
		collect_inside(&all, from, to);
		if (a->type.is_signed && !result->type.is_signed)
			collect_inside(&all, wide_subtract(from, size), wide_subtract(to, size));
	}
	return narrow_to(a, &all);
}

/* True if some number in RESULT may be the result of AND or OR with the one number in B:
 * it has no bit that B lacks (AND), or all bits of B (OR). */
static bool has_bits_of(enum lockprog_expr expr, const struct operand *result,
			const struct operand *b)
{
	unsigned long long mask;

	if (!range_is_single(&b->in) || collect_count(&result->in) > RANGE_MAX_VALUES)
		return true;
	mask = wide_bits(collect_number(b->type, range_low(&b->in)));
	for (int i = 0; i < result->in.n; i++)
		for (long long key = result->in.spans[i].low; ; key++) {
			unsigned long long bits = wide_bits(collect_number(result->type, key));

			if (expr == LOCKPROG_AND ? !(bits & ~mask) : !(mask & ~bits))
				return true;
			if (key == result->in.spans[i].high)
				break;
		}
	return false;
}

bool preimage_narrow(enum lockprog_expr expr, const struct operand *result, struct operand *a,
		     struct operand *b)
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
		back = image_of(LOCKPROG_XOR, a->type, result, b);
		if (!range_narrow(&a->in, &back))
			return false;
		back = image_of(LOCKPROG_XOR, b->type, result, a);
		return range_narrow(&b->in, &back);
	case LOCKPROG_AND:
	case LOCKPROG_OR:
		return has_bits_of(expr, result, b) && sift(expr, result, a, b, true) &&
		       sift(expr, result, b, a, false);
	case LOCKPROG_SHL:
	case LOCKPROG_SHR:
		return sift(expr, result, a, b, true);
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
	case LOCKPROG_EXPRS: break;
	}
	return true;
}
