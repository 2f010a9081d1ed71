/* deciding.c - which branches of a path decide that it comes to a mistake.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/deciding.h"

#include <limits.h>
#include <stdlib.h>

#include "limits.h" /* NOLINT(readability-duplicate-include): not <limits.h> */
#include "lockprog/alloc.h"

/* What the other way of a branch would have to come to, so that the branch does not
 * decide. */
struct goal {
	int block;
	int op;			/* operations from it on do not count; INT_MAX: all do */
	int avoid;		/* a block after which it is too late; or -1 */
	bool is_mistake;	/* an operation that prevents the mistake ends the way */
};

struct deciding {
	struct walk *walk;
	int n_goals;
	struct goal goals[DECIDING_MAX_GOALS];
	/* PHIs that a deciding branch tests, and that the path has not passed yet. */
	int n_phis;
	int phis[DECIDING_MAX_PHIS];
	/* The next branch of the path that decides, or -1. */
	int next;
	int *prevents;		/* block: the first operation that prevents the mistake */
	bool *seen;
	int *pending;
};

/* ---- what prevents the mistake ---- */

/* True if VIOLATION needs a held lock: then a release prevents it, else an acquire. */
static bool needs_held(const struct claim *claim)
{
	switch (claim->violation) {
	case SPINRULE_DOUBLE_ACQUIRE:
	case SPINRULE_HELD_AT_RETURN:
	case SPINRULE_MISMATCHED_RELEASE:
	case SPINRULE_WRONG_IRQL:
	case SPINRULE_REINIT_HELD:
	case SPINRULE_CALL_HELD:
	case SPINRULE_LEVEL_ORDER:
		return true;
	case SPINRULE_ANNOTATION_MISMATCH:
		return claim->is_held;
	case SPINRULE_RELEASE_UNHELD:
	case SPINRULE_TRY_IGNORED:
	case SPINRULE_CALL_UNHELD:
	case SPINRULE_UNGUARDED:
	case SPINRULE_WRONG_CONTEXT:
	case SPINRULE_LOCK_ORDER:
	case SPINRULE_HOLD_TIME:
	case SPINRULE_COMPLETE_WHILE_HELD:
	case SPINRULE_UNINITIALIZED:
	case SPINRULE_FREED_HELD:
	case SPINRULE_WRONG_LEVEL:
	case SPINRULE_HANDLE_IN_USE:
	case SPINRULE_NONE:
	case SPINRULE_VIOLATIONS:
		break;
	}
	return false;
}

struct search { int class_; bool is_found; };

static void find_acquired(int class_, bool is_acquired, void *data)
{
	struct search *search = data;

	search->is_found |= is_acquired && (search->class_ < 0 || class_ == search->class_);
}

static bool prevents(const struct walk *walk, const struct claim *claim,
		     const struct lockprog_op *op)
{
	const int class_ = claim->event.class_;
	const bool is_release = needs_held(claim);

	if (op->kind == LOCKPROG_LOCKOP) {
		if (op->class_ >= 0 && class_ >= 0 && op->class_ != class_ && op->address >= 0)
			return false;
		return is_release ? op->ddi->op == SPINRULE_OP_RELEASE
				  : op->ddi->op == SPINRULE_OP_ACQUIRE ||
					    op->ddi->op == SPINRULE_OP_TRY;
	}
	if (op->kind == LOCKPROG_CALL && op->callee >= 0) {
		struct search search = { class_, false };

		if (is_release)
			return walk->callees.may_release(walk->callees.data, op->callee, class_);
		walk->callees.each_class(walk->callees.data, op->callee, find_acquired, &search);
		return search.is_found;
	}
	return false;
}

static void find_prevention(struct deciding *deciding, const struct claim *claim)
{
	const struct lockprog_function *function = deciding->walk->function;

	for (int b = 0; b < function->n_blocks; b++) {
		const struct lockprog_block *block = &function->blocks[b];
		int i = 0;

		while (i < block->n_ops && !prevents(deciding->walk, claim, &block->ops[i]))
			i++;
		deciding->prevents[b] = i < block->n_ops ? i : INT_MAX;
	}
}

/* ---- where the other way leads ---- */

/* True if a way from BLOCK, not through block BRANCH, comes to GOAL, or, unless
 * COMES_THERE, ends without it. */
static bool has_way(const struct deciding *deciding, int block, const struct goal *goal,
		    int branch, bool comes_there)
{
	const struct lockprog_function *function = deciding->walk->function;
	bool *seen = deciding->seen;
	int n = 0;

	for (int b = 0; b < function->n_blocks; b++)
		seen[b] = false;
	seen[branch] = true;
	if (goal->avoid >= 0)
		seen[goal->avoid] = true;
	deciding->pending[n++] = block;
	while (n) {
		const int at = deciding->pending[--n];
		const struct lockprog_block *from = &function->blocks[at];
		const bool ends = goal->is_mistake && deciding->prevents[at] != INT_MAX;

		if (seen[at])
			continue;
		seen[at] = true;
		if (at == goal->block &&
		    (!goal->is_mistake || deciding->prevents[at] >= goal->op)) {
			if (comes_there)
				return true;
			continue;
		}
		if (!comes_there && (ends || !from->n_succ))
			return true;
		for (int i = 0; i < from->n_succ && !ends; i++)
			if (!seen[from->succ[i].block])
				deciding->pending[n++] = from->succ[i].block;
	}
	return false;
}

static bool can_reach(const struct deciding *deciding, int block, const struct goal *goal,
		      int branch)
{
	return has_way(deciding, block, goal, branch, true);
}

static bool can_avoid(const struct deciding *deciding, int block, const struct goal *goal,
		      int branch)
{
	return has_way(deciding, block, goal, branch, false);
}

