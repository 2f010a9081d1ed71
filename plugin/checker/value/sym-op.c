/* sym-op.c - expressions, simplified when they are made.
 *
 * The simplifications undo what compilers and programmers do to the same test or address:
 * (x == 0) == 0, (_Bool)(int)b, p + 8 + -8, a > b for b < a.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/sym-op.h"

#include "limits.h"
#include "lockprog/work.h"

static bool is_const(const struct sym_table *table, int node)
{
	return table->nodes[node].kind == SYM_CONST;
}

static bool is_op(const struct sym_table *table, int node, enum lockprog_expr expr)
{
	return table->nodes[node].kind == SYM_OP && table->nodes[node].expr == expr;
}

static bool is_comparison(enum lockprog_expr expr)
{
	return expr >= LOCKPROG_EQ && expr <= LOCKPROG_GE;
}

static bool less(struct lockprog_type type, long long a, long long b)
{
	return type.is_signed ? a < b : (unsigned long long)a < (unsigned long long)b;
}

static int fold(struct sym_table *table, enum lockprog_expr expr, struct lockprog_type type, int na,
		int nb)
{
	const struct sym *x = &table->nodes[na], *y = &table->nodes[nb];
	unsigned long long a = x->constant, b = y->constant;
	struct lockprog_type operands = x->type;
	unsigned long long r = 0;

	switch (expr) {
	case LOCKPROG_ADD: r = a + b; break;
	case LOCKPROG_SUB: r = a - b; break;
	case LOCKPROG_MUL: r = a * b; break;
	case LOCKPROG_AND: r = a & b; break;
	case LOCKPROG_OR: r = a | b; break;
	case LOCKPROG_XOR: r = a ^ b; break;
	case LOCKPROG_SHL: r = b < 64 ? a << b : 0; break;
	case LOCKPROG_SHR:
		if (operands.is_signed)
			r = (unsigned long long)((long long)a >> (b < 63 ? b : 63));
		else
			r = b < 64 ? a >> b : 0;
		break;
	case LOCKPROG_EQ: r = a == b; break;
	case LOCKPROG_NE: r = a != b; break;
	case LOCKPROG_LT: r = less(operands, a, b); break;
	case LOCKPROG_LE: r = !less(operands, b, a); break;
	case LOCKPROG_GT: r = less(operands, b, a); break;
	case LOCKPROG_GE: r = !less(operands, a, b); break;
	case LOCKPROG_UNKNOWN:
	case LOCKPROG_PARAM:
	case LOCKPROG_CONST:
	case LOCKPROG_OBJECT:
	case LOCKPROG_COPY:
	case LOCKPROG_PHI:
	case LOCKPROG_LOAD:
	case LOCKPROG_OPAQUE:
	case LOCKPROG_NOT:
	case LOCKPROG_NEG:
	case LOCKPROG_EXPRS:
		break;
	}
	return sym_const(table, type, (long long)r);
}

/* !NODE for a truth value. */
static int negation(struct sym_table *table, int node)
{
	const struct sym *sym = &table->nodes[node];

	if (sym->kind == SYM_CONST)
		return sym_const(table, sym_truth_type, !sym->constant);
	if (sym->kind == SYM_OP && sym->expr == LOCKPROG_EQ && is_const(table, sym->b) &&
	    table->nodes[sym->b].constant == 0 && sym_is_truth(table, sym->a))
		return sym->a;
	return sym_plain(table, LOCKPROG_EQ, sym_truth_type, node, sym_const(table, sym->type, 0));
}

static bool same_type(struct lockprog_type a, struct lockprog_type b)
{
	return a.bits == b.bits && (a.is_pointer || b.is_pointer || a.is_signed == b.is_signed);
}

