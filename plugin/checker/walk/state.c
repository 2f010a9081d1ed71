/* state.c - sets that make up a state, kept sorted so that equal states compare equal.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"
#include "walk/state-same.h"

static void *copy_array(const void *from, int n, size_t size, int *max)
{
	*max = n;
	return alloc_copy(from, n, size);
}

struct state *state_new(void)
{
	struct state *state = alloc_zeroed(sizeof *state);

	state->irql = state->unnamed = -1;
	return state;
}

struct state *state_copy(const struct state *from)
{
	struct state *to = alloc_copy(from, 1, sizeof *from);

	work_count(WORK_OF_COPY + state_size(from) / WORK_BYTES);
	to->locks = copy_array(from->locks, from->n_locks, sizeof *to->locks, &to->max_locks);
	to->bindings = copy_array(from->bindings, from->n_bindings, sizeof *to->bindings,
				  &to->max_bindings);
	memory_copy(&to->memory, &from->memory);
	facts_copy(&to->facts, &from->facts);
	to->lost = class_set_copy(&from->lost);
	if (from->owed)
		to->owed = alloc_copy(from->owed, 1, sizeof *from->owed);
	return to;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	free(state->locks);
	free(state->bindings);
	memory_free(&state->memory);
	facts_free(&state->facts);
	class_set_free(&state->lost);
	free(state->owed);
	free(state);
}

bool state_lost_has(const struct class_set *lost, int class_)
{
	return !class_set_is_empty(lost) &&
	       (class_ == LOST_ANY || class_set_has(lost, LOST_ANY) || class_set_has(lost, class_));
}

long state_size(const struct state *state)
{
	return sizeof *state + state->n_locks * sizeof *state->locks +
	       state->n_bindings * sizeof *state->bindings + memory_size(&state->memory) +
	       state->facts.n * sizeof *state->facts.list;
}

bool state_is_later(const struct state *state, const struct step *x, const struct step *y)
{
	for (const struct step *step = state->last; step; step = step->before)
		if (step == x || step == y)
			return step == x;
	return false;
}

/* ---- bindings ---- */

