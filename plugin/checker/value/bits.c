/* bits.c - which bits of a value are known.
 *
 * Branches on masks give known bits: after if (x & 2) bit 1 of x is 1.  Spans of values
 * cannot express that.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/bits.h"

#include "value/collect.h"

/* The lowest known bits up to the first unknown one, as a mask. */
static unsigned long long without_gap(struct bits bits)
{
	unsigned long long known = bits.zeros | bits.ones;

	return known & ~(known + 1) & ((known ^ (known + 1)) >> 1);
}

/* The known bits of A + B or A - B, as a mask.  There is no carry out of the lowest bits
 * of B that are 0. */
static unsigned long long known_of_sum(struct bits a, struct bits b)
{
	unsigned long long low = without_gap((struct bits){ b.zeros, 0 });
	struct bits with_low = { a.zeros | (low & ~a.ones), a.ones };

	return without_gap(with_low) & without_gap(b) & ~(low & ~(a.zeros | a.ones));
}

/* VALUE as known bits, where MASK has a bit. */
static struct bits bits_of_value(unsigned long long value, unsigned long long mask)
{
	return (struct bits){ ~value & mask, value & mask };
}

/* True if SYM is some of the bits of its first operand, those of *MASK: x & 6, or a cast
 * to a narrower type. */
static bool takes_bits(const struct sym_table *table, const struct sym *sym,
		       unsigned long long *mask)
{
	if (sym->kind != SYM_OP)
		return false;
	if (sym->expr == LOCKPROG_AND && sym_at(table, sym->b)->kind == SYM_CONST) {
		*mask = sym_at(table, sym->b)->constant;
		return true;
	}
	*mask = sym->type.bits < 64 ? (1ull << sym->type.bits) - 1 : ~0ull;
	return sym->expr == LOCKPROG_COPY && sym->type.bits < sym_at(table, sym->a)->type.bits;
}

/* The bits of NODE that facts about masked values give: x & 2 is 0, x & 4 is not 0, x + 1
 * & 3 is 3. */
static struct bits bits_by_masks(const struct facts *facts, const struct sym_table *table, int node,
				 const struct sym *without)
{
	struct bits bits = { 0, 0 };

	for (int i = 0; i < facts->n; i++) {
		const struct fact *known = &facts->list[i];
		const struct sym *masked = sym_at(table, known->node), *sum;
		struct bits here = { 0, 0 };
		unsigned long long mask;

		if (masked == without || !takes_bits(table, masked, &mask))
			continue;
		if (range_is_single(known)) {
			struct wide number = collect_number(masked->type, range_low(known));

			here = bits_of_value(wide_bits(number), mask);
		} else if (!(mask & (mask - 1)) && fact_is_nonzero(known, masked->type)) {
			here.ones = mask;
		}
		sum = sym_at(table, masked->a);
		if (masked->a != node) {
			if (sum->kind != SYM_OP || sum->expr != LOCKPROG_ADD || sum->a != node ||
			    sym_at(table, sum->b)->kind != SYM_CONST)
				continue;
			here = bits_of_value(
				here.ones - sym_at(table, sum->b)->constant,
				known_of_sum(here, bits_of_value(sym_at(table, sum->b)->constant,
								 ~0ull)));
		}
		bits.zeros |= here.zeros;
		bits.ones |= here.ones;
	}
	return bits;
}

/* The known bits of a number whose known bits are A, moved down by SHIFT bits. */
static struct bits moved_down(struct bits a, long long shift)
{
	if (shift < 0 || shift >= 64)
		return (struct bits){ 0, 0 };
	return (struct bits){ a.zeros >> shift | ~(~0ull >> shift), a.ones >> shift };
}

/* The known bits of a value of type FROM whose known bits are A, cast to type TO. */
static struct bits bits_of_cast(struct bits a, struct lockprog_type from, struct lockprog_type to)
{
	/* Of a truth value only whether it is 0. */
	if (to.bits == 1)
		return (struct bits){ 0, 0 };
	if (from.bits < 64 && to.bits > from.bits) {
		const unsigned long long above = ~0ull << from.bits;

		a.zeros &= ~above;
		a.ones &= ~above;
		if (!from.is_signed)
			a.zeros |= above;
	}
	return a;
}

/* As bits_of, with operands down to DEPTH. */
static struct bits bits_to_depth(const struct facts *facts, const struct sym_table *table, int node,
				 const struct sym *without, int depth)
{
	const struct sym *sym = sym_at(table, node);
	struct bits bits, a, b = { 0, 0 }, made = { 0, 0 };

	if (sym->kind == SYM_CONST)
		return bits_of_value(sym->constant, ~0ull);
	bits = bits_by_masks(facts, table, node, without);
	if (sym->kind != SYM_OP || !depth)
		return bits;
	a = bits_to_depth(facts, table, sym->a, without, depth - 1);
	if (sym->b >= 0)
		b = bits_to_depth(facts, table, sym->b, without, depth - 1);
	switch (sym->expr) {
	case LOCKPROG_AND:
		made = (struct bits){ a.zeros | b.zeros, a.ones & b.ones };
		break;
	case LOCKPROG_OR:
		made = (struct bits){ a.zeros & b.zeros, a.ones | b.ones };
		break;
	case LOCKPROG_XOR:
		made = bits_of_value(a.ones ^ b.ones, (a.zeros | a.ones) & (b.zeros | b.ones));
		break;
	case LOCKPROG_ADD:
		made = bits_of_value(a.ones + b.ones, known_of_sum(a, b) | known_of_sum(b, a));
		break;
	case LOCKPROG_SHR:
		if (sym_at(table, sym->b)->kind == SYM_CONST &&
		    !sym_at(table, sym->a)->type.is_signed)
			made = moved_down(a, sym_at(table, sym->b)->constant);
		break;
	case LOCKPROG_COPY:
		made = bits_of_cast(a, sym_at(table, sym->a)->type, sym->type);
		break;
	case LOCKPROG_SUB:
		made = bits_of_value(a.ones - b.ones, known_of_sum(a, b));
		break;
	case LOCKPROG_MUL:
		made = bits_of_value(a.ones * b.ones, without_gap(a) & without_gap(b));
		break;
	default:
		break;
	}
	bits.zeros |= made.zeros;
	bits.ones |= made.ones;
	return bits;
}

struct bits bits_of(const struct facts *facts, const struct sym_table *table, int node,
		    const struct sym *without)
{
	return bits_to_depth(facts, table, node, without, BITS_MAX_DEPTH);
}
