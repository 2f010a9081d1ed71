/* belief.c - whether the programmer believes that a call leaves a held lock alone.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/belief.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "runtime/rule.h"
#include "shape/root.h"

struct search {
	const struct lockprog_function *function;
	const struct named_lock *lock;
	const struct belief_callees *callees;
};

struct callee_touch {
	int class_;
	enum touch touch;
};

struct named_lock belief_lock_of(const struct lockprog_function *function,
				 const struct lockprog_op *op)
{
	struct named_lock lock = { .is_cancel = op->ddi->group == SPINRULE_GROUP_CANCEL,
				   .has_handle = op->handle >= 0,
				   .class_ = op->class_,
				   .text = op->text,
				   .object = -1 };
	const int root = root_of(function, op->address, ROOT_SUMS, &lock.offset);

	if (root >= 0 && function->values[root].expr == LOCKPROG_OBJECT)
		lock.object = function->values[root].object;
	return lock;
}

static void see_class(int class_, bool is_acquired, void *data)
{
	struct callee_touch *found = data;

	if (found->class_ >= 0 && class_ == found->class_ && found->touch != TOUCH_RELEASE)
		found->touch = is_acquired ? TOUCH_ACQUIRE : TOUCH_RELEASE;
}

/* True if X and Y have the same name. */
static bool have_same_name(const struct named_lock *x, const struct named_lock *y)
{
	if (x->class_ >= 0 && y->class_ >= 0)
		return x->class_ == y->class_;
	return x->text && y->text && !strcmp(x->text, y->text);
}

/* True if X and Y are two locks: in two places of variables, or of two classes. */
static bool are_distinct(const struct named_lock *x, const struct named_lock *y)
{
	if (x->object >= 0 && y->object >= 0)
		return x->object != y->object || x->offset != y->offset;
	return x->class_ >= 0 && y->class_ >= 0 && x->class_ != y->class_;
}

/* True if the lock operation OP is on SEARCH's lock; IS_ACQUIRE: or may be. */
static bool is_on_lock(const struct search *search, const struct lockprog_op *op, bool is_acquire)
{
	const struct named_lock lock = belief_lock_of(search->function, op);

	if (lock.is_cancel || search->lock->is_cancel)
		return lock.is_cancel == search->lock->is_cancel;
	if (op->address < 0)
		return search->lock->has_handle;
	return have_same_name(&lock, search->lock) ||
	       (is_acquire && !are_distinct(&lock, search->lock));
}

static enum touch touch_of(const struct search *search, const struct lockprog_op *op)
{
	struct callee_touch found = { search->lock->class_, TOUCH_NONE };

	if (op->kind == LOCKPROG_CALL && op->callee >= 0)
		search->callees->each_class(search->callees->data, op->callee, see_class, &found);
	if (op->kind != LOCKPROG_LOCKOP)
		return found.touch;
	switch (op->ddi->op) {
	case SPINRULE_OP_RELEASE:
		return is_on_lock(search, op, false) ? TOUCH_RELEASE : TOUCH_NONE;
	case SPINRULE_OP_ACQUIRE:
	case SPINRULE_OP_TRY:
	case SPINRULE_OP_INIT:
		return is_on_lock(search, op, true) ? TOUCH_ACQUIRE : TOUCH_NONE;
	case SPINRULE_OP_MOMENTARY:	/* leaves nothing to release */
	case SPINRULE_OP_LEAVE:
	case SPINRULE_OP_CONVERT:
	case SPINRULE_OPS:
		break;
	}
	return TOUCH_NONE;
}

/* What BLOCK does first to the lock, from operation I on. */
static enum touch first_touch(const struct search *search, int block, int i)
{
	const struct lockprog_block *at = &search->function->blocks[block];
	enum touch touch = TOUCH_NONE;

	for (; i < at->n_ops && touch == TOUCH_NONE; i++)
		touch = touch_of(search, &at->ops[i]);
	return touch;
}

enum touch belief_touch(const struct lockprog_function *function, const struct lockprog_op *op,
			const struct named_lock *lock, const struct belief_callees *callees)
{
	const struct search search = { function, lock, callees };

	return touch_of(&search, op);
}

bool belief_is_released_after(const struct lockprog_function *function, int block, int i,
			      const struct named_lock *lock,
			      const struct belief_callees *callees)
{
	const struct search search = { function, lock, callees };
	bool *is_seen, found = false;
	int *stack, n = 0;
	enum touch touch = first_touch(&search, block, i);

	if (touch != TOUCH_NONE)
		return touch == TOUCH_RELEASE;
	work_count((unsigned long long)function->n_blocks);
	is_seen = alloc_zeroed(function->n_blocks);
	stack = alloc_zeroed((function->n_blocks + 1) * sizeof *stack);
	stack[n++] = block;
	while (n && !found) {
		const struct lockprog_block *at = &function->blocks[stack[--n]];

		for (int succ = 0; succ < at->n_succ && !found; succ++) {
			int to = at->succ[succ].block;

			if (is_seen[to])
				continue;
			is_seen[to] = true;
			touch = first_touch(&search, to, 0);
			found = touch == TOUCH_RELEASE;
			if (touch == TOUCH_NONE)
				stack[n++] = to;
		}
	}
	free(is_seen);
	free(stack);
	return found;
}
