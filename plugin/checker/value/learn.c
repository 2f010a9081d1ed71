/* learn.c - learns from branches and finds contradictions.
 *
 * A fact about a value narrows its operands, and facts about these narrow the value,
 * until nothing changes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/facts.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/work.h"
#include "value/bits.h"
#include "value/collect.h"
#include "value/known.h"
#include "value/learned.h"
#include "value/preimage.h"
#include "value/sym-op.h"

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact,
		  int depth);

/* Learn about the parts of NODE that NODE is in FACT. */
static bool learn_parts(struct facts *facts, struct sym_table *table, int node,
			const struct fact *fact, int depth)
{
	const struct sym sym = *sym_at(table, node);
	struct operand result = { sym.type, *fact }, a, b = { { 0 }, { 0 } };

	a = known_operand(facts, table, sym.a);
	if (sym.b >= 0)
		b = known_operand(facts, table, sym.b);
	return preimage_narrow(sym.expr, &result, &a, &b) &&
	       learn(facts, table, sym.a, &a.in, depth - 1) &&
	       (sym.b < 0 || learn(facts, table, sym.b, &b.in, depth - 1));
}

/* Learn that A is equal to B or not. */
static bool learn_equal(struct facts *facts, struct sym_table *table, int a, int b, bool truth,
			int depth)
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

/* Learn that A is below B or not: A is below B's highest value, B is above A's lowest;
 * and the other way round. */
static bool learn_below(struct facts *facts, struct sym_table *table, int a, int b, bool truth,
			int depth)
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
	return learn(facts, table, a, &lower, depth - 1) &&
	       learn(facts, table, b, &upper, depth - 1);
}

/* The truth of NODE, a comparison of X and Y, whose values are A and B: 0, 1, or -1 if it
 * is not known. */
static int truth_of(const struct facts *facts, const struct sym_table *table, int node, int x,
		    const struct operand *a, int y, const struct operand *b)
{
	const struct sym *sym = sym_at(table, node);
	struct fact fact;
	int truth, i;

	/* The comparison may have been simplified, or turned round. */
	if (!sym_is_comparison(sym) || sym->a != x || sym->b != y) {
		fact = facts_of(facts, table, node);
		return range_is_single(&fact) ? range_low(&fact) == 1 : -1;
	}
	truth = known_truth(sym->expr, a, b);
	if (truth >= 0)
		return truth;
	i = facts_find(facts, node);
	return i < facts->n && facts->list[i].node == node && range_is_single(&facts->list[i])
		       ? range_low(&facts->list[i]) == 1
		       : -1;
}

