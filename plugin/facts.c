/* facts.c - learns from branches and finds contradictions.
 *
 * Ends of spans are keys: the value itself, except for unsigned 64-bit types, whose keys are
 * moved down by 2^63 so that they order as signed numbers do.
 *
 * SPDX-License-Identifier: MIT
 */

#include "facts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static long long key_of(struct lockprog_type type, long long value)
{
	if (type.bits == 64 && !type.is_signed)
		return (long long)((unsigned long long)value ^ 1ull << 63);
	return value;
}

static long long low_of(struct lockprog_type type)
{
	if (type.bits == 64)
		return LLONG_MIN;
	return type.is_signed ? -(1ll << (type.bits - 1)) : 0;
}

static long long high_of(struct lockprog_type type)
{
	if (type.bits == 64)
		return LLONG_MAX;
	return type.is_signed ? (1ll << (type.bits - 1)) - 1 : (long long)((1ull << type.bits) - 1);
}

struct fact fact_of_type(struct lockprog_type type)
{
	return (struct fact){ .node = -1, .n = 1, .spans = { { low_of(type), high_of(type) } } };
}

void facts_copy(struct facts *to, const struct facts *from)
{
	*to = (struct facts){ .n = from->n, .max = from->n };
	if (from->n) {
		to->list = memory_zeroed(from->n * sizeof *to->list);
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

static long long low(const struct fact *fact)
{
	return fact->spans[0].low;
}

static long long high(const struct fact *fact)
{
	return fact->spans[fact->n - 1].high;
}

static bool contains(const struct fact *fact, long long key)
{
	for (int i = 0; i < fact->n; i++)
		if (key >= fact->spans[i].low && key <= fact->spans[i].high)
			return true;
	return false;
}

/* Adds a span behind the last; too many become fewer, closing the narrowest gap. */
static void add_span(struct fact *fact, long long from, long long to)
{
	int narrowest = 0;

	if (fact->n && high(fact) != LLONG_MAX && from <= high(fact) + 1) {
		if (to > high(fact))
			fact->spans[fact->n - 1].high = to;
		return;
	}
	if (fact->n == FACT_MAX_SPANS) {
		unsigned long long gap = (unsigned long long)from - (unsigned long long)high(fact);

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

/* A narrowed by B; false when nothing is left. */
static bool narrow(struct fact *a, const struct fact *b)
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

static struct fact span(long long from, long long to)
{
	return (struct fact){ .node = -1, .n = 1, .spans = { { from, to } } };
}

static struct fact single(long long key)
{
	return span(key, key);
}

/* All of TYPE but FROM to TO; N is 0 when that is nothing. */
static struct fact outside(struct lockprog_type type, long long from, long long to)
{
	struct fact fact = { .node = -1 };

	if (from > low_of(type))
		add_span(&fact, low_of(type), from - 1);
	if (to < high_of(type))
		add_span(&fact, to + 1, high_of(type));
	return fact;
}

static bool is_single(const struct fact *fact)
{
	return fact->n == 1 && fact->spans[0].low == fact->spans[0].high;
}

/* All spans moved by OFFSET. */
static void shift(struct fact *fact, long long offset)
{
	for (int i = 0; i < fact->n; i++) {
		fact->spans[i].low += offset;
		fact->spans[i].high += offset;
	}
}

/* What the parts of a truth value say of it: 0, 1, or -1 for not decided. */
static int decide(const struct facts *facts, const struct sym_table *table, const struct sym *sym)
{
	struct fact a, b;
	bool a_single, b_single;
	long long zero_a, zero_b;

	if (sym->kind != SYM_OP)
		return -1;
	if (sym->expr == LOCKPROG_EQ || sym->expr == LOCKPROG_LT) {
		a = facts_of(facts, table, sym->a);
		b = facts_of(facts, table, sym->b);
		if (sym_at(table, sym->a)->type.bits == 64 &&
		    sym_at(table, sym->a)->type.is_signed != sym_at(table, sym->b)->type.is_signed)
			return -1;
		if (sym->expr == LOCKPROG_EQ) {
			if (facts_disjoint(&a, &b))
				return 0;
			return is_single(&a) && is_single(&b) ? low(&a) == low(&b) : -1;
		}
		return high(&a) < low(&b) ? 1 : low(&a) >= high(&b) ? 0 : -1;
	}
	if (sym->expr != LOCKPROG_AND && sym->expr != LOCKPROG_OR && sym->expr != LOCKPROG_XOR)
		return -1;
	if (!sym_is_truth(table, sym->a) || !sym_is_truth(table, sym->b))
		return -1;
	a = facts_of(facts, table, sym->a);
	b = facts_of(facts, table, sym->b);
	zero_a = key_of(sym_at(table, sym->a)->type, 0);
	zero_b = key_of(sym_at(table, sym->b)->type, 0);
	a_single = is_single(&a);
	b_single = is_single(&b);
	if (sym->expr == LOCKPROG_AND) {
		if ((a_single && low(&a) == zero_a) || (b_single && low(&b) == zero_b))
			return 0;
		return a_single && b_single ? 1 : -1;
	}
	if (sym->expr == LOCKPROG_OR) {
		if ((a_single && low(&a) != zero_a) || (b_single && low(&b) != zero_b))
			return 1;
		return a_single && b_single ? 0 : -1;
	}
	return a_single && b_single ? (low(&a) != zero_a) != (low(&b) != zero_b) : -1;
}

/* All that VALUE & MASK can be: each combination of the bits when they are few. */
static struct fact masked(long long mask)
{
	struct fact fact = { .node = -1 };
	long long value = 0;

	if (__builtin_popcountll(mask) > 3)
		return span(0, mask);
	do {
		add_span(&fact, value, value);
		value = (value - mask) & mask;
	} while (value);
	return fact;
}

/* What the parts of NODE say of it, without its own fact. */
static struct fact from_parts(const struct facts *facts, const struct sym_table *table, int node)
{
	const struct sym *sym = sym_at(table, node);
	struct fact fact = fact_of_type(sym->type), a, b;
	int truth, base;
	long long offset;

	if (sym->kind == SYM_CONST)
		return single(key_of(sym->type, sym->constant));
	sym_split(table, node, &base, &offset);
	if (sym_at(table, base)->kind == SYM_OBJECT)
		return outside(sym->type, key_of(sym->type, 0), key_of(sym->type, 0));
	if (sym->kind != SYM_OP)
		return fact;
	if (sym_is_truth(table, node)) {
		truth = decide(facts, table, sym);
		if (truth >= 0)
			return single(key_of(sym->type, truth));
		fact = span(key_of(sym->type, 0), key_of(sym->type, 1));
	}
	switch (sym->expr) {
	case LOCKPROG_COPY: {
		struct lockprog_type inner = sym_at(table, sym->a)->type;

		a = facts_of(facts, table, sym->a);
		a.node = -1;
		/* An unsigned 64-bit key is not the value: only what is the same in both counts. */
		if (inner.bits == 64 && !inner.is_signed)
			return fact;
		if (sym->type.bits == 64 && !sym->type.is_signed) {
			if (low(&a) < 0)
				return fact;
			for (int i = 0; i < a.n; i++) {
				a.spans[i].low = key_of(sym->type, a.spans[i].low);
				a.spans[i].high = key_of(sym->type, a.spans[i].high);
			}
			return a;
		}
		if (low(&a) >= low(&fact) && high(&a) <= high(&fact))
			return a;
		return fact;
	}
	case LOCKPROG_AND:
		if (sym_at(table, sym->b)->kind == SYM_CONST && sym_at(table, sym->b)->constant >= 0 &&
		    sym->type.bits < 64)
			fact = masked(sym_at(table, sym->b)->constant);
		break;
	case LOCKPROG_OR:
		a = facts_of(facts, table, sym->a);
		b = facts_of(facts, table, sym->b);
		if (sym->type.bits < 64 && (!contains(&a, 0) || !contains(&b, 0)))
			return outside(sym->type, 0, 0);
		break;
	case LOCKPROG_ADD:
		a = facts_of(facts, table, sym->a);
		b = facts_of(facts, table, sym->b);
		if (sym->type.bits < 63) {
			if (is_single(&b) && low(&a) + low(&b) >= low(&fact) && high(&a) + low(&b) <= high(&fact)) {
				shift(&a, low(&b));
				a.node = -1;
				return a;
			}
			if (low(&a) + low(&b) >= low(&fact) && high(&a) + high(&b) <= high(&fact))
				return span(low(&a) + low(&b), high(&a) + high(&b));
			return fact;
		}
		break;
	default:
		break;
	}
	/* Constants by way of facts: fold. */
	if (sym->b >= 0 && sym->type.bits < 64) {
		a = facts_of(facts, table, sym->a);
		b = facts_of(facts, table, sym->b);
		if (is_single(&a) && is_single(&b) && sym_at(table, sym->a)->type.bits < 64) {
			long long r;

			switch (sym->expr) {
			case LOCKPROG_SUB: r = low(&a) - low(&b); break;
			case LOCKPROG_AND: r = low(&a) & low(&b); break;
			case LOCKPROG_OR: r = low(&a) | low(&b); break;
			case LOCKPROG_XOR: r = low(&a) ^ low(&b); break;
			default: return fact;
			}
			return single(sym_wrap(sym->type, r));
		}
	}
	return fact;
}

struct fact facts_of(const struct facts *facts, const struct sym_table *table, int node)
{
	struct fact fact = from_parts(facts, table, node);
	int i = find(facts, node);

	/* A contradiction is found when the next fact is learned. */
	if (i < facts->n && facts->list[i].node == node && !narrow(&fact, &facts->list[i]))
		fact = facts->list[i];
	fact.node = node;
	return fact;
}

bool facts_disjoint(const struct fact *a, const struct fact *b)
{
	struct fact both = *a;

	return !narrow(&both, b);
}

bool fact_is_negative(const struct fact *fact, struct lockprog_type type)
{
	return type.is_signed && high(fact) < 0;
}

bool fact_is_nonzero(const struct fact *fact, struct lockprog_type type)
{
	return !contains(fact, key_of(type, 0));
}

bool fact_is_zero(const struct fact *fact, struct lockprog_type type)
{
	return is_single(fact) && low(fact) == key_of(type, 0);
}

struct fact fact_join(const struct fact *a, const struct fact *b)
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

void facts_join(struct facts *facts, const struct facts *other)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++) {
		int j = find(other, facts->list[i].node);

		if (j < other->n && other->list[j].node == facts->list[i].node) {
			facts->list[n] = fact_join(&facts->list[i], &other->list[j]);
			n++;
		}
	}
	facts->n = n;
}

void facts_filter(struct facts *facts, bool keep(int node, void *data), void *data)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++)
		if (keep(facts->list[i].node, data))
			facts->list[n++] = facts->list[i];
	facts->n = n;
}

