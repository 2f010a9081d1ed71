/* tokens.c - where a function keeps the tokens of the locks that it holds.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "runtime/rule.h"
#include "shape/belief.h"
#include "shape/root.h"
#include "shape/slice.h"

/* Where the token of a lock is. */
enum token_place {
	PLACE_SAVED,		/* where saved IRQLs are stored */
	PLACE_AT,		/* at an address */
	PLACE_ANYWHERE
};

/* A lock that is held from some operation on. */
struct token_lock {
	struct named_lock named;
	enum token_place place;
	int address;		/* AT: value */
};

struct finder {
	struct tokens *tokens;
	const struct slice_wants *wants;
	struct belief_callees callees;
	bool *is_seen;		/* block */
	int *stack;		/* blocks */
};

/* ---- saved IRQLs ---- */

/* True if value V is computed from a saved IRQL, or read from memory that one is stored
 * in: IS_CLASS. */
static bool is_from_token(const struct tokens *tokens, int v, const bool *is_class)
{
	const struct lockprog_value *value = &tokens->flow->function->values[v];

	if (value->expr == LOCKPROG_LOAD)
		return is_class[value->class_];
	if ((value->a >= 0 && tokens->is_saved[value->a]) ||
	    (value->b >= 0 && tokens->is_saved[value->b]))
		return true;
	for (int i = 0; i < value->n_phi; i++)
		if (tokens->is_saved[value->phi[i].value])
			return true;
	return false;
}

/* Find the values that are computed from saved IRQLs, and where they are stored. */
static void follow_tokens(struct tokens *tokens)
{
	const struct lockprog_function *function = tokens->flow->function;
	bool *is_class = alloc_zeroed(tokens->flow->n_classes + 1), has_changed = true;

	while (has_changed) {
		has_changed = false;
		tokens->n_kept = 0;
		for (int b = 0; b < function->n_blocks; b++)
			for (int i = 0; i < function->blocks[b].n_ops; i++) {
				const struct lockprog_op *op = &function->blocks[b].ops[i];
				bool *is = NULL;

				if (op->kind == LOCKPROG_STORE && op->value >= 0 &&
				    tokens->is_saved[op->value]) {
					tokens->kept = alloc_grow(tokens->kept, tokens->n_kept,
								  &tokens->max_kept,
								  sizeof *tokens->kept);
					tokens->kept[tokens->n_kept++] = op->address;
					if (op->class_ >= 0)
						is = &is_class[op->class_];
				}
				if (op->kind == LOCKPROG_DEFINE &&
				    is_from_token(tokens, op->value, is_class))
					is = &tokens->is_saved[op->value];
				if (!is || *is)
					continue;
				*is = has_changed = true;
			}
	}
	free(is_class);
}

/* Find the IRQLs that acquires save. */
static void find_saved(struct tokens *tokens, const struct slice_wants *wants)
{
	const struct lockprog_function *function = tokens->flow->function;
	bool has_saved = function->cancel_irql >= 0;

	tokens->any = function->enters_with_cancel_lock;
	if (function->cancel_irql >= 0)
		tokens->is_saved[function->cancel_irql] = true;
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee >= 0)
				tokens->any |= wants->call_matters(wants->data, op);
			if (op->kind != LOCKPROG_LOCKOP || op->ddi->op != SPINRULE_OP_ACQUIRE)
				continue;
			tokens->any |= op->value >= 0 || op->handle >= 0;
			if (op->value >= 0)
				has_saved = tokens->is_saved[op->value] = true;
		}
	if (has_saved)
		follow_tokens(tokens);
}

/* ---- what a call can get ---- */

static const struct lockprog_value *value_of(const struct tokens *tokens, int v)
{
	return &tokens->flow->function->values[v];
}

/* True if nothing is known of the pointer V, which is the root of an address: it may be
 * computed from any other one. */
static bool is_open(const struct tokens *tokens, int v)
{
	const struct lockprog_value *value = value_of(tokens, v);

	switch (value->expr) {
	case LOCKPROG_CONST:
	case LOCKPROG_OBJECT:
	case LOCKPROG_PARAM:
	case LOCKPROG_UNKNOWN:
		return false;
	case LOCKPROG_LOAD:
		return flow_is_own(tokens->flow, value->a);
	default:
		return value->type.is_pointer;
	}
}

/* True if the roots X and Y of addresses may be the same. */
static bool may_be_same(const struct tokens *tokens, int x, int y)
{
	const struct lockprog_value *a = value_of(tokens, x), *b = value_of(tokens, y);

	if (x == y || is_open(tokens, x) || is_open(tokens, y))
		return true;
	if (a->expr == LOCKPROG_OBJECT && b->expr == LOCKPROG_OBJECT)
		return a->object == b->object;
	return a->expr == LOCKPROG_LOAD && b->expr == LOCKPROG_LOAD && a->class_ == b->class_;
}

