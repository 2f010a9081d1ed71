/* token.c - who can release a held lock that a function does not release itself.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/token.h"

#include <string.h>

#include "shape/belief.h"
#include "shape/root.h"
#include "value/address.h"
#include "walk/walk.h"

struct held_by_handle {
	const struct walk *walk;
	const struct state *state;
	int handle;
};

/* ---- where a token is ---- */

/* The node of the token of LOCK itself, or -1. */
static int token_of(const struct walk *walk, const struct lock_record *lock)
{
	int saved = lock->hold.saved;

	while (saved >= 0 && sym_at(walk->syms, saved)->kind == SYM_OP &&
	       sym_at(walk->syms, saved)->expr == LOCKPROG_COPY)
		saved = sym_at(walk->syms, saved)->a;
	if (saved >= 0 && (sym_at(walk->syms, saved)->kind == SYM_LEAF ||
			   sym_at(walk->syms, saved)->kind == SYM_INITIAL))
		return saved;
	return -1;
}

/* True if ATOM is a value that was read beside the queue handle of *DATA. */
static bool is_of_handle(int atom, void *data)
{
	const struct held_by_handle *held = data;
	const struct walk *walk = held->walk;
	const struct sym *sym = sym_at(walk->syms, atom);
	const struct lockprog_value *value;

	if (sym->kind == SYM_INITIAL)
		return address_is_beside(walk->syms, sym->a, held->handle);
	/* No name is kept for what is read only to be stored. */
	if (sym->kind != SYM_LEAF || sym->b != walk->number)
		return false;
	value = &walk->function->values[sym->a];
	return value->expr == LOCKPROG_LOAD &&
	       address_is_beside(
		       walk->syms,
		       walk_node(walk, held->state,
				 root_of(walk->function, value->a, ROOT_SUMS, NULL)),
		       held->handle);
}

/* True if NODE is an IRQL that the acquire of LOCK saved in its queue handle. */
static bool is_saved_in_handle(const struct walk *walk, const struct state *state,
			       const struct lock_record *lock, int node)
{
	struct held_by_handle held = { walk, state, lock->handle };

	return lock->handle >= 0 && !sym_at(walk->syms, node)->type.is_pointer &&
	       sym_any_atom(walk->syms, node, is_of_handle, &held);
}

/* True if NODE has the IRQL that LOCK's acquire saved. */
static bool has_saved(const struct walk *walk, const struct state *state,
		      const struct lock_record *lock, int node)
{
	int token = token_of(walk, lock);

	return token >= 0 ? sym_contains(walk->syms, node, token) :
			    is_saved_in_handle(walk, state, lock, node);
}

void token_kept(struct walk *walk, struct state *state, int node, int address, int class_)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];
		int k = 0;

		if (lock->state != SPINRULE_STATE_HELD || node < 0 ||
		    !has_saved(walk, state, lock, node))
			continue;
		while (k < HOLD_KEPT - 1 && lock->hold.kept[k].address >= 0 &&
		       lock->hold.kept[k].address != address)
			k++;
		if (lock->hold.kept[k].address >= 0 && lock->hold.kept[k].address != address)
			lock->hold.may_be_elsewhere = true;
		lock->hold.kept[k] = (struct kept_at){ address, class_ };
	}
}

/* True if its token can get lost: token_is_lost () asks nothing of other locks. */
static bool can_be_lost(const struct walk *walk, const struct lock_record *lock)
{
	return lock->handle >= 0 || token_of(walk, lock) >= 0;
}

/* True if code that has the pointer NODE can get what lies at PLACE: both are in one
 * object, or PLACE is found through the pointer. */
static bool leads_to(const struct walk *walk, int node, int place)
{
	long long offset;
	int base;

	if (place < 0)
		return false;
	sym_split(walk->syms, node, &base, &offset);
	/* A number that something lies beside is a pointer that was cast. */
	return address_is_beside(walk->syms, place, base) ||
	       (sym_at(walk->syms, node)->type.is_pointer &&
		(sym_at(walk->syms, base)->kind == SYM_LEAF ||
		 sym_at(walk->syms, base)->kind == SYM_INITIAL) &&
		sym_contains(walk->syms, place, base));
}

/* True if PLACE is in a variable that every function can get at.  The current IRQL is no
 * such variable: whoever lowered it has given the token away to nobody. */