/* NODE's own fact becomes FACT. */
static void put(struct facts *facts, int node, const struct fact *fact)
{
	int i = find(facts, node);

	if (i == facts->n || facts->list[i].node != node) {
		facts->list = memory_grow(facts->list, facts->n, &facts->max, sizeof *facts->list);
		memmove(&facts->list[i + 1], &facts->list[i], (facts->n - i) * sizeof *facts->list);
		facts->n++;
	}
	facts->list[i] = *fact;
	facts->list[i].node = node;
}

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth);

/* Values of another type of as many bits as TYPE, as values of TYPE. */
static struct fact wrapped(const struct fact *fact, struct lockprog_type type)
{
	struct fact below = { .node = -1 }, inside = { .node = -1 }, above = { .node = -1 }, all;
	long long modulus = 1ll << type.bits;

	for (int i = 0; i < fact->n; i++) {
		long long from = fact->spans[i].low, to = fact->spans[i].high;

		if (from < low_of(type))
			add_span(&below, from + modulus, (to < low_of(type) ? to : low_of(type) - 1) + modulus);
		if (to >= low_of(type) && from <= high_of(type))
			add_span(&inside, from < low_of(type) ? low_of(type) : from,
				 to > high_of(type) ? high_of(type) : to);
		if (to > high_of(type))
			add_span(&above, (from > high_of(type) ? from : high_of(type) + 1) - modulus, to - modulus);
	}
	all = fact_join(&above, &inside);
	return fact_join(&all, &below);
}

