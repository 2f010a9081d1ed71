/* growth.c - bounds for a value that only grows, or only shrinks, from round to round of
 * a loop.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/growth.h"

#include "limits.h"

/* The values that reach a PHI: its own value of the round before plus a step, and
 * constants. */
struct growth {
	const struct lockprog_function *function;
	int phi, n_visited;
	bool has_step, has_constant;
	long long least_step, most_step, lowest, highest;
};

/* V plus OFFSET reaches the PHI: add it to GROWTH; false if it is neither a step nor a
 * constant. */
static bool add_growth(struct growth *growth, int v, long long offset)
{
	const struct lockprog_value *value, *phi = &growth->function->values[growth->phi];
	long long constant;

	if (v < 0)
		return false;
	value = &growth->function->values[v];
	if (++growth->n_visited > GROWTH_MAX_VALUES || value->type.bits != phi->type.bits ||
	    !value->type.is_signed)
		return false;
	if (v == growth->phi) {
		growth->least_step = growth->has_step && growth->least_step < offset
					     ? growth->least_step
					     : offset;
		growth->most_step =
			growth->has_step && growth->most_step > offset ? growth->most_step : offset;
		growth->has_step = true;
		return true;
	}
	switch (value->expr) {
	case LOCKPROG_CONST:
		if (__builtin_add_overflow(value->constant, offset, &constant))
			return false;
		growth->lowest = growth->has_constant && growth->lowest < constant ? growth->lowest
										   : constant;
		growth->highest = growth->has_constant && growth->highest > constant
					  ? growth->highest
					  : constant;
		growth->has_constant = true;
		return true;
	case LOCKPROG_COPY:
		return add_growth(growth, value->a, offset);
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		if (value->b < 0 || growth->function->values[value->b].expr != LOCKPROG_CONST)
			return false;
		constant = growth->function->values[value->b].constant;
		return !(value->expr == LOCKPROG_ADD
				 ? __builtin_add_overflow(offset, constant, &offset)
				 : __builtin_sub_overflow(offset, constant, &offset)) &&
		       add_growth(growth, value->a, offset);
	case LOCKPROG_PHI:
		for (int i = 0; i < value->n_phi; i++)
			if (!add_growth(growth, value->phi[i].value, offset))
				return false;
		return true;
	default:
		return false;
	}
}

void growth_bound(struct walk *walk, struct state *state, int phi, int arg)
{
	const struct lockprog_value *value = &walk->function->values[phi];
	struct growth all = { .function = walk->function, .phi = phi }, last = all;
	struct fact fact;
	long long bound;

	for (int i = 0; i < value->n_phi; i++)
		if (!add_growth(&all, value->phi[i].value, 0))
			return;
	if (!all.has_step || !all.has_constant || !add_growth(&last, arg, 0) || !last.has_step)
		return;
	if (all.least_step >= 0) {
		if (__builtin_add_overflow(all.lowest, last.least_step, &bound))
			return;
		if (last.has_constant && last.lowest < bound)
			bound = last.lowest;
		if (bound > range_highest(value->type))
			return;
		fact = range_span(bound, range_highest(value->type));
	} else if (all.most_step <= 0) {
		if (__builtin_add_overflow(all.highest, last.most_step, &bound))
			return;
		if (last.has_constant && last.highest > bound)
			bound = last.highest;
		if (bound < range_lowest(value->type))
			return;
		fact = range_span(range_lowest(value->type), bound);
	} else {
		return;
	}
	fact.node = walk_node(walk, state, phi);
	facts_meet_or_keep(&state->facts, walk->syms, &fact);
}