static bool is_global(const struct walk *walk, int place)
{
	const struct sym *sym;
	long long offset;
	int base;

	if (place < 0)
		return false;
	sym_split(walk->syms, place, &base, &offset);
	sym = sym_at(walk->syms, base);
	return sym->kind == SYM_OBJECT && !sym->is_local && sym->a != SYM_CANCEL_LOCK &&
	       strcmp(walk->unit->objects[sym->a].name, LOCKPROG_IRQL) != 0;
}

/* Where code finds LOCK, which keeps the IRQL itself: the lock, or the cell that holds
 * the handle that stands for it. */
static int place_of_lock(const struct walk *walk, const struct lock_record *lock)
{
	const struct sym *sym = sym_at(walk->syms, lock->address);

	return sym->kind == SYM_INITIAL ? sym->a : lock->address;
}

/* The places where the token of LOCK is; returns their number.  While a lock is held by a
 * handle, that is the handle alone: the IRQL does not release it. */
static int places_of(const struct walk *walk, const struct lock_record *lock,
		     int places[HOLD_KEPT + 3])
{
	int token = token_of(walk, lock), n = 0;

	if (lock->state != SPINRULE_STATE_HELD || lock->handle < 0)
		for (int k = 0; k < HOLD_KEPT; k++)
			if (lock->hold.kept[k].address >= 0)
				places[n++] = lock->hold.kept[k].address;
	if (token >= 0 && sym_at(walk->syms, token)->kind == SYM_INITIAL)
		places[n++] = sym_at(walk->syms, token)->a;
	if (lock->handle >= 0)
		places[n++] = lock->handle;
	if (spinrule_keeps_irql(lock->hold.group))
		places[n++] = place_of_lock(walk, lock);
	return n;
}

/* True if code that gets the argument NODE can release LOCK. */
static bool enables(const struct walk *walk, const struct state *state,
		    const struct lock_record *lock, int node, bool is_lock)
{
	int places[HOLD_KEPT + 3], n = places_of(walk, lock, places);
	int token = token_of(walk, lock);

	/* The address of an object may be that of a lock at its start. */
	if (is_lock && node == lock->address)
		return true;
	if (token >= 0 && !sym_at(walk->syms, node)->type.is_pointer &&
	    sym_contains(walk->syms, memory_likely(&state->memory, walk->syms, node), token))
		return true;
	if (lock->state != SPINRULE_STATE_HELD && is_saved_in_handle(walk, state, lock, node))
		return true;
	for (int i = 0; i < n; i++)
		if (leads_to(walk, node, places[i]))
			return true;
	return false;
}

static bool can_release(const struct walk *walk, const struct state *state,
			const struct lockprog_op *op, unsigned long long to_unseen,
			const struct lock_record *lock)
{
	int places[HOLD_KEPT + 3], n = places_of(walk, lock, places);

	for (int i = 0; i < n; i++)
		if (is_global(walk, places[i]))
			return true;
	for (int i = 0; i < op->n_args && i < 64; i++)
		if ((to_unseen >> i & 1) && op->args[i] >= 0 &&
		    enables(walk, state, lock, walk_node(walk, state, op->args[i]),
			    op->lock_args >> i & 1))
			return true;
	return false;
}

void token_handed(struct walk *walk, struct state *state, const struct lockprog_op *op)
{
	for (int k = 0; k < state->n_locks; k++) {
		struct lock_record *lock = &state->locks[k];

		if (lock->state != SPINRULE_STATE_HELD || !can_be_lost(walk, lock))
			continue;
		for (int i = 0; i < op->n_args; i++)
			if (op->args[i] >= 0)
				lock->hold.is_handed |=
					enables(walk, state, lock,
						walk_node(walk, state, op->args[i]), false);
	}
}

/* The lock whose release left an IRQL owed in STATE. */
static struct lock_record owing_lock(const struct state *state)
{
	return (struct lock_record){ .address = -1,
				     .state = SPINRULE_STATE_FREE,
				     .handle = state->owed->handle,
				     .hold = state->owed->hold };
}