/* True if the branch at block AT decides by leading to TAKEN and not to OTHER, from where
 * the mistake at GOAL can be reached too. */
static bool decides_early(const struct deciding *deciding, const struct goal *goal, int at,
			  int taken, int other)
{
	const struct goal next = { deciding->next, INT_MAX, -1, false };

	return can_avoid(deciding, other, goal, at) &&
	       (!can_avoid(deciding, taken, goal, at) ||
		(deciding->next >= 0 && deciding->next != at &&
		 !can_reach(deciding, other, &next, at)));
}

/* True if the branch at STEP decides whether the path comes to GOAL. */
static bool decides_goal(const struct deciding *deciding, const struct step *step,
			 const struct goal *goal)
{
	const int at = step->event.block;
	const struct lockprog_block *from = &deciding->walk->function->blocks[at];

	for (int i = 0; i < from->n_succ; i++) {
		const int to = from->succ[i].block;

		if (i == step->event.succ || to == from->succ[step->event.succ].block)
			continue;
		/* The branch itself is where the value is chosen. */
		if (at == goal->block && !goal->is_mistake)
			return true;
		if (!can_reach(deciding, to, goal, at) ||
		    (goal->is_mistake &&
		     decides_early(deciding, goal, at, from->succ[step->event.succ].block, to)))
			return true;
	}
	return false;
}

/* ---- values ---- */

/* Note the PHIs that V is computed from. */
static void note_phis(struct deciding *deciding, int v, int depth)
{
	const struct lockprog_value *value;

	if (v < 0 || depth > DECIDING_MAX_PHIS)
		return;
	value = &deciding->walk->function->values[v];
	if (value->expr == LOCKPROG_LOAD || value->expr == LOCKPROG_PARAM ||
	    value->expr == LOCKPROG_CONST || value->expr == LOCKPROG_OBJECT)
		return;
	if (value->expr != LOCKPROG_PHI) {
		note_phis(deciding, value->a, depth + 1);
		note_phis(deciding, value->b, depth + 1);
		return;
	}
	for (int i = 0; i < deciding->n_phis; i++)
		if (deciding->phis[i] == v)
			return;
	if (deciding->n_phis < DECIDING_MAX_PHIS)
		deciding->phis[deciding->n_phis++] = v;
}

static bool take_phi(struct deciding *deciding, int v)
{
	for (int i = 0; i < deciding->n_phis; i++)
		if (deciding->phis[i] == v) {
			deciding->phis[i] = deciding->phis[--deciding->n_phis];
			return true;
		}
	return false;
}

/* ---- deciding.h ---- */

struct deciding *deciding_new(struct walk *walk, const struct claim *claim)
{
	const int n = walk->function->n_blocks;
	struct deciding *deciding = alloc_zeroed(sizeof *deciding);
	int n_edges = 1;

	deciding->walk = walk;
	deciding->prevents = alloc_zeroed(n * sizeof *deciding->prevents);
	deciding->seen = alloc_zeroed(n);
	/* A block is pending once for each edge into it, at most. */
	for (int b = 0; b < n; b++)
		n_edges += walk->function->blocks[b].n_succ;
	deciding->pending = alloc_zeroed(n_edges * sizeof *deciding->pending);
	deciding->next = -1;
	find_prevention(deciding, claim);
	deciding->goals[deciding->n_goals++] =
		(struct goal){ .block = claim->event.block,
			       .op = claim->event.op >= 0 ? claim->event.op : INT_MAX,
			       .avoid = -1,
			       .is_mistake = true };
	return deciding;
}

void deciding_free(struct deciding *deciding)
{
	free(deciding->prevents);
	free(deciding->seen);
	free(deciding->pending);
	free(deciding);
}

bool deciding_decides(const struct deciding *deciding, const struct step *step)
{
	for (int i = 0; i < deciding->n_goals; i++)
		if (decides_goal(deciding, step, &deciding->goals[i]))
			return true;
	return false;
}

void deciding_follow(struct deciding *deciding, const struct step *step)
{
	deciding->next = step->event.block;
	note_phis(deciding, deciding->walk->function->blocks[step->event.block].value, 0);
}

void deciding_pass(struct deciding *deciding, const struct step *step)
{
	const struct lockprog_function *function = deciding->walk->function;
	const int at = step->event.block;
	const struct lockprog_block *to;
	bool is_chosen = false;
	int join;

	if (step->event.kind != EVENT_BRANCH || step->choice < 0 || !deciding->n_phis)
		return;
	join = function->blocks[at].succ[step->event.succ].block;
	to = &function->blocks[join];
	for (int i = 0; i < to->n_ops; i++) {
		const struct lockprog_value *value;

		if (to->ops[i].kind != LOCKPROG_DEFINE)
			break;
		value = &function->values[to->ops[i].value];
		if (value->expr != LOCKPROG_PHI)
			break;
		if (!take_phi(deciding, to->ops[i].value))
			continue;
		is_chosen = true;
		for (int k = 0; k < value->n_phi; k++)
			if (value->phi[k].block == at)
				note_phis(deciding, value->phi[k].value, 0);
	}
	if (is_chosen && deciding->n_goals < DECIDING_MAX_GOALS)
		deciding->goals[deciding->n_goals++] =
			(struct goal){ .block = at, .op = INT_MAX, .avoid = join };
}

void deciding_reach(struct deciding *deciding, const struct step *step)
{
	deciding->n_goals = 0;
	deciding->goals[deciding->n_goals++] = (struct goal){
		.block = step->event.block, .op = INT_MAX, .avoid = -1, .is_mistake = false
	};
}
