/* generate-condition.c - questions that can be asked again in other words.
 *
 * SPDX-License-Identifier: MIT
 */

#include "generate.h"

static const char *const operators[] = { "==", "!=", "<", ">=", "<=", ">" };
static const int opposite[] = { 1, 0, 3, 2, 5, 4 };
static const int mirrored[] = { 0, 1, 5, 4, 3, 2 };

int any_variable(void)
{
	static const int all[] = { X, X, Y, Z, F, G, H, I };
	int v = X;

	/* What is known to be a number makes no choice. */
	for (int tries = 0; tries < 4; tries++) {
		v = all[random_number(8)];
		if (v <= Z && v >= n_params)
			v = F + (int)random_number(3);
		if (!is_constant(variables[v]))
			break;
	}
	return v;
}

struct condition any_condition(void)
{
	struct condition c = { .a = any_variable(), .b = any_variable(), .number = pick(-1, 3), .op = pick(0, 5) };

	c.kind = (const int[]){ TRUTH, TRUTH, TRUTH, COMPARED, COMPARED, COMPARED, MASKED, PAIR, SHIFTED, BOTH, EITHER }[random_number(11)];
	if (c.kind == MASKED)
		c.number = pick(1, 3);
	c.c = any_variable();
	c.d = any_variable();
	return c;
}

int emit_comparison(int a, int op, int b_constant)
{
	int t = new_value(NULL);

	emit("%v = %v %s %d; ", t, a, operators[op], b_constant);
	return t;
}

int emit_condition(const struct condition *c, bool negated)
{
	int t, u, op = negated ? opposite[c->op] : c->op;
	int a = variables[c->a];

	switch (c->kind) {
	case TRUTH:
		if (!negated && chance(50))
			return a;
		if (!negated)
			return emit_comparison(a, 1, 0);
		if (chance(50))
			return emit_comparison(a, 0, 0);
		t = emit_comparison(a, 1, 0);
		u = new_value(NULL);
		emit("%v = !%v; ", u, t);
		return u;
	case COMPARED:
		switch (random_number(6)) {
		case 0:		/* the other way round */
			t = new_value(NULL);
			emit("%v = %v %s %v; ", t, constant(c->number), operators[mirrored[op]], a);
			return t;
		case 1:		/* asked the opposite, and negated */
			t = emit_comparison(a, opposite[op], c->number);
			u = new_value(NULL);
			emit("%v = !%v; ", u, t);
			return u;
		case 2:		/* kept as a number */
			t = emit_comparison(a, op, c->number);
			u = new_value(NULL);
			emit("%v:s32 = %v; ", u, t);
			return chance(50) ? u : emit_comparison(u, 1, 0);
		case 3:		/* x < 3 is x <= 2 */
			if (op == 2 || op == 3)
				return emit_comparison(a, op == 2 ? 4 : 5, c->number - 1);
			if (op == 4 || op == 5)
				return emit_comparison(a, op == 4 ? 2 : 3, c->number + 1);
			t = new_value(NULL);
			emit("%v:s32 = %v - %d; ", t, a, c->number);
			return emit_comparison(t, op, 0);
		default:
			return emit_comparison(a, op, c->number);
		}
	case MASKED:
		t = new_value(NULL);
		emit("%v:s32 = %v & %d; ", t, a, c->number);
		if (c->number != 3 && chance(30))
			return emit_comparison(t, negated ? 1 : 0, c->number);
		if (!negated && chance(50))
			return t;
		return emit_comparison(t, negated ? 0 : 1, 0);
	case PAIR:
		t = new_value(NULL);
		if (chance(50))
			emit("%v = %v %s %v; ", t, a, operators[op], variables[c->b]);
		else
			emit("%v = %v %s %v; ", t, variables[c->b], operators[mirrored[op]], a);
		return t;
	case SHIFTED:
		t = new_value(NULL);
		emit("%v:s32 = %v + %d; ", t, a, 1 + (c->number & 1));
		return emit_comparison(t, op, c->number);
	case BOTH:
	case EITHER:
		t = new_value(NULL);
		u = emit_comparison(variables[c->c], negated ? 0 : 1, 0);
		emit("%v:u1 = %v %s %v; ", t, u, (c->kind == BOTH) != negated ? "&" : "|",
		     emit_comparison(variables[c->d], negated ? 0 : 1, 0));
		return t;
	}
	return a;
}