/* Exactly one of A < B, B < A and A == B is true: learn the others. */
static bool learn_others(struct facts *facts, struct sym_table *table, int a, int b, int depth)
{
	const struct fact yes = range_single(1), no = range_single(0);
	int nodes[3], truths[3], n_true = 0, n_false = 0;
	struct operand in_a, in_b;

	if (sym_at(table, a)->kind == SYM_CONST || sym_at(table, b)->kind == SYM_CONST)
		return true;
	nodes[0] = sym_op(table, LOCKPROG_LT, sym_truth_type, a, b);
	nodes[1] = sym_op(table, LOCKPROG_LT, sym_truth_type, b, a);
	nodes[2] = sym_op(table, LOCKPROG_EQ, sym_truth_type, a, b);
	in_a = known_operand(facts, table, a);
	in_b = known_operand(facts, table, b);
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

static bool learn_comparison(struct facts *facts, struct sym_table *table, int node, bool truth,
			     int depth)
{
	const struct sym sym = *sym_at(table, node);

	if (!known_same_keys(sym_at(table, sym.a)->type, sym_at(table, sym.b)->type))
		return true;
	if (!learn_others(facts, table, sym.a, sym.b, depth))
		return false;
	return sym.expr == LOCKPROG_EQ ? learn_equal(facts, table, sym.a, sym.b, truth, depth)
				       : learn_below(facts, table, sym.a, sym.b, truth, depth);
}

/* NODE, the smaller of two values, or with IS_MAX the larger, is in FACT: the other is
 * there too, or beyond. */
static bool learn_of_both(struct facts *facts, struct sym_table *table, int node,
			  const struct fact *fact, bool is_max, int depth)
{
	const struct sym sym = *sym_at(table, node);
	const struct fact both = is_max ? range_span(range_lowest(sym.type), range_high(fact))
					: range_span(range_low(fact), range_highest(sym.type));

	if (!known_same_keys(sym.type, sym_at(table, sym.a)->type) ||
	    !known_same_keys(sym.type, sym_at(table, sym.b)->type))
		return true;
	return learn(facts, table, sym.a, &both, depth - 1) &&
	       learn(facts, table, sym.b, &both, depth - 1);
}

/* The low bits of a difference, NODE, are in FACT: values that differ in no bit that is
 * left are equal. */
static bool learn_from_difference(struct facts *facts, struct sym_table *table, int node,
				  const struct fact *fact, int depth)
{
	const struct sym masked = *sym_at(table, node);
	const struct sym difference = *sym_at(table, masked.a);
	const long long mask = sym_at(table, masked.b)->constant;
	const long long low = range_key(masked.type, 0), high = range_key(masked.type, mask);
	const struct fact yes = range_single(1), no = range_single(0);
	struct fact x, y;
	int equal;

	if (!known_same_keys(masked.type, sym_at(table, difference.a)->type) ||
	    !known_same_keys(masked.type, sym_at(table, difference.b)->type))
		return true;
	equal = sym_op(table, LOCKPROG_EQ, sym_truth_type, difference.a, difference.b);
	if (fact_is_nonzero(fact, masked.type))
		return learn(facts, table, equal, &no, depth - 1);
	x = facts_of(facts, table, difference.a);
	y = facts_of(facts, table, difference.b);
	if (!fact_is_zero(fact, masked.type) || range_low(&x) < low || range_high(&x) > high ||
	    range_low(&y) < low || range_high(&y) > high)
		return true;
	return learn(facts, table, equal, &yes, depth - 1);
}

/* True if NODE is a difference of which only the low bits are left. */
static bool is_masked_difference(const struct sym_table *table, const struct sym *sym)
{
	return sym->expr == LOCKPROG_AND && sym_at(table, sym->b)->kind == SYM_CONST &&
	       sym_at(table, sym->b)->constant > 0 &&
	       !(sym_at(table, sym->b)->constant & (sym_at(table, sym->b)->constant + 1)) &&
	       sym_at(table, sym->a)->kind == SYM_OP &&
	       sym_at(table, sym->a)->expr == LOCKPROG_SUB;
}

/* False if NODE, made from others bit by bit, cannot be the one number in FACT, which
 * lacks a bit that NODE has, or has one that NODE lacks. */
static bool has_known_bits(const struct facts *facts, const struct sym_table *table, int node,
			   const struct fact *fact)
{
	const struct sym *sym = sym_at(table, node);
	struct bits bits;
	unsigned long long number, mask = ~0ull;

	if ((sym->expr != LOCKPROG_AND && sym->expr != LOCKPROG_OR) || !range_is_single(fact))
		return true;
	bits = bits_of(facts, table, node, sym);
	number = wide_bits(collect_number(sym->type, range_low(fact)));
	if (sym->type.bits < 64)
		mask = (1ull << sym->type.bits) - 1;
	return !(number & bits.zeros & mask) && !(~number & bits.ones & mask);
}

/* Learn about other nodes that NODE is in FACT. */
static bool spread(struct facts *facts, struct sym_table *table, int node, const struct fact *fact,
		   int depth)
{
	const struct sym *sym = sym_at(table, node);

	if (depth == 0)
		return true;
	if (sym_is_comparison(sym))
		return !range_is_single(fact) ||
		       learn_comparison(facts, table, node, range_low(fact) == 1, depth);
	if (known_is_least(sym) || known_is_greatest(sym))
		return learn_of_both(facts, table, node, fact, known_is_greatest(sym), depth);
	if (sym->kind == SYM_OP && is_masked_difference(table, sym) &&
	    !learn_from_difference(facts, table, node, fact, depth))
		return false;
	sym = sym_at(table, node);
	return !sym_is_arithmetic(sym) || (has_known_bits(facts, table, node, fact) &&
					   learn_parts(facts, table, node, fact, depth));
}

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact,
		  int depth)
{
	struct fact known = facts_of(facts, table, node), narrowed = known;

	work_count(WORK_OF_LEARNING);
	if (!range_narrow(&narrowed, fact))
		return false;
	if (fact_equal(&narrowed, &known))
		return true;
	facts_put(facts, node, &narrowed);
	facts->learned |= sym_at(table, node)->atoms;
	facts->learned_operands |= sym_at(table, node)->operands;
	return spread(facts, table, node, &narrowed, depth);
}

static bool is_atom(const struct sym_table *table, int node)
{
	return sym_at(table, node)->kind == SYM_LEAF || sym_at(table, node)->kind == SYM_INITIAL;
}

