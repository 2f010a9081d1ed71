/* differences.c - bounds of the difference of two signed numbers, from comparisons.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/differences.h"

#include "value/known.h"

/* Bounds of a number, or of the difference of two numbers. */
struct difference { long long low, high; };

/* Split NODE into *BASE and bounds of what is added to it: constants are, and setting or
 * clearing bits adds or subtracts at most these bits.  False if they are too far. */
static bool split(const struct sym_table *table, int node, int *base, struct difference *added)
{
	const struct sym *sym;
	long long offset;

	*added = (struct difference){ 0, 0 };
	for (;;) {
		sym_split(table, node, base, &offset);
		if (offset <= -FACTS_MAX_DIFFERENCE || offset >= FACTS_MAX_DIFFERENCE)
			return false;
		added->low += offset;
		added->high += offset;
		sym = sym_at(table, *base);
		if (sym->kind != SYM_OP || sym->b < 0 || !sym->type.is_signed ||
		    sym_at(table, sym->a)->type.bits != sym->type.bits ||
		    !sym_at(table, sym->a)->type.is_signed ||
		    sym_at(table, sym->b)->kind != SYM_CONST)
			break;
		offset = sym_at(table, sym->b)->constant;
		if (offset <= -FACTS_MAX_DIFFERENCE || offset >= FACTS_MAX_DIFFERENCE)
			break;
		if ((sym->expr == LOCKPROG_OR || sym->expr == LOCKPROG_XOR) && offset >= 0)
			added->high += offset;
		else if (sym->expr != LOCKPROG_AND || offset >= 0)
			break;
		if (sym->expr == LOCKPROG_XOR)
			added->low -= offset;
		if (sym->expr == LOCKPROG_AND)
			added->low -= ~offset;
		node = sym->a;
	}
	return added->low > -FACTS_MAX_DIFFERENCE && added->high < FACTS_MAX_DIFFERENCE;
}

/* Split SYM, which compares two signed numbers of one type, into a comparison of BASE_A -
 * BASE_B, plus what is in ADDED, with 0; false if it is not one. */
static bool split_comparison(const struct sym_table *table, const struct sym *sym, int *base_a,
			     int *base_b, struct difference *added)
{
	struct lockprog_type type = sym_at(table, sym->a)->type,
			     type_b = sym_at(table, sym->b)->type;
	struct difference a, b;

	if (!type.is_signed || !type_b.is_signed || type.bits != type_b.bits ||
	    sym_at(table, sym->b)->kind == SYM_CONST || !split(table, sym->a, base_a, &a) ||
	    !split(table, sym->b, base_b, &b))
		return false;
	*added = (struct difference){ a.low - b.high, a.high - b.low };
	return true;
}

/* The bounds of a difference, of which EXPR is true or not when ADDED is added: it is 0
 * (EQ) or below (LT). */
static struct difference bounds(enum lockprog_expr expr, bool truth, struct difference added)
{
	struct difference is = { -FACTS_MAX_DIFFERENCE, FACTS_MAX_DIFFERENCE };

	if (expr == LOCKPROG_EQ && !truth)
		return is;
	if (expr == LOCKPROG_EQ || !truth)
		is.low = -added.high;
	if (expr == LOCKPROG_EQ)
		is.high = -added.low;
	else if (truth)
		is.high = -added.low - 1;
	return is;
}

/* Narrow KNOWN, the bounds of A - B, by OTHER, a comparison of A and B whose TRUTH is
 * known; IS_TURNED: of B and A. */
static void narrow(struct difference *known, const struct sym *other, bool truth,
		   struct difference added, bool is_turned)
{
	struct difference is = bounds(other->expr, truth, added);

	if (is_turned)
		is = (struct difference){ -is.high, -is.low };
	if (known->low < is.low)
		known->low = is.low;
	if (known->high > is.high)
		known->high = is.high;
	/* They differ. */
	if (other->expr == LOCKPROG_EQ && !truth && added.low == added.high) {
		long long but = is_turned ? added.low : -added.low;

		known->low += known->low == but;
		known->high -= known->high == but;
	}
}

int differences_decide(const struct facts *facts, const struct sym_table *table,
		       const struct sym *sym)
{
	int base_a, base_b;
	struct difference known = { -FACTS_MAX_DIFFERENCE, FACTS_MAX_DIFFERENCE }, added;

	if (!split_comparison(table, sym, &base_a, &base_b, &added) ||
	    (base_a == sym->a && base_b == sym->b))
		return -1;
	if (base_a == base_b)
		known = (struct difference){ 0, 0 };
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < facts->n; i++) {
			const struct sym *other = sym_at(table, facts->list[i].node);
			struct difference by;
			int a, b;

			if (other == sym || !sym_is_comparison(other) ||
			    !range_is_single(&facts->list[i]) ||
			    !split_comparison(table, other, &a, &b, &by))
				continue;
			if ((a == base_a && b == base_b) || (a == base_b && b == base_a))
				narrow(&known, other, range_low(&facts->list[i]) == 1, by,
				       a != base_a);
		}
	known.low += added.low;
	known.high += added.high;
	if (sym->expr == LOCKPROG_EQ)
		return known.high < 0 || known.low > 0 ? 0 : known.low == known.high ? 1 : -1;
	return known.high < 0 ? 1 : known.low >= 0 ? 0 : -1;
}
