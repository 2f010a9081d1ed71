/* facts.c - learns from branches and finds contradictions.
 *
 * What is learned of a value narrows its parts, and the other way round, until nothing changes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/facts.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

void facts_copy(struct facts *to, const struct facts *from)
{
	*to = (struct facts){ .n = from->n, .max = from->n };
	if (from->n) {
		to->list = alloc_zeroed(from->n * sizeof *to->list);
		memcpy(to->list, from->list, from->n * sizeof *to->list);
	}
}

void facts_free(struct facts *facts)
{
	free(facts->list);
}

bool fact_equal(const struct fact *x, const struct fact *y)
{
	return x->n == y->n && !memcmp(x->spans, y->spans, x->n * sizeof *x->spans);
}

bool facts_equal(const struct facts *x, const struct facts *y)
{
	if (x->n != y->n)
		return false;
	for (int i = 0; i < x->n; i++)
		if (x->list[i].node != y->list[i].node || !fact_equal(&x->list[i], &y->list[i]))
			return false;
	return true;
}

static int find(const struct facts *facts, int node)
{
	int low = 0, high = facts->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (facts->list[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct fact single(long long key)
{
	return range_span(key, key);
}

static struct operand operand_of(const struct facts *facts, const struct sym_table *table, int node)
{
	return (struct operand){ sym_at(table, node)->type, facts_of(facts, table, node) };
}

static bool have_same_keys(struct lockprog_type a, struct lockprog_type b)
{
	return (a.bits == 64 && !a.is_signed) == (b.bits == 64 && !b.is_signed);
}

/* What the operands of a comparison say of it: 0, 1, or -1 for not decided. */
static int decide(enum lockprog_expr expr, const struct operand *a, const struct operand *b)
{
	if (!have_same_keys(a->type, b->type))
		return -1;
	if (expr == LOCKPROG_EQ) {
		if (facts_disjoint(&a->in, &b->in))
			return 0;
		return range_is_single(&a->in) && range_is_single(&b->in) ? 1 : -1;
	}
	return range_high(&a->in) < range_low(&b->in) ? 1 : range_low(&a->in) >= range_high(&b->in) ? 0 : -1;
}

static bool is_comparison(const struct sym *sym)
{
	return sym->kind == SYM_OP && (sym->expr == LOCKPROG_EQ || sym->expr == LOCKPROG_LT);
}

/* What is known of the difference of two numbers. */
struct difference { long long low, high; };

/* SYM, which compares two signed numbers of one type, as one of BASE_A - BASE_B with *OFFSET; false if it is none. */
static bool split_comparison(const struct sym_table *table, const struct sym *sym, int *base_a, int *base_b, long long *offset)
{
	struct lockprog_type type = sym_at(table, sym->a)->type, type_b = sym_at(table, sym->b)->type;
	long long offset_a, offset_b;

	if (!type.is_signed || !type_b.is_signed || type.bits != type_b.bits || sym_at(table, sym->b)->kind == SYM_CONST)
		return false;
	sym_split(table, sym->a, base_a, &offset_a);
	sym_split(table, sym->b, base_b, &offset_b);
	return !__builtin_sub_overflow(offset_b, offset_a, offset) && *offset > -FACTS_MAX_DIFFERENCE && *offset < FACTS_MAX_DIFFERENCE;
}

/* KNOWN, narrowed: it is OFFSET (EXPR is EQ) or below it (LT); or not, where TRUTH is false. */
static void narrow_difference(struct difference *known, enum lockprog_expr expr, bool truth, long long offset)
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

