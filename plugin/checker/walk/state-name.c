/* state-name.c - new meanings for old names, and new names for old meanings.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/state-name.h"

#include <assert.h>
#include <stdlib.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "value/sym-op.h"

static bool mentions(const struct sym_table *table, int node, int atom)
{
	return node >= 0 && sym_contains(table, node, atom);
}

static bool hold_mentions(const struct sym_table *table, const struct hold *hold, int atom)
{
	for (int k = 0; k < HOLD_KEPT; k++)
		if (mentions(table, hold->kept[k].address, atom))
			return true;
	return mentions(table, hold->saved, atom) || mentions(table, hold->also, atom);
}

bool state_locks_mention(const struct state *state, const struct sym_table *table, int atom)
{
	for (int i = 0; i < state->n_locks; i++)
		if (mentions(table, state->locks[i].address, atom) ||
		    mentions(table, state->locks[i].handle, atom) ||
		    mentions(table, state->locks[i].first.given, atom) ||
		    hold_mentions(table, &state->locks[i].hold, atom))
			return true;
	return false;
}

bool state_mentions(const struct state *state, const struct sym_table *table, int atom)
{
	work_count(4 * state->n_locks + state->n_bindings + state->facts.n +
		   2 * state->memory.n_cells + state->memory.n_likely);
	if (state_locks_mention(state, table, atom))
		return true;
	if (mentions(table, state->irql, atom) ||
	    (state->owed && hold_mentions(table, &state->owed->hold, atom)))
		return true;
	for (int i = 0; i < state->n_bindings; i++)
		if (mentions(table, state->bindings[i].node, atom))
			return true;
	for (int i = 0; i < state->facts.n; i++)
		if (mentions(table, state->facts.list[i].node, atom))
			return true;
	return memory_mentions(&state->memory, table, atom);
}

static int renamed(struct sym_table *table, int node, int atom, int by)
{
	return node >= 0 ? sym_replace(table, node, atom, by) : -1;
}

static void rename_in_hold(struct sym_table *table, struct hold *hold, int atom, int by)
{
	hold->saved = renamed(table, hold->saved, atom, by);
	hold->also = renamed(table, hold->also, atom, by);
	for (int k = 0; k < HOLD_KEPT; k++)
		hold->kept[k].address = renamed(table, hold->kept[k].address, atom, by);
}

static int compare_locks(const void *a, const void *b)
{
	const struct lock_record *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

void state_rename_own(struct state *state, struct sym_table *table, int atom, int by)
{
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		lock->address = sym_replace(table, lock->address, atom, by);
		lock->handle = renamed(table, lock->handle, atom, by);
		lock->first.given = renamed(table, lock->first.given, atom, by);
		rename_in_hold(table, &lock->hold, atom, by);
	}
	if (state->owed) {
		state->owed->address = renamed(table, state->owed->address, atom, by);
		state->owed->handle = renamed(table, state->owed->handle, atom, by);
		rename_in_hold(table, &state->owed->hold, atom, by);
	}
	state->irql = renamed(table, state->irql, atom, by);
	if (state->n_locks)
		qsort(state->locks, state->n_locks, sizeof *state->locks, compare_locks);
	for (int i = 0; i < state->n_bindings; i++)
		state->bindings[i].node = sym_replace(table, state->bindings[i].node, atom, by);
}

/* Replace ATOM by BY everywhere. */
static void rename_atom(struct state *state, struct sym_table *table, int atom, int by)
{
	state_rename_own(state, table, atom, by);
	memory_rename(&state->memory, table, atom, by);
	facts_replace(&state->facts, table, atom, by);
}

/* Records of locks that turned out to be one become one: the later event tells its
 * state.  False if both are held. */
static bool unite_locks(struct state *state)
{
	int n = 0;

	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *last = n ? &state->locks[n - 1] : NULL, lock = state->locks[i];
		struct first_event first;

		if (!last || last->address != lock.address) {
			state->locks[n++] = lock;
			continue;
		}
		if (last->state == SPINRULE_STATE_HELD && lock.state == SPINRULE_STATE_HELD)
			return false;
		if (!lock.touched ||
		    (last->touched && state_is_later(state, last->touched, lock.touched))) {
			struct lock_record earlier = lock;

			lock = *last;
			*last = earlier;
		}
		first = last->first;
		*last = lock;
		first.guards |= lock.first.guards;
		if (first.event >= 0)
			last->first = first;
		last->first.guards = first.guards;
	}
	state->n_locks = n;
	return true;
}