/* What NODE being in FACT says of its parts. */
static bool learn_parts(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth)
{
	struct sym sym = *sym_at(table, node);
	struct fact part = *fact;
	struct lockprog_type inner;

	if (sym.kind != SYM_OP || depth == 0)
		return true;
	inner = sym_at(table, sym.a)->type;
	if (sym.expr == LOCKPROG_ADD && sym_at(table, sym.b)->kind == SYM_CONST && sym.type.bits < 63 &&
	    inner.bits == sym.type.bits) {
		long long offset = sym_at(table, sym.b)->constant;

		/* x + c in [l, h] is x in [l - c, h - c], where that does not wrap, or wraps as a whole */
		shift(&part, -offset);
		if (low(&part) > high_of(sym.type))
			shift(&part, -(1ll << sym.type.bits));
		else if (high(&part) < low_of(sym.type))
			shift(&part, 1ll << sym.type.bits);
		if (low(&part) >= low_of(inner) && high(&part) <= high_of(inner))
			return learn(facts, table, sym.a, &part, depth - 1);
		/* Split at the end of the type: what is left over comes in at the other end. */
		part = wrapped(&part, inner);
		return learn(facts, table, sym.a, &part, depth - 1);
	}
	if (sym.expr == LOCKPROG_COPY && sym.type.bits < 64 && inner.bits < 64) {
		if (sym.type.bits > inner.bits && (sym.type.is_signed || !inner.is_signed)) {
			/* a widening that keeps the value */
			struct fact fits = fact_of_type(inner);

			return narrow(&part, &fits) && learn(facts, table, sym.a, &part, depth - 1);
		}
		if (sym.type.bits == inner.bits) {
			part = wrapped(&part, inner);
			return learn(facts, table, sym.a, &part, depth - 1);
		}
		return true;
	}
	if (sym.expr == LOCKPROG_OR && sym.type.bits < 64 && is_single(fact) && low(fact) == 0)
		/* no bit is set on either side */
		return learn(facts, table, sym.a, fact, depth - 1) && learn(facts, table, sym.b, fact, depth - 1);
	if (sym.expr == LOCKPROG_AND && fact_is_nonzero(fact, sym.type) && inner.bits < 64) {
		/* a bit is set: neither side is 0 */
		struct fact nonzero = outside(inner, 0, 0);

		return learn(facts, table, sym.a, &nonzero, depth - 1) &&
		       (sym_at(table, sym.b)->kind == SYM_CONST || learn(facts, table, sym.b, &nonzero, depth - 1));
	}
	return true;
}