/* Whether x + 2 < y is so, from what is known of x < y, and the like: signed sums do not wrap.  0, 1, or -1 for not known. */
static int decide_by_differences(const struct facts *facts, const struct sym_table *table, const struct sym *sym)
{
	int base_a, base_b;
	long long offset;
	struct difference known = { -FACTS_MAX_DIFFERENCE, FACTS_MAX_DIFFERENCE };

	if (!split_comparison(table, sym, &base_a, &base_b, &offset) || (base_a == sym->a && base_b == sym->b))
		return -1;
	if (base_a == base_b)
		known = (struct difference){ 0, 0 };
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < facts->n; i++) {
			const struct sym *other = sym_at(table, facts->list[i].node);
			int a, b;
			long long by;
			bool truth;

			if (other == sym || !is_comparison(other) || !range_is_single(&facts->list[i]) ||
			    !split_comparison(table, other, &a, &b, &by))
				continue;
			truth = range_low(&facts->list[i]) == 1;
			/* b - a < by, turned round: a - b > -by, which is not a - b < 1 - by */
			if (a == base_b && b == base_a)
				narrow_difference(&known, other->expr, other->expr == LOCKPROG_EQ ? truth : !truth,
						  other->expr == LOCKPROG_EQ ? -by : 1 - by);
			else if (a == base_a && b == base_b)
				narrow_difference(&known, other->expr, truth, by);
		}
	if (sym->expr == LOCKPROG_EQ)
		return offset < known.low || offset > known.high ? 0 : known.low == known.high ? 1 : -1;
	return known.high < offset ? 1 : known.low >= offset ? 0 : -1;
}

/* Numbers that can be computed with; addresses are not. */
static bool is_arithmetic(const struct sym *sym)
{
	return sym->kind == SYM_OP && !is_comparison(sym) && !sym->type.is_pointer;
}

/* IMAGE, of x & 1, narrowed by what is known of x & 3: the mask that has more bits decides. */
static void narrow_by_masks(const struct facts *facts, const struct sym_table *table, const struct sym *sym,
			    struct fact *image)
{
	long long mask = sym_at(table, sym->b)->constant;

	for (int i = 0; i < facts->n; i++) {
		const struct sym *other = sym_at(table, facts->list[i].node);
		struct operand wider = { sym->type, facts->list[i] }, masks = { sym->type, { 0 } };
		struct fact fits;

		if (other == sym || other->kind != SYM_OP || other->expr != LOCKPROG_AND || other->a != sym->a ||
		    sym_at(table, other->b)->kind != SYM_CONST || (mask & ~sym_at(table, other->b)->constant) ||
		    other->type.bits != sym->type.bits || other->type.is_signed != sym->type.is_signed)
			continue;
		masks.in = single(range_key(sym->type, mask));
		fits = range_image(LOCKPROG_AND, sym->type, &wider, &masks);
		range_narrow(image, &fits);
	}
}

/* Bits of a value of which it is known that they are 0, or 1. */
struct bits { unsigned long long zeros, ones; };

/* The lowest bits, all that are known without a gap, as a mask. */
static unsigned long long without_gap(struct bits bits)
{
	unsigned long long known = bits.zeros | bits.ones;

	return known & ~(known + 1) & ((known ^ (known + 1)) >> 1);
}

/* The bits that are known of A + B, or A - B, as a mask: where B's lowest bits are 0 nothing is carried out of them. */
static unsigned long long known_of_sum(struct bits a, struct bits b)
{
	unsigned long long low = without_gap((struct bits){ b.zeros, 0 });
	struct bits with_low = { a.zeros | (low & ~a.ones), a.ones };

	return without_gap(with_low) & without_gap(b) & ~(low & ~(a.zeros | a.ones));
}

/* VALUE, of which the bits of MASK are right. */
static struct bits bits_of_value(unsigned long long value, unsigned long long mask)
{
	return (struct bits){ ~value & mask, value & mask };
}

/* What FACTS but that of FOR_WHOM have learned of NODE under masks: x & 2 is 0, x & 4 is not, x + 1 & 3 is 3. */
static struct bits bits_by_masks(const struct facts *facts, const struct sym_table *table, int node, const struct sym *for_whom)
{
	struct bits bits = { 0, 0 };

	for (int i = 0; i < facts->n; i++) {
		const struct fact *known = &facts->list[i];
		const struct sym *masked = sym_at(table, known->node), *sum;
		struct bits here = { 0, 0 };
		unsigned long long mask;

		if (masked == for_whom || masked->kind != SYM_OP || masked->expr != LOCKPROG_AND ||
		    sym_at(table, masked->b)->kind != SYM_CONST)
			continue;
		mask = sym_at(table, masked->b)->constant;
		if (range_is_single(known))
			here = bits_of_value(range_low(known), mask);
		else if (!(mask & (mask - 1)) && fact_is_nonzero(known, masked->type))
			here.ones = mask;
		sum = sym_at(table, masked->a);
		if (masked->a != node) {
			if (sum->kind != SYM_OP || sum->expr != LOCKPROG_ADD || sum->a != node ||
			    sym_at(table, sum->b)->kind != SYM_CONST)
				continue;
			here = bits_of_value(here.ones - sym_at(table, sum->b)->constant,
					     known_of_sum(here, bits_of_value(sym_at(table, sum->b)->constant, ~0ull)));
		}
		bits.zeros |= here.zeros;
		bits.ones |= here.ones;
	}
	return bits;
}

