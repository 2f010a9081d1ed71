/* known.c - the values of a node that facts allow.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/known.h"

#include <string.h>

#include "limits.h"
#include "lockprog/work.h"
#include "value/bits.h"
#include "value/differences.h"
#include "value/image.h"

struct operand known_operand(const struct facts *facts, const struct sym_table *table, int node)
{
	return (struct operand){ sym_at(table, node)->type, facts_of(facts, table, node) };
}

bool known_same_keys(struct lockprog_type a, struct lockprog_type b)
{
	return (a.bits == 64 && !a.is_signed) == (b.bits == 64 && !b.is_signed);
}

int known_truth(enum lockprog_expr expr, const struct operand *a, const struct operand *b)
{
	if (!known_same_keys(a->type, b->type))
		return -1;
	if (expr == LOCKPROG_EQ) {
		if (facts_disjoint(&a->in, &b->in))
			return 0;
		return range_is_single(&a->in) && range_is_single(&b->in) ? 1 : -1;
	}
	return range_high(&a->in) < range_low(&b->in)    ? 1
	       : range_low(&a->in) >= range_high(&b->in) ? 0
							 : -1;
}

/* Narrow IMAGE, the values of x & 6, by the known bits of x. */
static void narrow_by_bits(const struct facts *facts, const struct sym_table *table,
			   const struct sym *sym, struct fact *image)
{
	long long mask = sym_at(table, sym->b)->constant, zeros, ones;
	struct operand any = { sym->type, range_of_type(sym->type) }, masks = { sym->type, { 0 } };
	struct bits bits;
	struct fact fits;

	if (mask <= 0 || sym->type.bits >= 64)
		return;
	bits = bits_of(facts, table, sym->a, sym);
	zeros = (long long)bits.zeros & mask;
	ones = (long long)bits.ones & mask;
	/* The contradiction is reported when the next fact is learned. */
	if (zeros & ones)
		return;
	if (zeros) {
		masks.in = range_single(mask & ~zeros);
		fits = image_of(LOCKPROG_AND, sym->type, &any, &masks);
		range_narrow(image, &fits);
	}
	if (ones) {
		fits = range_outside(sym->type, 0, ones - 1);
		range_narrow(image, &fits);
	}
}

/* Narrow IMAGE, the values of a cast of x to a narrower type, where all bits that it
 * takes are known. */
static void narrow_by_all_bits(const struct facts *facts, const struct sym_table *table,
			       const struct sym *sym, struct fact *image)
{
	const struct bits bits = bits_of(facts, table, sym->a, sym);
	const unsigned long long all = sym->type.bits < 64 ? (1ull << sym->type.bits) - 1 : ~0ull;
	struct fact only;

	if ((bits.zeros & bits.ones) || (~(bits.zeros | bits.ones) & all))
		return;
	only = range_single(range_key(sym->type, sym_wrap(sym->type, (long long)bits.ones)));
	range_narrow(image, &only);
}

bool known_is_least(const struct sym *sym)
{
	return sym->kind == SYM_OP && sym->expr == LOCKPROG_OPAQUE && sym->b >= 0 &&
	       !strcmp(sym->op, "min_expr");
}

bool known_is_greatest(const struct sym *sym)
{
	return sym->kind == SYM_OP && sym->expr == LOCKPROG_OPAQUE && sym->b >= 0 &&
	       !strcmp(sym->op, "max_expr");
}

/* The smaller, or with IS_MAX the larger, of A and B. */
static struct fact one_of_both(struct lockprog_type type, const struct operand *a,
			       const struct operand *b, bool is_max)
{
	long long low[] = { range_low(&a->in), range_low(&b->in) },
		  high[] = { range_high(&a->in), range_high(&b->in) };

	if (!known_same_keys(type, a->type) || !known_same_keys(type, b->type))
		return range_of_type(type);
	return range_span(low[(low[0] < low[1]) == is_max], high[(high[0] < high[1]) == is_max]);
}

static struct fact from_parts(const struct facts *facts, const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);
	struct fact fact = range_of_type(sym->type), image;
	struct operand a, b = { { 0 }, { 0 } };
	int truth;

	if (sym->kind == SYM_CONST)
		return range_single(range_key(sym->type, sym->constant));
	if (sym_is_never_null(table, node))
		return range_outside(sym->type, range_key(sym->type, 0), range_key(sym->type, 0));
	if (sym_is_comparison(sym)) {
		a = known_operand(facts, table, sym->a);
		b = known_operand(facts, table, sym->b);
		truth = known_truth(sym->expr, &a, &b);
		if (truth < 0)
			truth = differences_decide(facts, table, sym);
		return truth >= 0 ? range_single(truth) : range_span(0, 1);
	}
	if (!sym_is_arithmetic(sym))
		return fact;
	/* It asks for its parts, which ask for theirs. */
	work_count(WORK_OF_LEARNING);
	a = known_operand(facts, table, sym->a);
	if (sym->b >= 0)
		b = known_operand(facts, table, sym->b);
	if (known_is_least(sym) || known_is_greatest(sym))
		return one_of_both(sym->type, &a, &b, known_is_greatest(sym));
	image = image_of(sym->expr, sym->type, &a, sym->b >= 0 ? &b : NULL);
	if (sym->expr == LOCKPROG_AND && sym_at(table, sym->b)->kind == SYM_CONST)
		narrow_by_bits(facts, table, sym, &image);
	if (sym->expr == LOCKPROG_COPY && sym->type.bits < a.type.bits)
		narrow_by_all_bits(facts, table, sym, &image);
	/* IMAGE is empty if a sum leaves its type: the path has undefined behaviour
	 * before, which is not checked here. */
	return image.n ? image : fact;
}

/* What was last found out about nodes from their parts, with facts of VERSION.
 * Expressions share their parts, and are asked about again and again while nothing is
 * learned about these. */
static struct said {
	unsigned table;
	unsigned long long version;
	struct fact fact;
} said[KNOWN_MAX_SAID];

struct fact known_from_parts(const struct facts *facts, const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);
	struct said *last = &said[(unsigned)node % KNOWN_MAX_SAID];
	struct fact fact;

	if (sym->kind != SYM_OP)
		return from_parts(facts, table, node);
	if (last->table == table->number && last->fact.node == node &&
	    !facts_may_differ(table, last->version, facts->version, sym->operands)) {
		last->version = facts->version;
		return last->fact;
	}
	fact = from_parts(facts, table, node);
	fact.node = node;
	*last = (struct said){ table->number, facts->version, fact };
	return fact;
}

struct fact facts_of(const struct facts *facts, const struct sym_table *table, int node)
{
	const enum sym_kind kind = sym_at(table, node)->kind;
	struct fact fact;
	const int i = facts_find(facts, node);

	/* An atom has no parts. */
	if (kind == SYM_LEAF || kind == SYM_INITIAL) {
		if (i < facts->n && facts->list[i].node == node)
			return facts->list[i];
		fact = range_of_type(sym_at(table, node)->type);
		fact.node = node;
		return fact;
	}
	fact = known_from_parts(facts, table, node);

	/* The contradiction is reported when the next fact is learned. */
	if (i < facts->n && facts->list[i].node == node && !range_narrow(&fact, &facts->list[i]))
		fact = facts->list[i];
	fact.node = node;
	return fact;
}