static int cast(struct sym_table *table, struct lockprog_type type, int a)
{
	const struct sym *sym = &table->nodes[a];

	if (sym->kind == SYM_CONST)
		return type.bits == 1 && !type.is_signed
			       ? sym_const(table, type, sym->constant != 0)
			       : sym_const(table, type, sym->constant);
	/* The address of an object is the same in every pointer type, also after a cast
	 * to an integer of that width and back. */
	if (sym->kind == SYM_OBJECT && type.is_pointer)
		return a;
	if (type.is_pointer && sym->kind == SYM_OP && sym->expr == LOCKPROG_COPY &&
	    sym->type.bits == type.bits && table->nodes[sym->a].kind == SYM_OBJECT)
		return sym->a;
	/* A pointer and an integer of its size are the same value. */
	if (same_type(type, sym->type))
		return a;
	if (type.bits == 64 && sym->type.bits == 64 && !sym_is_truth(table, a))
		return a;
	if (type.bits == 1 && !type.is_signed) {
		if (sym_is_truth(table, a))
			return sym->kind == SYM_OP && sym->expr == LOCKPROG_COPY
				       ? cast(table, type, sym->a)
				       : a;
		return sym_op(table, LOCKPROG_NE, sym_truth_type, a,
			      sym_const(table, sym->type, 0));
	}
	/* A cast to a wider type and back. */
	if (sym->kind == SYM_OP && sym->expr == LOCKPROG_COPY) {
		const struct sym *inner = &table->nodes[sym->a];

		if (sym->type.bits >= inner->type.bits && same_type(inner->type, type))
			return sym->a;
		/* Two widening casts are one, unless the first one makes a signed value
		 * unsigned. */
		if (sym->type.bits > inner->type.bits && type.bits > sym->type.bits &&
		    (!inner->type.is_signed || sym->type.is_signed))
			return cast(table, type, sym->a);
	}
	return sym_plain(table, LOCKPROG_COPY, type, a, -1);
}

/* If A = B ^ C, node C; or -1. */
static int flipped_bits(const struct sym_table *table, int a, int b)
{
	const struct sym *sym = &table->nodes[a];

	if (!is_op(table, a, LOCKPROG_XOR))
		return -1;
	return sym->a == b ? sym->b : sym->b == b ? sym->a : -1;
}

/* True if A is B & C for a constant C. */
static bool masked_from(const struct sym_table *table, int a, int b)
{
	return is_op(table, a, LOCKPROG_AND) && table->nodes[a].a == b &&
	       is_const(table, table->nodes[a].b);
}

/* NODE is x & c: x & ~c. */
static int rest_of_mask(struct sym_table *table, int node)
{
	const struct sym masked = table->nodes[node];

	return sym_op(table, LOCKPROG_AND, masked.type, masked.a,
		      sym_const(table, masked.type, ~table->nodes[masked.b].constant));
}

/* True if NODE is a difference that is below 0 where its first operand is below the
 * second: of signed numbers, which does not leave their type, or of pointers. */
static bool tells_order(const struct sym_table *table, int node)
{
	const struct sym *sym = &table->nodes[node], *x, *y;

	if (!is_op(table, node, LOCKPROG_SUB) || !sym->type.is_signed)
		return false;
	x = &table->nodes[sym->a];
	y = &table->nodes[sym->b];
	return x->type.bits == sym->type.bits && y->type.bits == sym->type.bits &&
	       ((x->type.is_pointer && y->type.is_pointer) ||
		(x->type.is_signed && y->type.is_signed));
}

/* True if A is B | C or B & C, and NUMBER lacks a bit of the constant C that is always
 * set, or has one that never is. */
static bool differs_in_a_bit(const struct sym_table *table, int a, long long number)
{
	const struct sym *sym = &table->nodes[a];
	long long c;

	if (!is_op(table, a, LOCKPROG_OR) && !is_op(table, a, LOCKPROG_AND))
		return false;
	if (!is_const(table, sym->b))
		return false;
	c = table->nodes[sym->b].constant;
	return sym_wrap(sym->type, sym->expr == LOCKPROG_OR ? c & ~number : number & ~c) != 0;
}