static int find_binding(const struct state *state, int value)
{
	int low = 0, high = state->n_bindings;

	while (low < high) {
		int middle = (low + high) / 2;

		if (state->bindings[middle].value < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int state_binding(const struct state *state, int value)
{
	int i = find_binding(state, value);

	return i < state->n_bindings && state->bindings[i].value == value ? state->bindings[i].node
									  : -1;
}

void state_bind(struct state *state, int value, int node)
{
	int i = find_binding(state, value);

	if (i == state->n_bindings || state->bindings[i].value != value) {
		state->bindings = alloc_grow(state->bindings, state->n_bindings,
					     &state->max_bindings, sizeof *state->bindings);
		memmove(&state->bindings[i + 1], &state->bindings[i],
			(state->n_bindings - i) * sizeof *state->bindings);
		state->n_bindings++;
	}
	state->bindings[i] = (struct binding){ value, node };
}

/* ---- locks ---- */

static int find_lock(const struct state *state, int address)
{
	int low = 0, high = state->n_locks;

	while (low < high) {
		int middle = (low + high) / 2;

		if (state->locks[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The record of the lock at ADDRESS, or NULL. */
static const struct lock_record *find_record(const struct state *state, int address)
{
	int i = find_lock(state, address);

	return i < state->n_locks && state->locks[i].address == address ? &state->locks[i] : NULL;
}

struct lock_record *state_lock(struct state *state, int address)
{
	const struct lock_record *lock = find_record(state, address);

	return lock ? &state->locks[lock - state->locks] : NULL;
}

struct lock_record *state_add_lock(struct state *state, int address)
{
	int i = find_lock(state, address);

	if (i < state->n_locks && state->locks[i].address == address)
		return &state->locks[i];
	state->locks =
		alloc_grow(state->locks, state->n_locks, &state->max_locks, sizeof *state->locks);
	memmove(&state->locks[i + 1], &state->locks[i],
		(state->n_locks - i) * sizeof *state->locks);
	state->n_locks++;
	memset(&state->locks[i], 0, sizeof state->locks[i]);
	state->locks[i].address = address;
	state->locks[i].class_ = -1;
	state->locks[i].first.event = -1;
	state->locks[i].handle = state->locks[i].hold.loop = -1;
	state->locks[i].first.given = state->locks[i].hold.saved = state->locks[i].hold.also = -1;
	for (int k = 0; k < HOLD_KEPT; k++)
		state->locks[i].hold.kept[k] = (struct kept_at){ -1, -1 };
	return &state->locks[i];
}

static int compare_locks(const void *a, const void *b)
{
	const struct lock_record *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

void state_forget_owed(struct state *state)
{
	free(state->owed);
	state->owed = NULL;
}

/* ---- new meanings for old names ---- */

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

/* Replace ATOM by BY in locks and bindings. */
static void rename_own(struct state *state, struct sym_table *table, int atom, int by)
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
	rename_own(state, table, atom, by);
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

	rename_own(state, table, atom, by);
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

static void forget_atom(struct state *state, struct sym_table *table, int atom)
{
	struct forget forget = { table, atom };
	bool has_unnamed = state->unnamed >= 0 && state_lock(state, state->unnamed), is_new = false;
	int n = 0;

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
		int value = state->bindings[i].value, leaf;

		if (!mentions(table, state->bindings[i].node, atom))
			continue;
		leaf = sym_leaf(table, sym_at(table, state->bindings[i].node)->type,
				sym_at(table, atom)->b, value);
		memmove(&state->bindings[i], &state->bindings[i + 1],
			(state->n_bindings - i - 1) * sizeof *state->bindings);
		state->n_bindings--;
		if (leaf != atom && state_mentions(state, table, leaf))
			forget_atom(state, table, leaf);
		i = -1;
	}
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

/* ---- joining ---- */

/* The function of names that stand for a value of the joined state until this one has a
 * name of its own. */
#define JOINED_FUNCTION (-3)

/* A value that is NODE_X in X and NODE_Y in Y, or -1. */
static int common_value(const struct state *x, const struct state *y, int node_x, int node_y)
{
	for (int i = 0; i < x->n_bindings && node_x >= 0 && node_y >= 0; i++)
		if (x->bindings[i].node == node_x &&
		    state_binding(y, x->bindings[i].value) == node_y)
			return x->bindings[i].value;
	return -1;
}

/* Two states that are joined. */
struct joining {
	const struct state *state, *other;
	struct sym_table *table;
	const struct lockprog_function *program;
	bool *is_named;		/* value: a name of JOINED_FUNCTION stands for it; or NULL */
};

/* The name in the joined state of what is X in the one and Y in the other; or -1. */
static int join_names(struct joining *joining, int x, int y)
{
	int value;

	if (x == y)
		return x;
	value = common_value(joining->state, joining->other, x, y);
	if (value < 0)
		return -1;
	if (!joining->is_named)
		joining->is_named = alloc_zeroed(joining->program->n_values);
	joining->is_named[value] = true;
	return sym_leaf(joining->table, joining->program->values[value].type, JOINED_FUNCTION,
			value);
}

bool state_join_loses_irql(const struct state *x, const struct state *y, int i)
{
	const struct lock_record *other = find_record(y, x->locks[i].address);
	const int saved = x->locks[i].hold.saved;

	return other && saved != other->hold.saved &&
	       common_value(x, y, saved, other->hold.saved) < 0;
}

/* Join LOCK with OTHER, the same one in the other state. */
static void join_lock(struct joining *joining, struct lock_record *lock,
		      const struct lock_record *other)
{
	struct hold *hold = &lock->hold;

	lock->first.given = join_names(joining, lock->first.given, other->first.given);
	hold->saved = join_names(joining, hold->saved, other->hold.saved);
	hold->also = join_names(joining, hold->also, other->hold.also);
	hold->may_be_elsewhere |= other->hold.may_be_elsewhere ||
				  memcmp(hold->kept, other->hold.kept, sizeof hold->kept);
	/* If nobody was given it on one way, the replay of that way will tell. */
	hold->is_handed &= other->hold.is_handed;
	hold->has_run_unseen |= other->hold.has_run_unseen;
	lock->may_be_untouched |= other->may_be_untouched;
}

bool state_join(struct state *state, const struct state *other, struct sym_table *table,
		int function, const struct lockprog_function *program)
{
	struct state *before = state_copy(state);
	struct joining joining = { state, other, table, program, NULL };
	bool changed;
	int n = 0;

	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *same = find_record(other, state->locks[i].address);

		if (same)
			join_lock(&joining, &state->locks[i], same);
		else
			state->locks[i].may_be_untouched = true;
	}
	for (int i = 0; i < other->n_locks; i++)
		if (!find_record(state, other->locks[i].address)) {
			struct lock_record *lock = state_add_lock(state, other->locks[i].address);

			*lock = other->locks[i];
			lock->may_be_untouched = true;
			lock->hold.saved = lock->hold.also = lock->first.given = -1;
		}
	state->irql = join_names(&joining, state->irql, other->irql);
	if (!state_same_owed(state, other))
		state_forget_owed(state);

	for (int i = 0; i < state->n_bindings; i++) {
		struct binding *binding = &state->bindings[i];

		if (state_binding(other, binding->value) == binding->node)
			state->bindings[n++] = *binding;
	}
	/* A value with different bindings stands for itself from here on. */
	state->n_bindings = n;
	facts_join(&state->facts, &other->facts);
	for (int i = 0; i < before->n_bindings; i++) {
		int value = before->bindings[i].value;

		if (state_binding(state, value) < 0 && state_binding(other, value) >= 0) {
			int leaf = sym_leaf(table, program->values[value].type, function, value);

			state_redefine(state, table, leaf);
			state_bind(state, value, leaf);
			if (joining.is_named && joining.is_named[value])
				rename_own(state, table,
					   sym_leaf(table, program->values[value].type,
						    JOINED_FUNCTION, value),
					   leaf);
		}
	}
	free(joining.is_named);
	memory_join(&state->memory, &other->memory);
	changed = !state_covers(before, state) || !state_has(before, DOUBT_JOINED);
	state->doubts |= DOUBT_JOINED | other->doubts;
	class_set_add_all(&state->lost, &other->lost);
	state_free(before);
	return changed;
}

bool state_drop_untouched(struct state *state)
{
	int n = 0;
	bool drops;

	for (int i = 0; i < state->n_locks; i++)
		if (!state->locks[i].may_be_untouched || !lock_is_balanced(&state->locks[i]))
			state->locks[n++] = state->locks[i];
	drops = n < state->n_locks;
	state->n_locks = n;
	return drops;
}

void state_check(const struct state *state, const struct lockprog_unit *unit,
		 const struct sym_table *table)
{
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		(void)lock;
		assert(lock->address >= 0 && lock->address < table->n);
		assert(lock->class_ >= -1 && lock->class_ < unit->n_classes);
		assert(!i || state->locks[i - 1].address < lock->address);
		/* A message about a held lock needs the lock's name and the place of the
		 * acquire. */
		assert(lock->state != SPINRULE_STATE_HELD ||
		       (lock->text && lock->hold.step && lock->touched));
	}
	for (int i = 0; i < state->n_bindings; i++) {
		assert(state->bindings[i].node >= 0 && state->bindings[i].node < table->n);
		assert(!i || state->bindings[i - 1].value < state->bindings[i].value);
	}
	memory_check(&state->memory, unit, table);
}