/* True if code that has ARGUMENT may get what lies at ADDRESS: both are in one object, or
 * the address is found through the argument. */
static bool may_lead_to(const struct tokens *tokens, int argument, int address)
{
	const struct lockprog_function *function = tokens->flow->function;
	const int from = root_of(function, argument, ROOT_SUMS, NULL);

	while (from >= 0 && address >= 0) {
		const int root = root_of(function, address, ROOT_SUMS, NULL);

		if (may_be_same(tokens, from, root))
			return true;
		address = value_of(tokens, root)->expr == LOCKPROG_LOAD
				  ? value_of(tokens, root)->a
				  : -1;
	}
	return false;
}

/* True if every function can get at ADDRESS. */
static bool is_global(const struct tokens *tokens, int address)
{
	const int root = root_of(tokens->flow->function, address, ROOT_SUMS, NULL);
	const struct lockprog_object *object;

	if (root < 0 || value_of(tokens, root)->expr != LOCKPROG_OBJECT)
		return false;
	object = &tokens->flow->unit->objects[value_of(tokens, root)->object];
	return !object->is_local && strcmp(object->name, LOCKPROG_IRQL) != 0;
}

/* True if OP, which hands the arguments in HANDED to functions that are not seen, lets
 * them get what lies at ADDRESS. */
static bool can_get_at(const struct tokens *tokens, const struct lockprog_op *op,
		       unsigned long long handed, int address)
{
	if (is_global(tokens, address))
		return true;
	for (int i = 0; i < op->n_args && i < 64; i++)
		if ((handed >> i & 1) && op->args[i] >= 0 &&
		    may_lead_to(tokens, op->args[i], address))
			return true;
	return false;
}

static bool can_get(const struct tokens *tokens, const struct lockprog_op *op,
		    unsigned long long handed, const struct token_lock *lock)
{
	switch (lock->place) {
	case PLACE_SAVED:
		for (int i = 0; i < op->n_args && i < 64; i++)
			if ((handed >> i & 1) && op->args[i] >= 0 && tokens->is_saved[op->args[i]])
				return true;
		for (int k = 0; k < tokens->n_kept; k++)
			if (can_get_at(tokens, op, handed, tokens->kept[k]))
				return true;
		return false;
	case PLACE_AT:
		return can_get_at(tokens, op, handed, lock->address);
	case PLACE_ANYWHERE:
		break;
	}
	return true;
}

/* ---- calls while a lock is held ---- */

/* Look at the operations of BLOCK from I on, where LOCK is held; true if it still is at
 * the end. */
static bool look_at_block(struct finder *finder, const struct token_lock *lock, int block, int i)
{
	struct tokens *tokens = finder->tokens;
	const struct lockprog_function *function = tokens->flow->function;
	const struct lockprog_block *at = &function->blocks[block];

	work_count((unsigned long long)at->n_ops + 1);
	for (; i < at->n_ops; i++) {
		const struct lockprog_op *op = &at->ops[i];
		bool *may_release = &tokens->may_release[tokens->first[block] + i];
		unsigned long long handed;

		if (op->kind == LOCKPROG_CALL && !*may_release &&
		    finder->wants->call_runs_unseen(finder->wants->data, op, &handed) &&
		    can_get(tokens, op, handed, lock))
			*may_release = !belief_is_released_after(function, block, i + 1,
								 &lock->named, &finder->callees);
		if (belief_touch(function, op, &lock->named, &finder->callees) == TOUCH_RELEASE)
			return false;
	}
	return true;
}

/* Find the calls that may release LOCK, which is held from operation I of BLOCK on. */
static void find_calls(struct finder *finder, const struct token_lock *lock, int block, int i)
{
	const struct lockprog_function *function = finder->tokens->flow->function;
	int n = 0;

	if (!look_at_block(finder, lock, block, i))
		return;
	memset(finder->is_seen, 0, function->n_blocks);
	finder->stack[n++] = block;
	while (n) {
		const struct lockprog_block *at = &function->blocks[finder->stack[--n]];

		for (int succ = 0; succ < at->n_succ; succ++) {
			const int to = at->succ[succ].block;

			if (finder->is_seen[to])
				continue;
			finder->is_seen[to] = true;
			if (look_at_block(finder, lock, to, 0))
				finder->stack[n++] = to;
		}
	}
}

/* OP of FINDER's function is a lock operation: find where its token is.  Returns false if
 * it acquires no lock, or none with a token that others can get. */