/* The bits known of NODE, without the fact of FOR_WHOM; DEPTH of its parts are asked. */
static struct bits bits_of(const struct facts *facts, const struct sym_table *table, int node, const struct sym *for_whom, int depth)
{
	const struct sym *sym = sym_at(table, node);
	struct bits bits, a, b = { 0, 0 }, made = { 0, 0 };

	if (sym->kind == SYM_CONST)
		return bits_of_value(sym->constant, ~0ull);
	bits = bits_by_masks(facts, table, node, for_whom);
	if (sym->kind != SYM_OP || !depth)
		return bits;
	a = bits_of(facts, table, sym->a, for_whom, depth - 1);
	if (sym->b >= 0)
		b = bits_of(facts, table, sym->b, for_whom, depth - 1);
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

/* IMAGE, of x & 6, narrowed by the bits that are known of x. */
static void narrow_by_bits(const struct facts *facts, const struct sym_table *table, const struct sym *sym,
			   struct fact *image)
{
	long long mask = sym_at(table, sym->b)->constant, zeros, ones;
	struct operand any = { sym->type, range_of_type(sym->type) }, masks = { sym->type, { 0 } };
	struct bits bits;
	struct fact fits;

	if (mask <= 0 || sym->type.bits >= 64)
		return;
	bits = bits_of(facts, table, sym->a, sym, BITS_MAX_DEPTH);
	zeros = (long long)bits.zeros & mask;
	ones = (long long)bits.ones & mask;
	/* A contradiction is found when the next fact is learned. */
	if (zeros & ones)
		return;
	if (zeros) {
		masks.in = single(mask & ~zeros);
		fits = range_image(LOCKPROG_AND, sym->type, &any, &masks);
		range_narrow(image, &fits);
	}
	if (ones) {
		fits = range_outside(sym->type, 0, ones - 1);
		range_narrow(image, &fits);
	}
}

/* What the parts of NODE say of it, without its own fact. */
static struct fact from_parts(const struct facts *facts, const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);
	struct fact fact = range_of_type(sym->type), image;
	struct operand a, b = { { 0 }, { 0 } };
	int truth;

	if (sym->kind == SYM_CONST)
		return single(range_key(sym->type, sym->constant));
	if (sym_is_never_null(table, node))
		return range_outside(sym->type, range_key(sym->type, 0), range_key(sym->type, 0));
	if (is_comparison(sym)) {
		a = operand_of(facts, table, sym->a);
		b = operand_of(facts, table, sym->b);
		truth = decide(sym->expr, &a, &b);
		if (truth < 0)
			truth = decide_by_differences(facts, table, sym);
		return truth >= 0 ? single(truth) : range_span(0, 1);
	}
	if (!is_arithmetic(sym))
		return fact;
	a = operand_of(facts, table, sym->a);
	if (sym->b >= 0)
		b = operand_of(facts, table, sym->b);
	image = range_image(sym->expr, sym->type, &a, sym->b >= 0 ? &b : NULL);
	if (sym->expr == LOCKPROG_AND && sym_at(table, sym->b)->kind == SYM_CONST) {
		narrow_by_masks(facts, table, sym, &image);
		narrow_by_bits(facts, table, sym, &image);
	}
	/* Nothing: a sum that leaves its type.  What led here is at fault, and is not judged here. */
	return image.n ? image : fact;
}

struct fact facts_of(const struct facts *facts, const struct sym_table *table, int node)
{
	struct fact fact = from_parts(facts, table, node);
	int i = find(facts, node);

	/* A contradiction is found when the next fact is learned. */
	if (i < facts->n && facts->list[i].node == node && !range_narrow(&fact, &facts->list[i]))
		fact = facts->list[i];
	fact.node = node;
	return fact;
}

bool facts_disjoint(const struct fact *a, const struct fact *b)
{
	struct fact both = *a;

	return !range_narrow(&both, b);
}

bool fact_is_negative(const struct fact *fact, struct lockprog_type type)
{
	return type.is_signed && range_high(fact) < 0;
}