void token_pays(struct walk *walk, struct state *state, const struct lockprog_op *op,
		unsigned long long to_unseen, bool lowers)
{
	struct lock_record lock;

	if (!state->owed || !(to_unseen || lowers))
		return;
	lock = owing_lock(state);
	if (can_release(walk, state, op, lowers ? ~0ull : to_unseen, &lock))
		state_forget_owed(state);
}

bool token_is_owed(const struct walk *walk, const struct state *state, int node)
{
	const struct lock_record lock = owing_lock(state);

	return has_saved(walk, state, &lock, memory_likely(&state->memory, walk->syms, node));
}

void token_given(struct walk *walk, struct state *state, const struct lock_event *event)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (lock->state != SPINRULE_STATE_HELD || !can_be_lost(walk, lock))
			continue;
		if (event->given >= 0)
			lock->hold.is_handed |= enables(walk, state, lock, event->given, false);
		if (event->handle >= 0 && lock->handle >= 0)
			lock->hold.is_handed |= leads_to(walk, event->handle, lock->handle);
	}
}

static bool is_kept(const struct lock_record *lock)
{
	for (int k = 0; k < HOLD_KEPT; k++)
		if (lock->hold.kept[k].address >= 0)
			return true;
	return false;
}

/* True if TOKEN, LOCK's, is kept in the function's own variables only, and is not part of
 * RESULT (node, or -1). */
static bool dies_at_return(const struct walk *walk, const struct state *state,
			   const struct lock_record *lock, int token, int result)
{
	for (int k = 0; k < HOLD_KEPT; k++)
		if (lock->hold.kept[k].address >= 0 &&
		    !address_is_local(walk->syms, lock->hold.kept[k].address))
			return false;
	return result < 0 ||
	       !sym_contains(walk->syms, memory_likely(&state->memory, walk->syms, result), token);
}

bool token_is_lost(const struct walk *walk, const struct state *state,
		   const struct lock_record *lock, int result)
{
	int token = token_of(walk, lock);
	struct fact fact;

	if (lock->hold.step->event.kind != EVENT_ACQUIRED || lock->hold.is_handed ||
	    lock->hold.may_be_elsewhere || walk->function->result_is_object)
		return false;
	if (spinrule_is_by_handle(lock->hold.group) || lock->handle >= 0)
		return lock->handle >= 0 && address_is_local(walk->syms, lock->handle);
	/* Others know it, by another name or as a number. */
	if (token < 0 || lock->hold.also >= 0)
		return false;
	fact = facts_of(&state->facts, walk->syms, lock->hold.saved);
	if (range_is_single(&fact))
		return false;
	for (int k = 0; k < HOLD_KEPT; k++)
		if (lock->hold.kept[k].address >= 0 &&
		    !address_is_contained(walk->syms, lock->hold.kept[k].address))
			return false;
	return dies_at_return(walk, state, lock, token, result);
}

bool token_is_dead(const struct walk *walk, const struct state *state,
		   const struct lock_record *lock, int result)
{
	int token = token_of(walk, lock);

	if (token < 0 || lock->hold.also >= 0)
		return lock->handle >= 0 && address_is_local(walk->syms, lock->handle);
	/* A callee that acquired it may have kept the IRQL where this function cannot see
	 * it. */
	if (!is_kept(lock) && lock->hold.step->event.kind == EVENT_CALL)
		return false;
	return dies_at_return(walk, state, lock, token, result);
}

/* ---- calls of functions that are not seen ---- */

/* True if the programmer believes that the operation before I of BLOCK leaves LOCK
 * held. */
static bool is_believed_held(const struct walk *walk, int block, int i,
			     const struct lock_record *lock)
{
	const struct belief_callees callees = { walk->callees.each_class, walk->callees.data };
	struct named_lock named = { .is_cancel = lock->hold.group == SPINRULE_GROUP_CANCEL,
				    .has_handle = lock->handle >= 0,
				    .class_ = lock->class_,
				    .text = lock->text,
				    .object = -1 };
	int base;

	sym_split(walk->syms, lock->address, &base, &named.offset);
	if (sym_at(walk->syms, base)->kind == SYM_OBJECT)
		named.object = sym_at(walk->syms, base)->a;
	return belief_is_released_after(walk->function, block, i, &named, &callees);
}

/* True if STEP of STATE's path comes after BEFORE (NULL: the entry). */
static bool is_since(const struct state *state, const struct step *step, const struct step *before)
{
	for (const struct step *at = state->last; at && at != before; at = at->before)
		if (at == step)
			return true;
	return false;
}