/* Truth values built from others: what NODE being TRUTH says of them. */
static bool learn_truth(struct facts *facts, struct sym_table *table, int node, bool truth, int depth)
{
	struct sym sym = *sym_at(table, node);
	int a, b;

	if (sym.kind != SYM_OP || depth == 0)
		return true;
	if (sym.expr == LOCKPROG_EQ || sym.expr == LOCKPROG_LT) {
		struct lockprog_type type = sym_at(table, sym.a)->type;
		struct fact fact = fact_of_type(type), other;

		if (sym_at(table, sym.b)->kind == SYM_CONST) {
			long long key = key_of(type, sym_at(table, sym.b)->constant);

			if (sym.expr == LOCKPROG_EQ)
				fact = truth ? single(key) : outside(type, key, key);
			else if (truth)
				fact = outside(type, key, high_of(type));
			else
				fact = span(key, high_of(type));
			return fact.n && learn(facts, table, sym.a, &fact, depth - 1);
		}
		if (sym.expr == LOCKPROG_EQ && truth) {
			fact = facts_of(facts, table, sym.a);
			other = facts_of(facts, table, sym.b);
			if (!narrow(&fact, &other))
				return false;
			if (!learn(facts, table, sym.a, &fact, depth - 1) || !learn(facts, table, sym.b, &fact, depth - 1))
				return false;
		}
		if (sym.expr == LOCKPROG_LT) {
			fact = facts_of(facts, table, sym.a);
			other = facts_of(facts, table, sym.b);
			/* a < b: a is below b's highest, b above a's lowest; and the other way round */
			if (truth) {
				struct fact below = outside(type, high(&other), high_of(type));
				struct fact above = outside(type, low_of(type), low(&fact));

				return below.n && above.n && learn(facts, table, sym.a, &below, depth - 1) &&
				       learn(facts, table, sym.b, &above, depth - 1);
			} else {
				struct fact above = span(low(&other), high_of(type));
				struct fact below = span(low_of(type), high(&fact));

				return learn(facts, table, sym.a, &above, depth - 1) &&
				       learn(facts, table, sym.b, &below, depth - 1);
			}
		}
		return true;
	}
	if (sym.expr == LOCKPROG_COPY && sym_is_truth(table, sym.a))
		return facts_assume(facts, table, sym.a, truth);
	if (!sym_is_truth(table, node))
		return true;
	a = decide(facts, table, &(struct sym){ .kind = SYM_OP, .expr = LOCKPROG_OR, .a = sym.a, .b = sym.a });
	b = sym.b < 0 ? -1
		      : decide(facts, table, &(struct sym){ .kind = SYM_OP, .expr = LOCKPROG_OR, .a = sym.b, .b = sym.b });
	switch (sym.expr) {
	case LOCKPROG_AND:
		if (truth)
			return facts_assume(facts, table, sym.a, true) && facts_assume(facts, table, sym.b, true);
		if (a == 1)
			return facts_assume(facts, table, sym.b, false);
		if (b == 1)
			return facts_assume(facts, table, sym.a, false);
		return true;
	case LOCKPROG_OR:
		if (!truth)
			return facts_assume(facts, table, sym.a, false) && facts_assume(facts, table, sym.b, false);
		if (a == 0)
			return facts_assume(facts, table, sym.b, true);
		if (b == 0)
			return facts_assume(facts, table, sym.a, true);
		return true;
	case LOCKPROG_XOR:
		if (a >= 0)
			return facts_assume(facts, table, sym.b, (a == 1) != truth);
		if (b >= 0)
			return facts_assume(facts, table, sym.a, (b == 1) != truth);
		return true;
	default:
		return true;
	}
}

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth)
{
	struct lockprog_type type = sym_at(table, node)->type;
	struct fact known = facts_of(facts, table, node), narrowed = known;

	if (!narrow(&narrowed, fact))
		return false;
	if (fact_equal(&narrowed, &known))
		return true;
	put(facts, node, &narrowed);
	if (!learn_parts(facts, table, node, &narrowed, depth))
		return false;
	if (sym_is_truth(table, node) && is_single(&narrowed))
		return learn_truth(facts, table, node, low(&narrowed) != key_of(type, 0), depth);
	return true;
}