bool fact_is_nonzero(const struct fact *fact, struct lockprog_type type)
{
	return !range_contains(fact, range_key(type, 0));
}

bool fact_is_zero(const struct fact *fact, struct lockprog_type type)
{
	return range_is_single(fact) && range_low(fact) == range_key(type, 0);
}

void facts_join(struct facts *facts, const struct facts *other)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++) {
		int j = find(other, facts->list[i].node);

		if (j < other->n && other->list[j].node == facts->list[i].node) {
			facts->list[n] = range_join(&facts->list[i], &other->list[j]);
			n++;
		}
	}
	facts->n = n;
}

/* NODE's own fact becomes FACT. */
static void put(struct facts *facts, int node, const struct fact *fact)
{
	int i = find(facts, node);

	if (i == facts->n || facts->list[i].node != node) {
		facts->list = alloc_grow(facts->list, facts->n, &facts->max, sizeof *facts->list);
		memmove(&facts->list[i + 1], &facts->list[i], (facts->n - i) * sizeof *facts->list);
		facts->n++;
	}
	facts->list[i] = *fact;
	facts->list[i].node = node;
}

/* True if all that fits X fits Y too. */
static bool is_within(const struct fact *x, const struct fact *y)
{
	struct fact both = *x;

	return range_narrow(&both, y) && fact_equal(&both, x);
}

/* The number of facts of X that not all that fits Y fits; FIRST is the first one's node. */
static int count_others(const struct facts *x, const struct facts *y, int *first)
{
	int n = 0;

	for (int i = 0; i < x->n; i++) {
		int j = find(y, x->list[i].node);

		if (j < y->n && y->list[j].node == x->list[i].node && is_within(&y->list[j], &x->list[i]))
			continue;
		if (!n++)
			*first = x->list[i].node;
	}
	return n;
}

bool facts_join_exactly(struct facts *facts, const struct facts *other)
{
	int mine = -1, others = -1, n_mine = count_others(facts, other, &mine), n_others = count_others(other, facts, &others);

	/* One of them says no more than the other does. */
	if (!n_others)
		return true;
	if (!n_mine) {
		facts->n = 0;
		for (int i = 0; i < other->n; i++)
			put(facts, other->list[i].node, &other->list[i]);
		return true;
	}
	/* They differ in one number. */
	if (n_mine > 1 || n_others > 1 || mine != others || facts->n != other->n)
		return false;
	for (int i = 0; i < facts->n; i++) {
		const struct fact *x = &facts->list[i], *y = &other->list[i];

		if (x->node != y->node || (x->node != mine && !fact_equal(x, y)) || x->n + y->n > FACT_MAX_SPANS)
			return false;
	}
	facts_join(facts, other);
	return true;
}

void facts_filter(struct facts *facts, bool keep(int node, void *data), void *data)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++)
		if (keep(facts->list[i].node, data))
			facts->list[n++] = facts->list[i];
	facts->n = n;
}

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth);

/* What NODE being in FACT says of its parts. */
static bool learn_parts(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth)
{
	const struct sym sym = *sym_at(table, node);
	struct operand result = { sym.type, *fact }, a, b = { { 0 }, { 0 } };

	a = operand_of(facts, table, sym.a);
	if (sym.b >= 0)
		b = operand_of(facts, table, sym.b);
	return range_take_back(sym.expr, &result, &a, &b) && learn(facts, table, sym.a, &a.in, depth - 1) &&
	       (sym.b < 0 || learn(facts, table, sym.b, &b.in, depth - 1));
}

/* A is equal to B or not. */
static bool learn_equal(struct facts *facts, struct sym_table *table, int a, int b, bool truth, int depth)
{
	struct fact x = facts_of(facts, table, a), y = facts_of(facts, table, b), other;

	if (truth)
		return range_narrow(&x, &y) && learn(facts, table, a, &x, depth - 1) &&
		       learn(facts, table, b, &x, depth - 1);
	if (range_is_single(&y)) {
		other = range_outside(sym_at(table, a)->type, range_low(&y), range_low(&y));
		return other.n && learn(facts, table, a, &other, depth - 1);
	}
	if (range_is_single(&x)) {
		other = range_outside(sym_at(table, b)->type, range_low(&x), range_low(&x));
		return other.n && learn(facts, table, b, &other, depth - 1);
	}
	return true;
}

