/* endless.c - loops that may go on for ever.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/endless.h"

/* How many PHIs, and values in all, the condition of a loop is followed through. */
#define MAX_PHIS 8
#define MAX_PARTS 64

/* A search for what may change the condition of loop number L in each round. */
struct staying {
	const struct flow *flow;
	int l, n_parts, n_phis, phis[MAX_PHIS];
};

/* True if V may be the same in each round, or have few values in turn: no part of it is
 * new in each, and no way round the loop adds to it or follows a list, unless a
 * comparison makes it 0 or 1 again.  STEPPED, COMPARED: how many PHIs came before the
 * last part that adds, or compares. */
static bool may_stay(struct staying *s, int v, int stepped, int compared)
{
	const struct lockprog_value *value;
	bool may = false, is_inside = false;

	if (v < 0)
		return true;
	if (s->n_parts++ >= MAX_PARTS)
		return false;
	value = &s->flow->function->values[v];
	switch (value->expr) {
	case LOCKPROG_PHI:
		for (int i = 0; i < s->n_phis; i++)
			if (s->phis[i] == v)
				return stepped <= i || compared > i;
		if (s->n_phis == MAX_PHIS)
			return false;
		s->phis[s->n_phis++] = v;
		for (int i = 0; i < value->n_phi && !may; i++) {
			if (!loops_contain(s->flow, s->l, value->phi[i].block))
				continue;
			is_inside = true;
			may = may_stay(s, value->phi[i].value, stepped, compared);
		}
		s->n_phis--;
		/* One that is defined before the loop is the same in each round. */
		return may || !is_inside;
	case LOCKPROG_UNKNOWN:
		return false;
	case LOCKPROG_PARAM:
	case LOCKPROG_CONST:
	case LOCKPROG_OBJECT:
		return true;
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
	case LOCKPROG_MUL:
	case LOCKPROG_SHL:
	case LOCKPROG_SHR:
	case LOCKPROG_LOAD:
		stepped = s->n_phis;
		break;
	case LOCKPROG_EQ:
	case LOCKPROG_NE:
	case LOCKPROG_LT:
	case LOCKPROG_LE:
		compared = s->n_phis;
		break;
	default:
		break;
	}
	return may_stay(s, value->a, stepped, compared) &&
	       may_stay(s, value->b, stepped, compared);
}

bool endless_may_be(const struct flow *flow, int l)
{
	const struct loop *loop = &flow->loops.list[l];

	for (int i = 0; i < loop->n_blocks; i++) {
		const struct lockprog_block *block = &flow->function->blocks[loop->blocks[i]];

		for (int succ = 0; succ < block->n_succ; succ++)
			if (!loops_contain(flow, l, block->succ[succ].block) &&
			    !may_stay(&(struct staying){ .flow = flow, .l = l }, block->value, 0,
				      0))
				return false;
	}
	return true;
}
