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

const struct lock_record *state_find_lock(const struct state *state, int address)
{
	int i = find_lock(state, address);

	return i < state->n_locks && state->locks[i].address == address ? &state->locks[i] : NULL;
}

struct lock_record *state_lock(struct state *state, int address)
{
	const struct lock_record *lock = state_find_lock(state, address);

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

void state_forget_owed(struct state *state)
{
	free(state->owed);
	state->owed = NULL;
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