/* A and B are equal: facts about the one that is an atom hold for the other too. */
static bool carry_over(struct facts *facts, struct sym_table *table, int a, int b)
{
	if (!is_atom(table, b)) {
		const int atom = a;

		a = b;
		b = atom;
	}
	if (!is_atom(table, b) || sym_contains(table, a, b))
		return true;
	for (int i = 0; i < facts->n; i++) {
		struct fact fact = facts->list[i];

		if (fact.node != b && sym_contains(table, fact.node, b) &&
		    !learn(facts, table, sym_replace(table, fact.node, b, a), &fact,
			   FACTS_MAX_SPREAD))
			return false;
	}
	return true;
}

static bool is_equality(const struct sym_table *table, const struct fact *fact)
{
	const struct sym *sym = sym_at(table, fact->node);

	return sym_is_comparison(sym) && sym->expr == LOCKPROG_EQ && range_low(fact) == 1 &&
	       sym_at(table, sym->b)->kind != SYM_CONST;
}

/* The atoms and operands (struct sym) of facts that have changed. */
struct touched { unsigned long long atoms, operands; };

static struct touched touched_by(const struct sym *sym)
{
	return (struct touched){ sym->atoms, sym->operands };
}

static struct touched add_learned(struct touched touched, const struct facts *facts)
{
	touched.atoms |= facts->learned;
	touched.operands |= facts->learned_operands;
	return touched;
}

static void forget_learned(struct facts *facts)
{
	facts->learned = facts->learned_operands = 0;
}

/* True if NODE has an operand in TOUCHED: only then may its fact be narrowed. */
static bool is_touched(const struct sym_table *table, int node, struct touched touched)
{
	return sym_at(table, node)->operands & touched.operands;
}

/* The same if FACT may say that an atom is equal to another value, which is carried over
 * to addresses too. */
static bool is_reached(const struct sym_table *table, const struct fact *fact,
		       struct touched touched)
{
	return is_touched(table, fact->node, touched) ||
	       ((sym_at(table, fact->node)->atoms & touched.atoms) && is_equality(table, fact));
}

/* Narrow facts by each other: once a is true, (a && b) being false shows that b is false.
 * Facts changed about the atoms TOUCHED; all others are settled. */