/* A fact learned may decide truth values that were undecided: (a && b) is false, a is true. */
static bool settle(struct facts *facts, struct sym_table *table)
{
	for (int round = 0; round < 4; round++) {
		bool changed = false;

		for (int i = 0; i < facts->n; i++) {
			struct fact own = facts->list[i], parts;
			int n = facts->n;

			if (sym_at(table, own.node)->kind != SYM_OP)
				continue;
			parts = from_parts(facts, table, own.node);
			if (!narrow(&parts, &own))
				return false;
			if (sym_is_truth(table, own.node) && is_single(&own) &&
			    !learn_truth(facts, table, own.node,
					 low(&own) != key_of(sym_at(table, own.node)->type, 0), 4))
				return false;
			if (facts->n != n) {
				changed = true;
				break;
			}
		}
		if (!changed)
			return true;
	}
	return true;
}

/* Facts that their parts imply say nothing: without them equal knowledge compares equal. */
static void drop_implied(struct facts *facts, const struct sym_table *table)
{
	int n = 0;

	for (int i = 0; i < facts->n; i++) {
		struct fact parts = from_parts(facts, table, facts->list[i].node);

		if (sym_at(table, facts->list[i].node)->kind == SYM_OP && fact_equal(&parts, &facts->list[i]))
			continue;
		facts->list[n++] = facts->list[i];
	}
	facts->n = n;
}

static int assume_depth;

bool facts_assume(struct facts *facts, struct sym_table *table, int node, bool is_true)
{
	struct lockprog_type type = sym_at(table, node)->type;
	struct fact fact = is_true ? outside(type, key_of(type, 0), key_of(type, 0)) : single(key_of(type, 0));
	bool feasible;

	if (!fact.n)
		return false;
	if (assume_depth >= 8)
		return true;
	assume_depth++;
	feasible = learn(facts, table, node, &fact, 8);
	assume_depth--;
	if (!feasible || assume_depth)
		return feasible;
	assume_depth++;
	feasible = settle(facts, table);
	assume_depth--;
	drop_implied(facts, table);
	return feasible;
}

bool facts_meet(struct facts *facts, struct sym_table *table, const struct fact *fact)
{
	bool feasible;

	assume_depth++;
	feasible = learn(facts, table, fact->node, fact, 8) && settle(facts, table);
	assume_depth--;
	drop_implied(facts, table);
	return feasible;
}

bool facts_assume_ranges(struct facts *facts, struct sym_table *table, int node, const struct lockprog_range *ranges,
			 int n_ranges, bool inside)
{
	struct lockprog_type type = sym_at(table, node)->type;
	struct fact fact = { .node = -1 };

	for (int i = 0; i < n_ranges; i++) {
		struct fact one = span(key_of(type, sym_wrap(type, ranges[i].low)), key_of(type, sym_wrap(type, ranges[i].high)));

		fact = i ? fact_join(&fact, &one) : one;
	}
	if (!inside) {
		struct fact rest = fact_of_type(type);

		for (int i = 0; i < fact.n; i++) {
			struct fact without = outside(type, fact.spans[i].low, fact.spans[i].high);

			if (!without.n || !narrow(&rest, &without))
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