bool state_unite(struct state *state, struct sym_table *table, int function, int atom, int by)
{
	const struct sym *sym = sym_at(table, atom);
	const int own = sym->kind == SYM_LEAF && sym->b == function ? sym->a : -1;
	struct facts old = state->facts;
	bool is_possible = true;

	state_rename_own(state, table, atom, by);
	memory_unite(&state->memory, table, atom, by);
	if (own >= 0 && state_binding(state, own) < 0)
		state_bind(state, own, by);
	state->facts = (struct facts){ 0 };
	for (int i = 0; i < old.n; i++)
		if (!sym_contains(table, old.list[i].node, atom))
			facts_put(&state->facts, old.list[i].node, &old.list[i]);
	for (int i = 0; i < old.n; i++) {
		struct fact fact = old.list[i];

		if (!sym_contains(table, fact.node, atom))
			continue;
		fact.node = sym_replace(table, fact.node, atom, by);
		is_possible &= facts_meet_or_keep(&state->facts, table, &fact);
	}
	facts_free(&old);
	return unite_locks(state) && is_possible;
}

struct forget {
	const struct sym_table *table;
	int atom;
};

static bool says_nothing_of(int node, void *data)
{
	struct forget *forget = data;

	return !sym_contains(forget->table, node, forget->atom);
}

/* True if LOCK, whose address has lost its name, counts as held until a release that may
 * be of it. */
static bool stays_held(const struct state *state, const struct lock_record *lock)
{
	return state->unnamed >= 0 && lock->state == SPINRULE_STATE_HELD && !lock->is_loose &&
	       !lock->is_handle && lock->first.event == SPINRULE_EVENT_ACQUIRE && lock->class_ >= 0;
}

static void forget_in_hold(const struct sym_table *table, struct hold *hold, int atom)
{
	if (mentions(table, hold->saved, atom))
		hold->saved = -1;
	if (mentions(table, hold->also, atom))
		hold->also = -1;
	for (int k = 0; k < HOLD_KEPT; k++)
		if (mentions(table, hold->kept[k].address, atom)) {
			hold->kept[k].address = -1;
			hold->may_be_elsewhere = true;
		}
}

/* True if what the acquire HOLD saved may be found where it was stored. */
static bool is_kept_elsewhere(const struct hold *hold)
{
	for (int k = 0; k < HOLD_KEPT; k++)
		if (hold->kept[k].address >= 0)
			return true;
	return hold->may_be_elsewhere;
}

/* The values that NODE can have, whatever it is computed from; and which of them it has,
 * if there are two at most, as for a truth value: rounds of a loop do not add to them. */
static struct fact possible_values(const struct state *state, struct sym_table *table, int node)
{
	const struct facts none = { 0 };
	struct fact possible = facts_of(&none, table, node);

	if (range_low(&possible) + 1 >= range_high(&possible))
		possible = facts_of(&state->facts, table, node);
	return possible;
}

/* The values in STATE that are computed from ATOM will stand for themselves: what they
 * can be, each with the node of its own leaf; malloc'ed, *N of them. */
static struct fact *values_to_keep(const struct state *state, struct sym_table *table, int atom,
				   int *n)
{
	struct fact *kept = NULL;
	int max = 0;

	*n = 0;
	for (int i = 0; i < state->n_bindings; i++) {
		const int node = state->bindings[i].node;
		const struct lockprog_type type = sym_at(table, node)->type;
		const struct fact any = range_of_type(type);
		struct fact possible;

		if (node == atom || !mentions(table, node, atom))
			continue;
		possible = possible_values(state, table, node);
		if (fact_equal(&possible, &any))
			continue;
		possible.node = sym_leaf(table, type, sym_at(table, atom)->b,
					 state->bindings[i].value);
		kept = alloc_grow(kept, *n, &max, sizeof *kept);
		kept[(*n)++] = possible;
	}
	return kept;
}

static void forget_atom(struct state *state, struct sym_table *table, int atom)
{
	struct forget forget = { table, atom };
	bool has_unnamed = state->unnamed >= 0 && state_lock(state, state->unnamed), is_new = false;
	int n = 0, n_kept;
	struct fact *kept = values_to_keep(state, table, atom, &n_kept);

	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];

		if (mentions(table, lock->handle, atom))
			lock->handle = -1;
		if (mentions(table, lock->first.given, atom))
			lock->first.given = -1;
		forget_in_hold(table, &lock->hold, atom);
		if (!mentions(table, lock->address, atom)) {
			state->locks[n++] = *lock;
			continue;
		}
		/* One record stands for all of them. */
		if (stays_held(state, lock)) {
			if (has_unnamed)
				continue;
			has_unnamed = is_new = true;
			lock->address = state->unnamed;
			state->locks[n++] = *lock;
			continue;
		}
		/* A lock is held, and which one is unknown. */
		if (lock->state != SPINRULE_STATE_FREE)
			state->doubts |= DOUBT_LOST_HELD;
		if (lock->state != SPINRULE_STATE_FREE ||
		    lock->first.event == SPINRULE_EVENT_RELEASE) {
			state->doubts |= DOUBT_UNNAMED;
			class_set_add(&state->lost,
				      lock->is_handle ? LOST_ANY : lock->class_);
		}
	}
	state->n_locks = n;
	if (is_new)
		qsort(state->locks, state->n_locks, sizeof *state->locks, compare_locks);
	if (mentions(table, state->irql, atom))
		state->irql = -1;
	if (state->owed) {
		struct owed *owed = state->owed;
		bool is_unknown = mentions(table, owed->address, atom);

		forget_in_hold(table, &owed->hold, atom);
		if (mentions(table, owed->handle, atom))
			owed->handle = -1;
		if (is_unknown || (owed->hold.saved < 0 && is_kept_elsewhere(&owed->hold)))
			state_forget_owed(state);
	}
	memory_forget_atom(&state->memory, table, atom);
	facts_filter(&state->facts, says_nothing_of, &forget);
	/* A value that loses its binding stands for itself: its own leaf must be new,
	 * too. */
	for (int i = 0; i < state->n_bindings; i++) {
		const int value = state->bindings[i].value, node = state->bindings[i].node;
		int leaf;

		if (!mentions(table, node, atom))
			continue;
		leaf = sym_leaf(table, sym_at(table, node)->type, sym_at(table, atom)->b, value);
		memmove(&state->bindings[i], &state->bindings[i + 1],
			(state->n_bindings - i - 1) * sizeof *state->bindings);
		state->n_bindings--;
		if (leaf != atom && state_mentions(state, table, leaf))
			forget_atom(state, table, leaf);
		i = -1;
	}
	for (int i = 0; i < n_kept; i++)
		facts_meet_or_keep(&state->facts, table, &kept[i]);
	free(kept);
}

