/* state-join.c - two states with the same locks become one.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/state-join.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "walk/state-name.h"
#include "walk/state-same.h"

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
	const struct lock_record *other = state_find_lock(y, x->locks[i].address);
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
		const struct lock_record *same = state_find_lock(other, state->locks[i].address);

		if (same)
			join_lock(&joining, &state->locks[i], same);
		else
			state->locks[i].may_be_untouched = true;
	}
	for (int i = 0; i < other->n_locks; i++)
		if (!state_find_lock(state, other->locks[i].address)) {
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
				state_rename_own(state, table,
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