static int comparison(struct sym_table *table, enum lockprog_expr expr, int a, int b)
{
	static const enum lockprog_expr swapped[LOCKPROG_EXPRS] = {
		[LOCKPROG_EQ] = LOCKPROG_EQ, [LOCKPROG_NE] = LOCKPROG_NE,
		[LOCKPROG_LT] = LOCKPROG_GT, [LOCKPROG_LE] = LOCKPROG_GE,
		[LOCKPROG_GT] = LOCKPROG_LT, [LOCKPROG_GE] = LOCKPROG_LE,
	};
	const struct sym *x, *y;
	long long c;
	int base_a, base_b, flipped;
	long long offset_a, offset_b;

	if (is_const(table, a)) {
		int t = a;

		a = b;
		b = t;
		expr = swapped[expr];
	}
	x = &table->nodes[a];
	y = &table->nodes[b];
	if (a == b)
		return sym_const(table, sym_truth_type,
				 expr == LOCKPROG_EQ || expr == LOCKPROG_LE || expr == LOCKPROG_GE);
	/* All comparisons are made from EQ, LT and the negation of these. */
	if (expr == LOCKPROG_NE)
		return negation(table, comparison(table, LOCKPROG_EQ, a, b));
	if (expr == LOCKPROG_GE)
		return negation(table, comparison(table, LOCKPROG_LT, a, b));
	if (expr == LOCKPROG_LE)
		return negation(table, comparison(table, LOCKPROG_GT, a, b));
	if (expr == LOCKPROG_GT) {
		/* x > c is !(x < c + 1), so that constants stay on the right */
		if (y->kind != SYM_CONST)
			return comparison(table, LOCKPROG_LT, b, a);
		c = sym_wrap(x->type, (long long)((unsigned long long)y->constant + 1));
		if (!less(x->type, y->constant, c))
			return sym_const(table, sym_truth_type, 0);
		return negation(table,
				comparison(table, LOCKPROG_LT, a, sym_const(table, x->type, c)));
	}
	if (y->kind == SYM_CONST && sym_is_truth(table, a) && !(x->kind == SYM_CONST)) {
		bool one = y->constant == 1, is_signed = x->type.is_signed;

		/* A truth value against 0 or 1 is itself or its negation. */
		while (table->nodes[a].kind == SYM_OP && table->nodes[a].expr == LOCKPROG_COPY &&
		       sym_is_truth(table, table->nodes[a].a))
			a = table->nodes[a].a;
		if (expr == LOCKPROG_EQ)
			return one                ? a
			       : y->constant == 0 ? negation(table, a)
						  : sym_const(table, sym_truth_type, 0);
		if (y->constant == 0 || (is_signed && y->constant < 0))
			return sym_const(table, sym_truth_type, 0);
		return one ? negation(table, a) : sym_const(table, sym_truth_type, 1);
	}
	if (expr == LOCKPROG_EQ) {
		sym_split(table, a, &base_a, &offset_a);
		if (y->kind == SYM_CONST) {
			if ((y->constant == 0 && sym_is_never_null(table, a)) ||
			    differs_in_a_bit(table, a, y->constant))
				return sym_const(table, sym_truth_type, 0);
			/* x + 3 == 5 is x == 2, modulo the type; x - y == 0 and x ^ y ==
			 * 0 are x == y */
			if (base_a != a && table->nodes[base_a].kind != SYM_OBJECT)
				return comparison(table, LOCKPROG_EQ, base_a,
						  sym_const(table, table->nodes[base_a].type,
							    y->constant - offset_a));
			if (y->constant == 0 &&
			    (is_op(table, a, LOCKPROG_SUB) || is_op(table, a, LOCKPROG_XOR)))
				return comparison(table, LOCKPROG_EQ, x->a, x->b);
		} else {
			sym_split(table, b, &base_b, &offset_b);
			if (base_a == base_b)
				return sym_const(table, sym_truth_type, offset_a == offset_b);
			if (table->nodes[base_a].kind == SYM_OBJECT &&
			    table->nodes[base_b].kind == SYM_OBJECT && offset_a == offset_b)
				return sym_const(table, sym_truth_type, 0);
			/* x ^ c == x is c == 0 */
			flipped = flipped_bits(table, a, b);
			if (flipped < 0)
				flipped = flipped_bits(table, b, a);
			if (flipped >= 0)
				return sym_op(table, LOCKPROG_EQ, sym_truth_type, flipped,
					      sym_const(table, table->nodes[flipped].type, 0));
			/* (x & c) == x is (x & ~c) == 0 */
			if (masked_from(table, a, b) || masked_from(table, b, a))
				return comparison(table, LOCKPROG_EQ,
						  rest_of_mask(table, masked_from(table, a, b) ? a
											       : b),
						  sym_const(table, x->type, 0));
			if (a > b) {
				int t = a;

				a = b;
				b = t;
			}
		}
	}
	x = &table->nodes[a];
	/* x - y < 0 is x < y, and x - y < 1 is !(y < x) */
	if (expr == LOCKPROG_LT && is_const(table, b) && tells_order(table, a)) {
		if (table->nodes[b].constant == 0)
			return comparison(table, LOCKPROG_LT, x->a, x->b);
		if (table->nodes[b].constant == 1)
			return comparison(table, LOCKPROG_GE, x->b, x->a);
	}
	/* A widened value against a constant that fits is the value itself. */
	if (is_const(table, b) && x->kind == SYM_OP && x->expr == LOCKPROG_COPY) {
		int inner = x->a;
		struct lockprog_type type = x->type, inner_type = table->nodes[inner].type;

		c = table->nodes[b].constant;
		if ((type.bits > inner_type.bits && (type.is_signed || !inner_type.is_signed) &&
		     sym_wrap(inner_type, c) == c) ||
		    (expr == LOCKPROG_EQ && type.bits == inner_type.bits))
			return comparison(table, expr, inner, sym_const(table, inner_type, c));
	}
	return sym_plain(table, expr, sym_truth_type, a, b);
}