/* A is below B or not: A is below B's highest, B above A's lowest; and the other way round. */
static bool learn_below(struct facts *facts, struct sym_table *table, int a, int b, bool truth, int depth)
{
	struct lockprog_type type = sym_at(table, a)->type, type_b = sym_at(table, b)->type;
	struct fact x = facts_of(facts, table, a), y = facts_of(facts, table, b), lower, upper;

	if (truth) {
		lower = range_outside(type, range_high(&y), range_highest(type));
		upper = range_outside(type_b, range_lowest(type_b), range_low(&x));
		if (range_high(&y) <= range_lowest(type) || range_low(&x) >= range_highest(type_b))
			return false;
	} else {
		lower = range_span(range_low(&y), range_highest(type));
		upper = range_span(range_lowest(type_b), range_high(&x));
	}
	return learn(facts, table, a, &lower, depth - 1) && learn(facts, table, b, &upper, depth - 1);
}

/* 0, 1, or -1 for not known: NODE, made as a comparison of X and Y, which are A and B. */
static int truth_of(const struct facts *facts, const struct sym_table *table, int node, int x, const struct operand *a, int y,
		    const struct operand *b)
{
	const struct sym *sym = sym_at(table, node);
	struct fact fact;
	int truth, i;

	/* It may have become simpler, or the other way round. */
	if (!is_comparison(sym) || sym->a != x || sym->b != y) {
		fact = facts_of(facts, table, node);
		return range_is_single(&fact) ? range_low(&fact) == 1 : -1;
	}
	truth = decide(sym->expr, a, b);
	if (truth >= 0)
		return truth;
	i = find(facts, node);
	return i < facts->n && facts->list[i].node == node && range_is_single(&facts->list[i]) ? range_low(&facts->list[i]) == 1 : -1;
}

/* A < B, B < A and A == B: just one of them is so. */
static bool learn_others(struct facts *facts, struct sym_table *table, int a, int b, int depth)
{
	static const struct lockprog_type truth_type = { 1, false, false };
	const struct fact yes = single(1), no = single(0);
	int nodes[3], truths[3], n_true = 0, n_false = 0;
	struct operand in_a, in_b;

	if (sym_at(table, a)->kind == SYM_CONST || sym_at(table, b)->kind == SYM_CONST)
		return true;
	nodes[0] = sym_op(table, LOCKPROG_LT, truth_type, a, b);
	nodes[1] = sym_op(table, LOCKPROG_LT, truth_type, b, a);
	nodes[2] = sym_op(table, LOCKPROG_EQ, truth_type, a, b);
	in_a = operand_of(facts, table, a);
	in_b = operand_of(facts, table, b);
	for (int i = 0; i < 3; i++) {
		truths[i] = i == 1 ? truth_of(facts, table, nodes[i], b, &in_b, a, &in_a)
				   : truth_of(facts, table, nodes[i], a, &in_a, b, &in_b);
		n_true += truths[i] == 1;
		n_false += truths[i] == 0;
	}
	if (n_true > 1 || n_false > 2)
		return false;
	for (int i = 0; i < 3; i++)
		if (truths[i] < 0 && (n_true == 1 || n_false == 2) &&
		    !learn(facts, table, nodes[i], n_true ? &no : &yes, depth - 1))
			return false;
	return true;
}

static bool learn_comparison(struct facts *facts, struct sym_table *table, int node, bool truth, int depth)
{
	const struct sym sym = *sym_at(table, node);

	if (!have_same_keys(sym_at(table, sym.a)->type, sym_at(table, sym.b)->type))
		return true;
	if (!learn_others(facts, table, sym.a, sym.b, depth))
		return false;
	return sym.expr == LOCKPROG_EQ ? learn_equal(facts, table, sym.a, sym.b, truth, depth)
				       : learn_below(facts, table, sym.a, sym.b, truth, depth);
}

/* What the fact of NODE says of others. */
static bool spread(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth)
{
	const struct sym *sym = sym_at(table, node);

	if (depth == 0)
		return true;
	if (is_comparison(sym))
		return !range_is_single(fact) || learn_comparison(facts, table, node, range_low(fact) == 1, depth);
	return !is_arithmetic(sym) || learn_parts(facts, table, node, fact, depth);
}

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth)
{
	struct fact known = facts_of(facts, table, node), narrowed = known;

	if (!range_narrow(&narrowed, fact))
		return false;
	if (fact_equal(&narrowed, &known))
		return true;
	put(facts, node, &narrowed);
	return spread(facts, table, node, &narrowed, depth);
}