/* Values that were read through the pointer ATOM, which is about to be forgotten, get
 * names of their own: after some rounds of "prev = cur; cur = cur->next". */
static void name_apart(struct state *state, struct sym_table *table, int atom)
{
	const int own = sym_at(table, atom)->a, function = sym_at(table, atom)->b;

	for (int i = 0; i < state->n_bindings; i++) {
		const int value = state->bindings[i].value, node = state->bindings[i].node;
		int name;

		if (value == own || node == atom || sym_at(table, node)->kind != SYM_INITIAL ||
		    !sym_contains(table, node, atom))
			continue;
		name = sym_leaf(table, sym_at(table, node)->type, function, value);
		if (!state_mentions(state, table, name))
			rename_atom(state, table, node, name);
	}
}

/* True if no value of STATE and no lock that is not free is expressed with ATOM: what is
 * said of it is of an earlier round. */
static bool is_left_behind(const struct state *state, const struct sym_table *table, int atom)
{
	for (int i = 0; i < state->n_bindings; i++)
		if (mentions(table, state->bindings[i].node, atom))
			return false;
	for (int i = 0; i < state->n_locks; i++)
		if (state->locks[i].state != SPINRULE_STATE_FREE
			    ? mentions(table, state->locks[i].address, atom)
			    : state->locks[i].first.event != SPINRULE_EVENT_ACQUIRE &&
				      mentions(table, state->locks[i].address, atom))
			return false;
	return true;
}

static bool is_unmentioned(const struct state *state, const struct sym_table *table, int atom)
{
	return !state_mentions(state, table, atom);
}

/* The own leaf of another value that is bound to ATOM, if IS_FREE says that it may become
 * a name; or -1. */
static int other_name(const struct state *state, struct sym_table *table, int atom,
		      bool is_free(const struct state *, const struct sym_table *, int))
{
	const int own = sym_at(table, atom)->a, function = sym_at(table, atom)->b;

	for (int i = 0; i < state->n_bindings; i++) {
		const int value = state->bindings[i].value;
		int other;

		if (state->bindings[i].node != atom || value == own)
			continue;
		other = sym_leaf(table, sym_at(table, atom)->type, function, value);
		if (is_free(state, table, other))
			return other;
	}
	return -1;
}

/* If it is known which number ATOM is, values that are computed from it are known without
 * its name. */
static void fill_in_number(struct state *state, struct sym_table *table, int atom)
{
	const struct lockprog_type type = sym_at(table, atom)->type;
	const struct fact fact = facts_of(&state->facts, table, atom);
	int number;

	if (!range_is_single(&fact))
		return;
	number = sym_const(table, type, range_key(type, range_low(&fact)));
	for (int i = 0; i < state->n_bindings; i++)
		state->bindings[i].node =
			sym_replace(table, state->bindings[i].node, atom, number);
	facts_replace(&state->facts, table, atom, number);
}

int state_redefine(struct state *state, struct sym_table *table, int atom)
{
	int other;

	if (!state_mentions(state, table, atom))
		return -1;
	fill_in_number(state, table, atom);
	/* After "prev = cur; cur = cur->next" what is known of cur is known of prev. */
	other = other_name(state, table, atom, is_unmentioned);
	if (other < 0) {
		other = other_name(state, table, atom, is_left_behind);
		if (other >= 0)
			forget_atom(state, table, other);
	}
	if (other >= 0) {
		rename_atom(state, table, atom, other);
		return other;
	}
	name_apart(state, table, atom);
	forget_atom(state, table, atom);
	return -1;
}