/* A + B with the constant outermost, and operands in a fixed order. */
static int sum(struct sym_table *table, struct lockprog_type type, int a, int b)
{
	int base_a, base_b, base;
	long long offset_a, offset_b, offset, both;

	if (is_const(table, a)) {
		int t = a;

		a = b;
		b = t;
	}
	if (is_const(table, b)) {
		sym_split(table, a, &base, &offset);
		/* Two signed constants whose sum leaves the type are not merged. */
		if (type.is_signed &&
		    (__builtin_add_overflow(offset, table->nodes[b].constant, &both) ||
		     sym_wrap(type, both) != both))
			return sym_plain(table, LOCKPROG_ADD, type, a, b);
		offset = sym_wrap(
			type, (long long)((unsigned long long)offset + table->nodes[b].constant));
		if (offset == 0 && same_type(table->nodes[base].type, type))
			return base;
		if (!same_type(table->nodes[base].type, type))
			base = a, offset = table->nodes[b].constant;
		if (offset == 0)
			return cast(table, type, base);
		return sym_plain(table, LOCKPROG_ADD, type, base, sym_const(table, type, offset));
	}
	sym_split(table, a, &base_a, &offset_a);
	sym_split(table, b, &base_b, &offset_b);
	/* x + y may leave a signed type where (x + 2) + y does not. */
	if (type.is_signed && type.bits < 64) {
		base_a = a;
		base_b = b;
		offset_a = offset_b = 0;
	}
	if (base_a > base_b) {
		int t = base_a;

		base_a = base_b;
		base_b = t;
	}
	base = sym_plain(table, LOCKPROG_ADD, type, base_a, base_b);
	offset = sym_wrap(type, (long long)((unsigned long long)offset_a + offset_b));
	if (offset == 0)
		return base;
	return sym_plain(table, LOCKPROG_ADD, type, base, sym_const(table, type, offset));
}

/* True if NODE is EXPR of PART and something else. */
static bool has_operand(const struct sym_table *table, int node, enum lockprog_expr expr, int part)
{
	const struct sym *sym = &table->nodes[node];

	return is_op(table, node, expr) && same_type(sym->type, table->nodes[part].type) &&
	       (sym->a == part || sym->b == part);
}

/* A & B or A | B where one says more than the other, so that it is one of the two; -1 if
 * it is neither. */
static int absorbed(const struct sym_table *table, enum lockprog_expr expr, int a, int b)
{
	enum lockprog_expr other = expr == LOCKPROG_AND ? LOCKPROG_OR : LOCKPROG_AND;

	/* x & (x | y) is x; x & (x & y) is x & y */
	if (a == b || has_operand(table, b, other, a) || has_operand(table, a, expr, b))
		return a;
	if (has_operand(table, a, other, b) || has_operand(table, b, expr, a))
		return b;
	return -1;
}

