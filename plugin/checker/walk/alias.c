/* alias.c - two names of one lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/alias.h"

#include <assert.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "value/address.h"
#include "value/sym-op.h"
#include "walk/likely.h"

/* What STATE knows of X and Y, addresses, being equal. */
static struct fact equality(struct walk *walk, const struct state *state, int x, int y)
{
	if (sym_is_deep(walk->syms, x) || sym_is_deep(walk->syms, y))
		return range_of_type(sym_truth_type);
	return facts_of(&state->facts, walk->syms,
			sym_op(walk->syms, LOCKPROG_EQ, sym_truth_type, x, y));
}

bool alias_is_possible(struct walk *walk, const struct state *state, int x, int y)
{
	const struct fact fact = equality(walk, state, x, y);

	return !fact_is_zero(&fact, sym_truth_type);
}

bool alias_is_certain(struct walk *walk, const struct state *state, int x, int y)
{
	const struct fact fact = equality(walk, state, x, y);

	return x == y || fact_is_nonzero(&fact, sym_truth_type);
}

void alias_add(struct walk *walk, const struct state *state, int held,
	       const struct lock_event *event)
{
	assert(!walk->is_callback);
	if (walk->n_aliases == WALK_MAX_ALIASES || walk->replay ||
	    !walk->effort.branches_teach || state_has(state, DOUBT_MEMORY) ||
	    !likely_fits(walk->syms, state))
		return;
	walk->aliases = alloc_grow(walk->aliases, walk->n_aliases, &walk->max_aliases,
				   sizeof *walk->aliases);
	walk->aliases[walk->n_aliases++] = (struct alias){
		.exit = { state_copy(state), ENDS_SPINNING, event->block, event->op, -1 },
		.locks = { held, event->address, event->ddi, event->group },
	};
}

void alias_note(struct walk *walk, const struct state *state, const struct lock_event *event)
{
	/* A try of a held lock fails. */
	if ((event->event != SPINRULE_EVENT_ACQUIRE && event->event != SPINRULE_EVENT_MOMENTARY) ||
	    event->kind == EVENT_TRIED || event->is_try || spinrule_nests(event->group) ||
	    walk->is_callback)
		return;
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		if (lock->state == SPINRULE_STATE_HELD && !lock->is_loose &&
		    lock->address != event->address &&
		    !address_is_distinct(walk->syms, lock->address, lock->class_, event->address,
					 event->class_) &&
		    alias_is_possible(walk, state, lock->address, event->address))
			alias_add(walk, state, lock->address, event);
	}
}

void alias_forget(struct walk *walk)
{
	for (int i = 0; i < walk->n_aliases; i++)
		state_free(walk->aliases[i].exit.state);
	walk->n_aliases = 0;
}