/* A and B are equal: what is said of atom B goes for A too. */
static bool carry_over(struct facts *facts, struct sym_table *table, int a, int b)
{
	enum sym_kind kind = sym_at(table, b)->kind;

	if ((kind != SYM_LEAF && kind != SYM_INITIAL) || sym_contains(table, a, b))
		return true;
	for (int i = 0; i < facts->n; i++) {
		struct fact fact = facts->list[i];

		if (fact.node != b && sym_contains(table, fact.node, b) &&
		    !learn(facts, table, sym_replace(table, fact.node, b, a), &fact, FACTS_MAX_SPREAD))
			return false;
	}
	return true;
}

static bool is_equality(const struct sym_table *table, const struct fact *fact)
{
	const struct sym *sym = sym_at(table, fact->node);

	return is_comparison(sym) && sym->expr == LOCKPROG_EQ && range_low(fact) == 1 &&
	       sym_at(table, sym->b)->kind != SYM_CONST;
}

/* A fact can only say more when something was learned of an atom in it. */
static bool is_touched(const struct sym_table *table, int node, unsigned long long touched)
{
	return sym_at(table, node)->atoms & touched;
}

/* The atoms of all facts that are not as they were BEFORE. */
static unsigned long long atoms_of_changes(const struct facts *facts, const struct facts *before, const struct sym_table *table)
{
	unsigned long long atoms = 0;

	for (int i = 0, j = 0; i < facts->n; i++) {
		while (j < before->n && before->list[j].node < facts->list[i].node)
			j++;
		if (j == before->n || before->list[j].node != facts->list[i].node ||
		    !fact_equal(&before->list[j], &facts->list[i]))
			atoms |= sym_at(table, facts->list[i].node)->atoms;
	}
	return atoms;
}

/* What one fact says may say more once another is known: (a && b) is false, a is true.  Something was learned of
 * the atoms TOUCHED; the facts of all others were settled before. */
static bool settle(struct facts *facts, struct sym_table *table, unsigned long long touched)
{
	for (int round = 0; round < FACTS_MAX_ROUNDS && touched; round++) {
		struct facts before;

		facts_copy(&before, facts);
		for (int i = 0; i < facts->n; i++) {
			struct fact own = facts->list[i], parts;

			if (sym_at(table, own.node)->kind != SYM_OP || !is_touched(table, own.node, touched))
				continue;
			parts = from_parts(facts, table, own.node);
			if (!range_narrow(&own, &parts) || !spread(facts, table, own.node, &own, FACTS_MAX_SPREAD) ||
			    (is_equality(table, &own) &&
			     !carry_over(facts, table, sym_at(table, own.node)->a, sym_at(table, own.node)->b))) {
				facts_free(&before);
				return false;
			}
		}
		touched = atoms_of_changes(facts, &before, table);
		facts_free(&before);
	}
	return true;
}

static int count_uses(const struct sym_table *table, int node, int atom)
{
	const struct sym *sym = sym_at(table, node);

	if (node == atom)
		return 1;
	if (sym->kind != SYM_OP || !sym_contains(table, node, atom))
		return 0;
	return count_uses(table, sym->a, atom) + (sym->b >= 0 ? count_uses(table, sym->b, atom) : 0);
}

/* What is said of an atom in several places may leave it fewer values than each alone: x == (x < 1)
 * is so for none.  False when one, of those TOUCHED, is left without any. */
