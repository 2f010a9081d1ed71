/* facts.c - learns from branches and finds contradictions.
 *
 * Ranges are kept as keys: the value itself, except for unsigned 64-bit types, whose keys are
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
	return (struct fact){ .node = -1, .low = low_of(type), .high = high_of(type) };
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

static bool fact_equal(const struct fact *x, const struct fact *y)
{
	return x->low == y->low && x->high == y->high && x->n_apart == y->n_apart &&
	       !memcmp(x->apart, y->apart, x->n_apart * sizeof *x->apart);
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

static bool is_apart(const struct fact *fact, long long key)
{
	for (int i = 0; i < fact->n_apart; i++)
		if (fact->apart[i] == key)
			return true;
	return false;
}

/* Moves the ends of the range past single values that are ruled out; false when nothing is left. */
static bool tighten(struct fact *fact)
{
	bool again;

	do {
		again = false;
		if (fact->low > fact->high)
			return false;
		for (int i = 0; i < fact->n_apart; i++) {
			if (fact->apart[i] > fact->low && fact->apart[i] < fact->high)
				continue;
			if (fact->low == fact->high && fact->apart[i] == fact->low)
				return false;
			if (fact->apart[i] == fact->low)
				fact->low++, again = true;
			else if (fact->apart[i] == fact->high)
				fact->high--, again = true;
			fact->n_apart--;
			memmove(&fact->apart[i], &fact->apart[i + 1], (fact->n_apart - i) * sizeof *fact->apart);
			i--;
		}
	} while (again);
	return true;
}

static void add_apart(struct fact *fact, long long key)
{
	int i = 0;

	if (key < fact->low || key > fact->high || is_apart(fact, key))
		return;
	/* The ends are kept exactly whatever the room. */
	if (key == fact->low && fact->low < fact->high) {
		fact->low++;
		return;
	}
	if (key == fact->high && fact->low < fact->high) {
		fact->high--;
		return;
	}
	if (fact->n_apart == FACT_MAX_APART)
		return;
	while (i < fact->n_apart && fact->apart[i] < key)
		i++;
	memmove(&fact->apart[i + 1], &fact->apart[i], (fact->n_apart - i) * sizeof *fact->apart);
	fact->apart[i] = key;
	fact->n_apart++;
}

/* A narrowed by B; false when nothing is left. */
static bool narrow(struct fact *a, const struct fact *b)
{
	if (b->low > a->low)
		a->low = b->low;
	if (b->high < a->high)
		a->high = b->high;
	for (int i = 0; i < b->n_apart; i++) {
		if (a->low == a->high && a->low == b->apart[i])
			return false;
		add_apart(a, b->apart[i]);
	}
	return tighten(a);
}

static bool is_single(const struct fact *fact)
{
	return fact->low == fact->high;
}