int sym_op(struct sym_table *table, enum lockprog_expr expr, struct lockprog_type type, int a,
	   int b)
{
	long long c;

	if (expr == LOCKPROG_COPY)
		return cast(table, type, a);
	if (expr == LOCKPROG_NEG)
		return sym_op(table, LOCKPROG_SUB, type, sym_const(table, type, 0), a);
	if (expr == LOCKPROG_NOT) {
		/* ~x is x ^ -1; of a truth value in one bit it is the negation */
		if (type.bits == 1 && sym_is_truth(table, a))
			return negation(table, a);
		return sym_op(table, LOCKPROG_XOR, type, a, sym_const(table, type, -1));
	}
	if (is_const(table, a) && is_const(table, b))
		return fold(table, expr, type, a, b);
	if (is_comparison(expr))
		return comparison(table, expr, a, b);
	if (expr == LOCKPROG_ADD)
		return sum(table, type, a, b);
	if (expr == LOCKPROG_SUB) {
		if (a == b)
			return sym_const(table, type, 0);
		/* the least of a signed type has no opposite */
		if (is_const(table, b) &&
		    (!type.is_signed || !table->nodes[b].constant ||
		     sym_wrap(type, (long long)(0ull - table->nodes[b].constant)) !=
			     table->nodes[b].constant))
			return sum(table, type, a,
				   sym_const(table, type,
					     (long long)(0ull - table->nodes[b].constant)));
		return sym_plain(table, expr, type, a, b);
	}
	/* Other commutative operations: constants on the right, else in a fixed order. */
	if ((expr == LOCKPROG_MUL || expr == LOCKPROG_AND || expr == LOCKPROG_OR ||
	     expr == LOCKPROG_XOR) &&
	    (is_const(table, a) || (!is_const(table, b) && a > b))) {
		int t = a;

		a = b;
		b = t;
	}
	/* x ^ 2 ^ 2 is x */
	if (is_const(table, b) &&
	    (expr == LOCKPROG_AND || expr == LOCKPROG_OR || expr == LOCKPROG_XOR) &&
	    is_op(table, a, expr) && is_const(table, table->nodes[a].b) &&
	    same_type(table->nodes[a].type, type))
		return sym_op(table, expr, type, table->nodes[a].a,
			      fold(table, expr, type, table->nodes[a].b, b));
	/* (x | 1) & 3 is x & 3 | 1, and (x | 1) & 1 is 1 */
	if (expr == LOCKPROG_AND && is_const(table, b) && is_op(table, a, LOCKPROG_OR) &&
	    is_const(table, table->nodes[a].b) && same_type(table->nodes[a].type, type)) {
		int set = fold(table, expr, type, table->nodes[a].b, b);

		if (set == b)
			return b;
		return sym_op(table, LOCKPROG_OR, type,
			      sym_op(table, expr, type, table->nodes[a].a, b), set);
	}
	if (is_const(table, b)) {
		c = table->nodes[b].constant;
		if (c == 0 && (expr == LOCKPROG_MUL || expr == LOCKPROG_AND))
			return sym_const(table, type, 0);
		if ((c == 0 && expr != LOCKPROG_MUL && expr != LOCKPROG_AND) ||
		    (c == 1 && expr == LOCKPROG_MUL))
			return cast(table, type, a);
		if (c == 1 && sym_is_truth(table, a)) {
			if (expr == LOCKPROG_AND)
				return cast(table, type, a);
			if (expr == LOCKPROG_OR)
				return sym_const(table, type, 1);
			if (expr == LOCKPROG_XOR)
				return cast(table, type, negation(table, a));
		}
		/* x << 3 is x * 8, as an index of an array is; but it may push bits out
		 * of a signed type */
		if (expr == LOCKPROG_SHL && c >= 0 && c < 63 &&
		    (!type.is_signed || type.bits == 64))
			return sym_op(table, LOCKPROG_MUL, type, a,
				      sym_const(table, type, 1ll << c));
		/* (x + 2) * 8 is x * 8 + 16 */
		if (expr == LOCKPROG_MUL && (!type.is_signed || type.bits == 64) &&
		    is_op(table, a, LOCKPROG_ADD) && is_const(table, table->nodes[a].b)) {
			int base = table->nodes[a].a;
			long long offset = table->nodes[table->nodes[a].b].constant;

			return sum(table, type, sym_op(table, LOCKPROG_MUL, type, base, b),
				   sym_const(table, type,
					     (long long)((unsigned long long)offset * c)));
		}
	}
	/* (x & 6) ^ x is x & ~6 */
	if (expr == LOCKPROG_XOR && (masked_from(table, a, b) || masked_from(table, b, a)) &&
	    same_type(table->nodes[a].type, table->nodes[b].type))
		return masked_from(table, a, b) ? rest_of_mask(table, a) : rest_of_mask(table, b);
	if (expr == LOCKPROG_AND || expr == LOCKPROG_OR) {
		const int one = absorbed(table, expr, a, b);

		return one >= 0 ? one : sym_plain(table, expr, type, a, b);
	}
	if (a == b && expr == LOCKPROG_XOR)
		return sym_const(table, type, 0);
	return sym_plain(table, expr, type, a, b);
}

int sym_same_op(struct sym_table *table, const struct sym *like, int a, int b)
{
	return like->expr == LOCKPROG_OPAQUE ? sym_opaque(table, like->op, like->type, a, b)
					     : sym_op(table, like->expr, like->type, a, b);
}

int sym_replace(struct sym_table *table, int node, int atom, int by)
{
	const struct sym sym = table->nodes[node];
	const unsigned long long mask = table->nodes[atom].atoms;
	int a, b;

	if (node == atom)
		return by;
	if ((sym.atoms & mask) != mask || (sym.kind != SYM_INITIAL && sym.kind != SYM_OP))
		return node;
	work_count(WORK_OF_NODE);
	a = sym_replace(table, sym.a, atom, by);
	b = sym.kind == SYM_OP && sym.b >= 0 ? sym_replace(table, sym.b, atom, by) : sym.b;
	if (a == sym.a && b == sym.b)
		return node;
	return sym.kind == SYM_INITIAL ? sym_initial(table, sym.type, a, sym.b) :
					 sym_same_op(table, &sym, a, b);
}