static bool find_place(const struct finder *finder, const struct lockprog_op *op,
		       struct token_lock *lock)
{
	const struct lockprog_function *function = finder->tokens->flow->function;
	int root;

	if (op->ddi->op != SPINRULE_OP_ACQUIRE && op->ddi->op != SPINRULE_OP_TRY)
		return false;
	*lock = (struct token_lock){ .named = belief_lock_of(function, op) };
	if (op->handle >= 0 || spinrule_keeps_irql(op->ddi->group)) {
		lock->place = PLACE_AT;
		lock->address = op->handle >= 0 ? op->handle : op->address;
		/* Of a lock that a handle stands for, where the handle is. */
		root = root_of(function, lock->address, ROOT_COPIES, NULL);
		if (op->handle < 0 && root >= 0 && function->values[root].expr == LOCKPROG_LOAD)
			lock->address = function->values[root].a;
		return true;
	}
	lock->place = PLACE_SAVED;
	return op->ddi->op == SPINRULE_OP_ACQUIRE && op->value >= 0;
}

/* Find the calls that may release a lock which the call at operation I of BLOCK leaves
 * held. */
static void find_calls_after(struct finder *finder, int block, int i)
{
	const struct lockprog_op *op = &finder->tokens->flow->function->blocks[block].ops[i];
	struct class_set classes = finder->wants->call_acquires(finder->wants->data, op);

	CLASS_SET_EACH(class_, &classes) {
		const struct token_lock lock = {
			.named = { .has_handle = true, .class_ = class_, .object = -1 },
			.place = PLACE_ANYWHERE,
		};

		find_calls(finder, &lock, block, i + 1);
	}
	class_set_free(&classes);
}

static void find_releasing(struct finder *finder)
{
	const struct lockprog_function *function = finder->tokens->flow->function;

	if (function->enters_with_cancel_lock) {
		const struct token_lock lock = {
			.named = { .is_cancel = true, .class_ = -1, .object = -1 },
			.place = PLACE_ANYWHERE,
		};

		find_calls(finder, &lock, 0, 0);
	}
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			struct token_lock lock;

			if (op->kind == LOCKPROG_LOCKOP && find_place(finder, op, &lock))
				find_calls(finder, &lock, b, i + 1);
			if (op->kind == LOCKPROG_CALL && op->callee >= 0)
				find_calls_after(finder, b, i);
		}
}

/* True if FUNCTION calls functions of the driver that are not seen, itself or through
 * others. */
static bool runs_unseen(const struct lockprog_function *function, const struct slice_wants *wants)
{
	unsigned long long handed;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			if (function->blocks[b].ops[i].kind == LOCKPROG_CALL &&
			    wants->call_runs_unseen(wants->data, &function->blocks[b].ops[i],
						    &handed))
				return true;
	return false;
}

/* ---- tokens.h ---- */

struct tokens *tokens_find(const struct flow *flow, const struct slice_wants *wants)
{
	const struct lockprog_function *function = flow->function;
	struct tokens *tokens = alloc_zeroed(sizeof *tokens);
	struct finder finder = { .tokens = tokens,
				 .wants = wants,
				 .callees = { wants->each_class, wants->data } };
	int n = 0;

	tokens->flow = flow;
	tokens->is_saved = alloc_zeroed(function->n_values + 1);
	find_saved(tokens, wants);
	tokens->first = alloc_zeroed((function->n_blocks + 1) * sizeof *tokens->first);
	for (int b = 0; b < function->n_blocks; b++) {
		tokens->first[b] = n;
		n += function->blocks[b].n_ops;
	}
	tokens->may_release = alloc_zeroed(n + 1);
	if (!runs_unseen(function, wants))
		return tokens;
	finder.is_seen = alloc_zeroed(function->n_blocks);
	finder.stack = alloc_zeroed((function->n_blocks + 1) * sizeof *finder.stack);
	find_releasing(&finder);
	free(finder.is_seen);
	free(finder.stack);
	return tokens;
}

void tokens_free(struct tokens *tokens)
{
	if (!tokens)
		return;
	free(tokens->is_saved);
	free(tokens->kept);
	free(tokens->first);
	free(tokens->may_release);
	free(tokens);
}

bool tokens_may_be(const struct tokens *tokens, int v)
{
	const struct lockprog_function *function = tokens->flow->function;
	const int root = root_of(function, v, ROOT_COPIES, NULL);

	if (root < 0)
		return false;
	return tokens->is_saved[root] || function->values[root].type.is_pointer ||
	       (function->values[root].type.bits == 8 &&
		function->values[root].expr >= LOCKPROG_PHI);
}

bool tokens_may_release(const struct tokens *tokens, int block, int i)
{
	return tokens->may_release[tokens->first[block] + i];
}