static struct fact single(long long key)
{
	return (struct fact){ .node = -1, .low = key, .high = key };
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
			return is_single(&a) && is_single(&b) ? a.low == b.low : -1;
		}
		return a.high < b.low ? 1 : a.low >= b.high ? 0 : -1;
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
		if ((a_single && a.low == zero_a) || (b_single && b.low == zero_b))
			return 0;
		return a_single && b_single ? 1 : -1;
	}
	if (sym->expr == LOCKPROG_OR) {
		if ((a_single && a.low != zero_a) || (b_single && b.low != zero_b))
			return 1;
		return a_single && b_single ? 0 : -1;
	}
	return a_single && b_single ? (a.low != zero_a) != (b.low != zero_b) : -1;
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
	if (sym_at(table, base)->kind == SYM_OBJECT) {
		add_apart(&fact, key_of(sym->type, 0));
		return fact;
	}
	if (sym->kind != SYM_OP)
		return fact;
	if (sym_is_truth(table, node)) {
		fact.low = key_of(sym->type, 0);
		fact.high = key_of(sym->type, 1);
		truth = decide(facts, table, sym);
		if (truth >= 0)
			return single(key_of(sym->type, truth));
	}
	switch (sym->expr) {
	case LOCKPROG_COPY: {
		struct lockprog_type inner = sym_at(table, sym->a)->type;

		a = facts_of(facts, table, sym->a);
		if (inner.bits == 64 || sym->type.bits == 64) {
			/* only small plain values are the same in both */
			long long low = inner.bits == 64 && !inner.is_signed ? LLONG_MIN : a.low;

			if (low < 0 || a.high < 0)
				return fact;
			for (int i = 0; i < a.n_apart; i++)
				a.apart[i] = key_of(sym->type, a.apart[i]);
			a.low = key_of(sym->type, a.low);
			a.high = key_of(sym->type, a.high);
			a.node = -1;
			return a;
		}
		if (a.low >= fact.low && a.high <= fact.high) {
			a.node = -1;
			return a;
		}
		return fact;
	}
	case LOCKPROG_AND:
		if (sym_at(table, sym->b)->kind == SYM_CONST && sym_at(table, sym->b)->constant >= 0 &&
		    sym->type.bits < 64) {
			fact.low = 0;
			if (sym_at(table, sym->b)->constant < fact.high)
				fact.high = sym_at(table, sym->b)->constant;
		}
		break;
	case LOCKPROG_ADD:
		a = facts_of(facts, table, sym->a);
		b = facts_of(facts, table, sym->b);
		if (sym->type.bits < 63) {
			if (a.low + b.low >= fact.low && a.high + b.high <= fact.high) {
				fact.low = a.low + b.low;
				fact.high = a.high + b.high;
			}
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
			case LOCKPROG_SUB: r = a.low - b.low; break;
			case LOCKPROG_AND: r = a.low & b.low; break;
			case LOCKPROG_OR: r = a.low | b.low; break;
			case LOCKPROG_XOR: r = a.low ^ b.low; break;
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

	if (i < facts->n && facts->list[i].node == node)
		narrow(&fact, &facts->list[i]);
	fact.node = node;
	return fact;
}

bool facts_constant(const struct facts *facts, const struct sym_table *table, int node, long long *constant)
{
	struct fact fact = facts_of(facts, table, node);

	*constant = key_of(sym_at(table, node)->type, fact.low);
	return is_single(&fact);
}

bool facts_disjoint(const struct fact *a, const struct fact *b)
{
	if (a->high < b->low || b->high < a->low)
		return true;
	if (is_single(a) && is_apart(b, a->low))
		return true;
	return is_single(b) && is_apart(a, b->low);
}

bool fact_is_negative(const struct fact *fact, struct lockprog_type type)
{
	return type.is_signed && fact->high < 0;
}

bool fact_is_nonzero(const struct fact *fact, struct lockprog_type type)
{
	long long zero = key_of(type, 0);

	return fact->low > zero || fact->high < zero || is_apart(fact, zero);
}

bool fact_is_zero(const struct fact *fact, struct lockprog_type type)
{
	return is_single(fact) && fact->low == key_of(type, 0);
}

struct fact fact_join(const struct fact *a, const struct fact *b)
{
	struct fact fact = *a;

	fact.low = b->low < a->low ? b->low : a->low;
	fact.high = b->high > a->high ? b->high : a->high;
	fact.n_apart = 0;
	for (long long i = 0; i < a->n_apart; i++)
		if (is_apart(b, a->apart[i]) || a->apart[i] < b->low || a->apart[i] > b->high)
			fact.apart[fact.n_apart++] = a->apart[i];
	for (long long i = 0; i < b->n_apart && fact.n_apart < FACT_MAX_APART; i++)
		if (b->apart[i] < a->low || b->apart[i] > a->high)
			add_apart(&fact, b->apart[i]);
	tighten(&fact);
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
	/* unused room compares equal */
	memset(facts->list[i].apart + fact->n_apart, 0, (FACT_MAX_APART - fact->n_apart) * sizeof *fact->apart);
}

static bool learn(struct facts *facts, struct sym_table *table, int node, const struct fact *fact, int depth);

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
		part.low -= offset;
		part.high -= offset;
		for (int i = 0; i < part.n_apart; i++)
			part.apart[i] -= offset;
		if (part.low > high_of(sym.type) || part.high < low_of(sym.type)) {
			long long modulus = 1ll << sym.type.bits;

			if (part.low > high_of(sym.type))
				modulus = -modulus;
			part.low += modulus;
			part.high += modulus;
			for (int i = 0; i < part.n_apart; i++)
				part.apart[i] += modulus;
		}
		if (part.low >= low_of(inner) && part.high <= high_of(inner))
			return learn(facts, table, sym.a, &part, depth - 1);
		return true;
	}
	if (sym.expr == LOCKPROG_COPY && sym.type.bits < 64 && inner.bits < 64) {
		if (sym.type.bits > inner.bits && (sym.type.is_signed || !inner.is_signed)) {
			/* a widening that keeps the value */
			if (part.low < low_of(inner))
				part.low = low_of(inner);
			if (part.high > high_of(inner))
				part.high = high_of(inner);
			return part.low <= part.high && learn(facts, table, sym.a, &part, depth - 1);
		}
		if (sym.type.bits == inner.bits) {
			if (part.low >= low_of(inner) && part.high <= high_of(inner))
				return learn(facts, table, sym.a, &part, depth - 1);
			/* all of it is on the other side of the sign */
			if (part.low > high_of(inner)) {
				part.low -= 1ll << inner.bits;
				part.high -= 1ll << inner.bits;
				for (int i = 0; i < part.n_apart; i++)
					part.apart[i] -= 1ll << inner.bits;
				return learn(facts, table, sym.a, &part, depth - 1);
			}
			if (part.high < low_of(inner)) {
				part.low += 1ll << inner.bits;
				part.high += 1ll << inner.bits;
				for (int i = 0; i < part.n_apart; i++)
					part.apart[i] += 1ll << inner.bits;
				return learn(facts, table, sym.a, &part, depth - 1);
			}
		}
		return true;
	}
	if (sym.expr == LOCKPROG_AND && fact_is_nonzero(fact, sym.type) && inner.bits < 64) {
		/* a bit is set: neither side is 0 */
		struct fact nonzero = fact_of_type(inner);

		add_apart(&nonzero, 0);
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

			if (sym.expr == LOCKPROG_EQ && truth) {
				fact = single(key);
			} else if (sym.expr == LOCKPROG_EQ) {
				if (is_single(&fact))
					return fact.low != key;
				add_apart(&fact, key);
			} else if (truth) {
				if (key == fact.low)
					return false;
				fact.high = key - 1;
			} else {
				fact.low = key;
			}
			return fact.low <= fact.high && learn(facts, table, sym.a, &fact, depth - 1);
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
			if (truth && other.high == fact.low)
				return false;
			/* a < b: a is below b's highest, b above a's lowest; and the other way round */
			if (truth ? fact.high >= other.high : fact.low < other.low) {
				struct fact part = fact_of_type(type);

				if (truth)
					part.high = other.high - 1;
				else
					part.low = other.low;
				if (part.low > part.high || !learn(facts, table, sym.a, &part, depth - 1))
					return false;
			}
			if (truth ? other.low <= fact.low : other.high > fact.high) {
				struct fact part = fact_of_type(type);

				if (truth)
					part.low = fact.low + 1;
				else
					part.high = fact.high;
				if (part.low > part.high || !learn(facts, table, sym.b, &part, depth - 1))
					return false;
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
		return learn_truth(facts, table, node, narrowed.low != key_of(type, 0), depth);
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
					 own.low != key_of(sym_at(table, own.node)->type, 0), 4))
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
	struct fact fact = fact_of_type(type);
	bool feasible;

	if (is_true) {
		if (fact.low == fact.high)
			return fact.low != key_of(type, 0);
		add_apart(&fact, key_of(type, 0));
	} else {
		fact = single(key_of(type, 0));
	}
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
	struct fact fact = fact_of_type(type), known = facts_of(facts, table, node);

	if (inside) {
		bool any = false;

		/* The cases that are still possible, as one range. */
		for (int i = 0; i < n_ranges; i++) {
			struct fact one = fact_of_type(type), both = known;

			one.low = key_of(type, sym_wrap(type, ranges[i].low));
			one.high = key_of(type, sym_wrap(type, ranges[i].high));
			if (!narrow(&both, &one))
				continue;
			if (any)
				fact = fact_join(&fact, &one);
			else
				fact = one;
			/* Values between two cases are none of them. */
			any = true;
		}
		if (!any)
			return false;
		if (n_ranges > 1)
			for (long long key = fact.low, i = 0; key < fact.high && i < 64; key++, i++) {
				bool in = false;

				for (int r = 0; r < n_ranges; r++)
					if (key >= key_of(type, sym_wrap(type, ranges[r].low)) &&
					    key <= key_of(type, sym_wrap(type, ranges[r].high)))
						in = true;
				if (!in)
					add_apart(&fact, key);
			}
	} else {
		for (int i = 0; i < n_ranges; i++) {
			long long low = key_of(type, sym_wrap(type, ranges[i].low));
			long long high = key_of(type, sym_wrap(type, ranges[i].high));

			if (low <= known.low && high >= known.high)
				return false;
			if (low <= known.low && high >= known.low) {
				known.low = high + 1;
			} else if (high >= known.high && low <= known.high) {
				known.high = low - 1;
			} else if (high - low < FACT_MAX_APART) {
				for (long long key = low; key <= high; key++) {
					if (known.low == known.high && known.low == key)
						return false;
					add_apart(&known, key);
				}
			}
			if (!tighten(&known))
				return false;
		}
		fact = known;
	}
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