void token_call(struct walk *walk, struct state *state, int block, int i,
		unsigned long long to_unseen, const struct step *before)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];

	for (int k = 0; k < state->n_locks; k++) {
		struct lock_record *lock = &state->locks[k];

		if (lock->state == SPINRULE_STATE_FREE)
			lock->hold.has_run_unseen = true;
		if (lock->state != SPINRULE_STATE_HELD)
			continue;
		if (!is_since(state, lock->hold.step, before))
			lock->hold.has_run_unseen = true;
		if (!lock->hold.has_run_unseen ||
		    !can_release(walk, state, op, to_unseen, lock))
			continue;
		/* A lock that keeps the IRQL itself saves none. */
		lock->hold.may_be_elsewhere |= !spinrule_keeps_irql(lock->hold.group);
		if (!is_believed_held(walk, block, i + 1, lock))
			lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
	}
}

/* ---- tokens that were saved elsewhere ---- */

struct origin_of {
	struct walk *walk;
	struct state *state;
	bool is_read_again;	/* what is read again counts, too */
};

/* True if unseen functions that were called could write at ADDRESS. */
static bool is_in_reach(const struct walk *walk, int address)
{
	long long offset;
	int base;

	if (is_global(walk, address))
		return true;
	sym_split(walk->syms, address, &base, &offset);
	if (sym_at(walk->syms, base)->kind == SYM_OBJECT)
		return !address_is_contained(walk->syms, address);
	return class_set_has(&walk->to_unseen, base);
}

/* True if unseen functions that have run could write at value ADDRESS. */
static bool is_left_by_unseen(struct walk *walk, struct state *state, int address)
{
	return (state->memory.unseen & UNSEEN_DRIVER) &&
	       is_in_reach(walk, walk_node(walk, state, address));
}

/* True if value V, which nothing is known about, is the result of a call of a function of
 * the driver that is not seen, or what such a call may have left where it could write. */
static bool is_unseen_result(struct walk *walk, struct state *state, int v)
{
	const struct lockprog_function *function = walk->function;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->value != v)
				continue;
			if (op->kind == LOCKPROG_CALL)
				return op->callee < 0 && !op->is_system;
			if (op->kind == LOCKPROG_STORE)
				return op->address >= 0 &&
				       is_left_by_unseen(walk, state, op->address);
		}
	return false;
}

static bool is_from_unseen(int atom, void *data)
{
	struct origin_of *of = data;
	const struct walk *walk = of->walk;
	const struct sym *sym = sym_at(walk->syms, atom);
	const struct lockprog_value *value;

	if (sym->kind != SYM_LEAF || sym->b != walk->number || sym->a >= walk->function->n_values)
		return false;
	value = &walk->function->values[sym->a];
	if (value->expr == LOCKPROG_LOAD)
		return of->is_read_again && is_left_by_unseen(of->walk, of->state, value->a);
	return value->expr == LOCKPROG_UNKNOWN && is_unseen_result(of->walk, of->state, sym->a);
}

/* True if NODE is an IRQL that an acquire on STATE's path saved. */
static bool was_saved_here(const struct state *state, int node)
{
	for (const struct step *step = state->last; step; step = step->before)
		if (step->saved == node)
			return true;
	return false;
}

bool token_is_from_unseen(struct walk *walk, struct state *state, const struct lock_event *event)
{
	struct origin_of of = { walk, state, true };
	int likely;

	if (event->is_handle)
		return (state->memory.unseen & UNSEEN_DRIVER) &&
		       is_in_reach(walk, event->address);
	if (event->given < 0)
		return false;
	likely = memory_likely(&state->memory, walk->syms, event->given);
	return !was_saved_here(state, likely) &&
	       sym_any_atom(walk->syms, event->given, is_from_unseen, &of);
}

bool token_is_of_another(struct walk *walk, struct state *state, const struct lock_record *lock,
			 const struct lock_event *event)
{
	struct origin_of of = { walk, state, false };

	return lock->hold.has_run_unseen && event->given >= 0 &&
	       event->given != lock->first.given &&
	       sym_any_atom(walk->syms, event->given, is_from_unseen, &of);
}
