/* differences.c - bounds of the difference of two signed numbers, from comparisons.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/differences.h"

#include "value/known.h"

/* The known bounds of the difference of two numbers. */
struct difference { long long low, high; };

/* Split SYM, which compares two signed numbers of one type, into a comparison of BASE_A -
 * BASE_B with *OFFSET; false if it is not one. */
static bool split_comparison(const struct sym_table *table, const struct sym *sym, int *base_a,
			     int *base_b, long long *offset)
{
	struct lockprog_type type = sym_at(table, sym->a)->type,
			     type_b = sym_at(table, sym->b)->type;
	long long offset_a, offset_b;

	if (!type.is_signed || !type_b.is_signed || type.bits != type_b.bits ||
	    sym_at(table, sym->b)->kind == SYM_CONST)
		return false;
	sym_split(table, sym->a, base_a, &offset_a);
	sym_split(table, sym->b, base_b, &offset_b);
	return !__builtin_sub_overflow(offset_b, offset_a, offset) &&
	       *offset > -FACTS_MAX_DIFFERENCE && *offset < FACTS_MAX_DIFFERENCE;
}

/* Narrow KNOWN: the difference is OFFSET (EXPR is EQ) or below it (LT); or not, if TRUTH
 * is false. */
static void narrow_difference(struct difference *known, enum lockprog_expr expr, bool truth,
			      long long offset)
{
	if (expr == LOCKPROG_EQ && !truth) {
		known->low += known->low == offset;
		known->high -= known->high == offset;
		return;
	}
	if ((expr == LOCKPROG_EQ || !truth) && known->low < offset)
		known->low = offset;
	if (expr == LOCKPROG_EQ && known->high > offset)
		known->high = offset;
	if (expr == LOCKPROG_LT && truth && known->high > offset - 1)
		known->high = offset - 1;
}

int differences_decide(const struct facts *facts, const struct sym_table *table,
		       const struct sym *sym)
{
	int base_a, base_b;
	long long offset;
	struct difference known = { -FACTS_MAX_DIFFERENCE, FACTS_MAX_DIFFERENCE };

	if (!split_comparison(table, sym, &base_a, &base_b, &offset) ||
	    (base_a == sym->a && base_b == sym->b))
		return -1;
	if (base_a == base_b)
		known = (struct difference){ 0, 0 };
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < facts->n; i++) {
			const struct sym *other = sym_at(table, facts->list[i].node);
			int a, b;
			long long by;
			bool truth;

			if (other == sym || !known_is_comparison(other) ||
			    !range_is_single(&facts->list[i]) ||
			    !split_comparison(table, other, &a, &b, &by))
				continue;
			truth = range_low(&facts->list[i]) == 1;
			/* b - a < by, turned round: a - b > -by, which is not a - b < 1 -
			 * by */
			if (a == base_b && b == base_a)
				narrow_difference(&known, other->expr,
						  other->expr == LOCKPROG_EQ ? truth : !truth,
						  other->expr == LOCKPROG_EQ ? -by : 1 - by);
			else if (a == base_a && b == base_b)
				narrow_difference(&known, other->expr, truth, by);
		}
	if (sym->expr == LOCKPROG_EQ)
		return offset < known.low || offset > known.high ? 0
		       : known.low == known.high                 ? 1
								 : -1;
	return known.high < offset ? 1 : known.low >= offset ? 0 : -1;
}
