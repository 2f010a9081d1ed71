/* state-same.c - what two states have in common.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/state-same.h"

#include <string.h>

#include "lockprog/work.h"

/* Doubts that do not keep states apart. */
static const unsigned may_differ = DOUBT_JOINED | DOUBT_OUTCOME | DOUBT_HASTE;

/* IRQLs, texts and steps do not count. */
static bool same_lock(const struct lock_record *x, const struct lock_record *y)
{
	return x->address == y->address && x->state == y->state && x->handle == y->handle &&
	       x->is_handle == y->is_handle && x->is_loose == y->is_loose &&
	       x->is_lost == y->is_lost && x->is_assumed == y->is_assumed &&
	       x->is_promised == y->is_promised && x->broken == y->broken &&
	       first_event_equal(&x->first, &y->first) && x->hold.loop == y->hold.loop &&
	       (x->state != SPINRULE_STATE_HELD || x->hold.group == y->hold.group);
}

bool state_same_locks(const struct state *x, const struct state *y)
{
	const unsigned different = x->doubts ^ y->doubts;

	if (x->n_locks != y->n_locks || (different & ~may_differ) ||
	    !class_set_equal(&x->lost, &y->lost))
		return false;
	work_count(x->n_locks);
	for (int i = 0; i < x->n_locks; i++)
		if (!same_lock(&x->locks[i], &y->locks[i]) ||
		    x->locks[i].may_be_untouched != y->locks[i].may_be_untouched)
			return false;
	return true;
}

bool state_same_but_balanced(const struct state *x, const struct state *y,
			     bool matters(const struct state *state,
					  const struct lock_record *lock, const void *data),
			     const void *data)
{
	const unsigned different = x->doubts ^ y->doubts;
	int i = 0, k = 0;

	if ((different & ~may_differ) || !class_set_equal(&x->lost, &y->lost))
		return false;
	work_count(x->n_locks + y->n_locks);
	while (i < x->n_locks || k < y->n_locks) {
		const struct lock_record *a = i < x->n_locks ? &x->locks[i] : NULL;
		const struct lock_record *b = k < y->n_locks ? &y->locks[k] : NULL;

		if (a && b && same_lock(a, b))
			i++, k++;
		else if (a && (!b || a->address < b->address) && lock_is_balanced(a) &&
			 !matters(x, a, data))
			i++;
		else if (b && (!a || b->address < a->address) && lock_is_balanced(b) &&
			 !matters(y, b, data))
			k++;
		else
			return false;
	}
	return true;
}

bool state_same_owed(const struct state *x, const struct state *y)
{
	const struct owed *owed = x->owed, *other = y->owed;

	if (!owed || !other)
		return owed == other;
	return owed->hold.saved == other->hold.saved && owed->hold.also == other->hold.also &&
	       owed->release->event.block == other->release->event.block &&
	       owed->release->event.op == other->release->event.op;
}

/* True if the locks, which are the same, were acquired with the same saved IRQLs, and
 * these are kept in the same places. */
static bool same_saved(const struct state *x, const struct state *y)
{
	for (int i = 0; i < x->n_locks; i++)
		if (x->locks[i].hold.saved != y->locks[i].hold.saved ||
		    memcmp(x->locks[i].hold.kept, y->locks[i].hold.kept,
			   sizeof x->locks[i].hold.kept) ||
		    x->locks[i].hold.may_be_elsewhere != y->locks[i].hold.may_be_elsewhere ||
		    x->locks[i].hold.is_handed != y->locks[i].hold.is_handed ||
		    x->locks[i].first.given != y->locks[i].first.given)
			return false;
	return true;
}

/* True if the IRQLs are the same in X and Y, under all their names; the locks are. */
static bool same_irqls(const struct state *x, const struct state *y)
{
	if (x->irql != y->irql || !state_same_owed(x, y) || !same_saved(x, y))
		return false;
	for (int i = 0; i < x->n_locks; i++)
		if (x->locks[i].hold.also != y->locks[i].hold.also)
			return false;
	return true;
}

/* True if unseen code has run in X while it has in Y; their locks are the same. */
static bool runs_unseen_too(const struct state *x, const struct state *y)
{
	for (int i = 0; i < x->n_locks; i++)
		if (y->locks[i].hold.has_run_unseen && !x->locks[i].hold.has_run_unseen)
			return false;
	return true;
}

bool state_covers(const struct state *x, const struct state *y)
{
	return state_same_locks(x, y) && x->n_bindings == y->n_bindings &&
	       !(state_has(x, DOUBT_OUTCOME) && !state_has(y, DOUBT_OUTCOME)) &&
	       (!x->n_bindings ||
		!memcmp(x->bindings, y->bindings, x->n_bindings * sizeof *x->bindings)) &&
	       memory_equal(&x->memory, &y->memory) && same_irqls(x, y) &&
	       runs_unseen_too(x, y) && facts_equal(&x->facts, &y->facts);
}