static bool try_cases(struct facts *facts, struct sym_table *table, unsigned long long touched)
{
	unsigned long long learned = 0;
	int n_splits = 0;

	for (int i = 0; i < facts->n && n_splits < FACTS_MAX_CASE_ATOMS; i++) {
		struct fact own = facts->list[i], left = { .node = own.node };
		int n_uses = 0, n_cases = 0, atom = own.node;

		if (!is_touched(table, atom, touched) || sym_at(table, atom)->kind == SYM_OP || (unsigned long long)range_high(&own) -
		    (unsigned long long)range_low(&own) >= FACTS_MAX_CASES)
			continue;
		for (int j = 0; j < facts->n; j++)
			if (sym_at(table, facts->list[j].node)->kind == SYM_OP)
				n_uses += count_uses(table, facts->list[j].node, atom);
		if (n_uses < 2 || range_is_single(&own))
			continue;
		n_splits++;
		for (long long key = range_low(&own); key <= range_high(&own); key++) {
			struct fact only = single(key), one;
			struct facts copy;

			if (!range_contains(&own, key))
				continue;
			facts_copy(&copy, facts);
			if (learn(&copy, table, atom, &only, FACTS_MAX_SPREAD) && settle(&copy, table, sym_at(table, atom)->atoms)) {
				one = left;
				left = n_cases++ ? range_join(&one, &only) : only;
			}
			facts_free(&copy);
		}
		if (!n_cases)
			return false;
		if (!learn(facts, table, atom, &left, FACTS_MAX_SPREAD))
			return false;
		learned |= sym_at(table, atom)->atoms;
	}
	return settle(facts, table, learned);
}

/* Facts that their parts imply say nothing: without them equal knowledge compares equal. */
static void drop_implied(struct facts *facts, const struct sym_table *table, unsigned long long touched)
{
	for (int i = 0; i < facts->n; ) {
		int node = facts->list[i].node;

		if (sym_at(table, node)->kind == SYM_OP && is_touched(table, node, touched)) {
			struct fact parts = from_parts(facts, table, node);

			/* Two that imply each other do not both go. */
			if (fact_equal(&parts, &facts->list[i])) {
				facts->n--;
				memmove(&facts->list[i], &facts->list[i + 1], (facts->n - i) * sizeof *facts->list);
				continue;
			}
		}
		i++;
	}
}

bool facts_meet(struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	int node = fact->node;
	struct fact known = facts_of(facts, table, node), narrowed = known;
	struct facts before;
	unsigned long long touched = sym_at(table, node)->atoms;
	bool is_possible;

	if (!range_narrow(&narrowed, fact))
		return false;
	if (fact_equal(&narrowed, &known))
		return true;
	facts_copy(&before, facts);
	is_possible = learn(facts, table, node, fact, FACTS_MAX_SPREAD) && settle(facts, table, touched);
	if (is_possible) {
		touched |= atoms_of_changes(facts, &before, table);
		is_possible = try_cases(facts, table, touched);
	}
	if (is_possible)
		drop_implied(facts, table, touched | atoms_of_changes(facts, &before, table));
	facts_free(&before);
	return is_possible;
}

bool facts_meet_or_keep(struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	struct facts made;
	bool is_possible;

	facts_copy(&made, facts);
	is_possible = facts_meet(&made, table, fact);
	facts_free(is_possible ? facts : &made);
	if (is_possible)
		*facts = made;
	return is_possible;
}

bool facts_assume(struct facts *facts, struct sym_table *table, int node, bool is_true)
{
	struct lockprog_type type = sym_at(table, node)->type;
	long long zero = range_key(type, 0);
	struct fact fact = is_true ? range_outside(type, zero, zero) : single(zero);

	fact.node = node;
	return fact.n && facts_meet(facts, table, &fact);
}

bool facts_assume_ranges(struct facts *facts, struct sym_table *table, int node, const struct lockprog_range *ranges,
			 int n_ranges, bool inside)
{
	struct lockprog_type type = sym_at(table, node)->type;
	struct fact fact = { .node = -1 };

	for (int i = 0; i < n_ranges; i++) {
		struct fact one = range_span(range_key(type, sym_wrap(type, ranges[i].low)),
					     range_key(type, sym_wrap(type, ranges[i].high)));

		fact = i ? range_join(&fact, &one) : one;
	}
	if (!inside) {
		struct fact rest = range_of_type(type);

		for (int i = 0; i < fact.n; i++) {
			struct fact without = range_outside(type, fact.spans[i].low, fact.spans[i].high);

			if (!without.n || !range_narrow(&rest, &without))
				return false;
		}
		fact = rest;
	}
	if (!fact.n)
		return false;
	fact.node = node;
	return facts_meet(facts, table, &fact);
}

void facts_replace(struct facts *facts, struct sym_table *table, int atom, int by)
{
	struct facts old = *facts;

	*facts = (struct facts){ 0 };
	for (int i = 0; i < old.n; i++)
		put(facts, sym_replace(table, old.list[i].node, atom, by), &old.list[i]);
	free(old.list);
}