static bool settle(struct facts *facts, struct sym_table *table, struct touched touched)
{
	for (int round = 0; round < FACTS_MAX_ROUNDS && touched.atoms; round++) {
		const struct touched learned = add_learned((struct touched){ 0, 0 }, facts);

		forget_learned(facts);
		work_count(facts->n);
		for (int i = 0; i < facts->n; i++) {
			struct fact own = facts->list[i], parts;

			if (sym_at(table, own.node)->kind != SYM_OP ||
			    !is_reached(table, &own, touched))
				continue;
			work_count(WORK_OF_LEARNING);
			parts = known_from_parts(facts, table, own.node);
			if (!range_narrow(&own, &parts) ||
			    !spread(facts, table, own.node, &own, FACTS_MAX_SPREAD) ||
			    (is_equality(table, &own) &&
			     !carry_over(facts, table, sym_at(table, own.node)->a,
					 sym_at(table, own.node)->b)))
				return false;
		}
		touched = add_learned((struct touched){ 0, 0 }, facts);
		facts->learned |= learned.atoms;
		facts->learned_operands |= learned.operands;
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
	return count_uses(table, sym->a, atom) +
	       (sym->b >= 0 ? count_uses(table, sym->b, atom) : 0);
}

/* Facts with the same atom together may allow it fewer values than each one alone: x ==
 * (x < 1) holds for no value.  Try the values of the atoms TOUCHED; false if one of them
 * has no value left. */
static bool try_cases(struct facts *facts, struct sym_table *table, struct touched touched)
{
	struct touched learned = { 0, 0 };
	int n_splits = 0;

	for (int i = 0; i < facts->n && n_splits < FACTS_MAX_CASE_ATOMS; i++) {
		struct fact own = facts->list[i], left = { .node = own.node };
		/* A count: the highest key has no next one. */
		const unsigned long long n_keys_after = (unsigned long long)range_high(&own) -
							(unsigned long long)range_low(&own);
		int n_uses = 0, n_cases = 0, atom = own.node;

		if (!is_touched(table, atom, touched) || sym_at(table, atom)->kind == SYM_OP ||
		    n_keys_after >= FACTS_MAX_CASES)
			continue;
		for (int j = 0; j < facts->n; j++)
			if (sym_at(table, facts->list[j].node)->kind == SYM_OP)
				n_uses += count_uses(table, facts->list[j].node, atom);
		if (n_uses < 2 || range_is_single(&own))
			continue;
		n_splits++;
		for (unsigned long long k = 0; k <= n_keys_after; k++) {
			const long long key = range_low(&own) + (long long)k;
			struct fact only = range_single(key), one;
			struct facts copy;

			if (!range_contains(&own, key))
				continue;
			facts_copy(&copy, facts);
			work_count(8ull * facts->n);
			if (learn(&copy, table, atom, &only, FACTS_MAX_SPREAD) &&
			    settle(&copy, table, touched_by(sym_at(table, atom)))) {
				one = left;
				left = n_cases++ ? range_join(&one, &only) : only;
			}
			facts_free(&copy);
		}
		if (!n_cases)
			return false;
		if (!learn(facts, table, atom, &left, FACTS_MAX_SPREAD))
			return false;
		learned.atoms |= sym_at(table, atom)->atoms;
		learned.operands |= sym_at(table, atom)->operands;
	}
	return settle(facts, table, learned);
}

/* Drop facts that facts about their parts imply: then equal knowledge compares equal. */
static void drop_implied(struct facts *facts, const struct sym_table *table,
			 struct touched touched)
{
	for (int i = 0; i < facts->n;) {
		int node = facts->list[i].node;

		if (sym_at(table, node)->kind == SYM_OP && is_touched(table, node, touched)) {
			struct fact parts = known_from_parts(facts, table, node);

			work_count(WORK_OF_LEARNING);

			/* If two facts imply each other, only one is dropped. */
			if (fact_equal(&parts, &facts->list[i])) {
				facts->n--;
				facts_changed(facts, node);
				memmove(&facts->list[i], &facts->list[i + 1],
					(facts->n - i) * sizeof *facts->list);
				continue;
			}
		}
		i++;
	}
}

/* Add FACT, which says something new; false if that contradicts FACTS. */
static bool add(struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	const struct touched touched = touched_by(sym_at(table, fact->node));

	forget_learned(facts);
	if (!learn(facts, table, fact->node, fact, FACTS_MAX_SPREAD) ||
	    !settle(facts, table, touched) ||
	    !try_cases(facts, table, add_learned(touched, facts)))
		return false;
	drop_implied(facts, table, add_learned(touched, facts));
	return true;
}

bool facts_meet(struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	struct fact known = facts_of(facts, table, fact->node), narrowed = known;
	const unsigned long long before = work_done;
	struct learned *learned, *slot;
	bool is_possible;

	if (!range_narrow(&narrowed, fact))
		return false;
	if (fact_equal(&narrowed, &known))
		return true;
	learned = learned_find(table, facts, fact, &slot);
	if (learned)
		return learned_apply(learned, facts);
	is_possible = add(facts, table, fact);
	learned_keep(slot, facts, is_possible, work_done - before);
	return is_possible;
}

/* FACTS and FACT into MADE, which is to be freed; false if that is impossible. */
static bool copy_and_meet(struct facts *made, const struct facts *facts, struct sym_table *table,
			  const struct fact *fact)
{
	work_count(WORK_OF_COPY + facts->n * sizeof *facts->list / WORK_BYTES);
	facts_copy(made, facts);
	return facts_meet(made, table, fact);
}

bool facts_allow(const struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	struct facts made;
	const bool is_possible = copy_and_meet(&made, facts, table, fact);

	facts_free(&made);
	return is_possible;
}

bool facts_meet_or_keep(struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	struct fact known = facts_of(facts, table, fact->node), narrowed = known;
	struct facts made;
	bool is_possible;

	if (!range_narrow(&narrowed, fact))
		return false;
	if (fact_equal(&narrowed, &known))
		return true;
	is_possible = copy_and_meet(&made, facts, table, fact);
	facts_free(is_possible ? facts : &made);
	if (is_possible)
		*facts = made;
	return is_possible;
}

bool facts_assume(struct facts *facts, struct sym_table *table, int node, bool is_true)
{
	struct lockprog_type type = sym_at(table, node)->type;
	long long zero = range_key(type, 0);
	struct fact fact = is_true ? range_outside(type, zero, zero) : range_single(zero);

	fact.node = node;
	return fact.n && facts_meet(facts, table, &fact);
}

bool facts_assume_ranges(struct facts *facts, struct sym_table *table, int node,
			 const struct lockprog_range *ranges, int n_ranges, bool inside)
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
			struct fact without =
				range_outside(type, fact.spans[i].low, fact.spans[i].high);

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
