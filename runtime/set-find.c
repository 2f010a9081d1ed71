/* set-find.c - searching a thread's set for a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "set-find.h"

#include "locks-fast.h"

static void *lock_in(const struct held *held)
{
	return locks_load(held->lock);
}

struct held *set_below(struct held_set *set, const struct held *held)
{
	struct held *below = locks_below(set, held);

	return below != locks_none(set) ? below : NULL;
}

struct held *set_youngest(struct held_set *set)
{
	struct held *top;
	uintptr_t at;

	do {
		locks_settle(set);
		at = locks_load(set->at);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		top = at & AT_NONE_HELD ? locks_none(set) : locks_load(set->top);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	} while (locks_load(set->at) != at);
	return top != locks_none(set) ? top : NULL;
}

struct held *set_find(struct held_set *set, const void *lock)
{
	struct held *held;

	for (held = set_youngest(set); held; held = set_below(set, held))
		if (lock_in(held) == lock && set_is_filled(held))
			break;
	return held;
}

struct held *set_find_in(struct held_set *set, const void *start, size_t size)
{
	struct held *held;

	for (held = set_youngest(set); held; held = set_below(set, held))
		if (locks_lies_in(lock_in(held), start, size) && set_is_filled(held))
			break;
	return held;
}

struct held *set_find_handle(struct held_set *set, const void *handle)
{
	struct held *held;

	for (held = set_youngest(set); held; held = set_below(set, held))
		if (set_is_by(held, handle) && lock_in(held) != LOCK_TAKEN)
			break;
	return held;
}

COLD struct held *set_find_lost(struct held_set *set, const void *lock, const void *handle)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		struct held *held = &set->slots[i];

		if (locks_is_held(held) && set_is_filled(held) &&
		    (lock ? lock_in(held) == lock : set_is_by(held, handle))) {
			locks_disturbed(set);
			return held;
		}
	}
	return NULL;
}

int set_is_empty(struct held_set *set)
{
	uintptr_t at = locks_load(set->at);

	if (!at || at & AT_NONE_HELD)
		return 1;
	return at & AT_STATE ? locks_load(set->top) == locks_none(set)
			     : !locks_is_held((struct held *)at);
}

struct held set_copy_of(const struct held *held)
{
	struct held copy = {
		.lock = lock_in(held),
		.site = locks_load(held->site),
		.mark = locks_load(held->mark),
		.counted = locks_load(held->counted),
		.handle = locks_load(held->handle),
		.since = locks_load(held->since),
	};

	return copy;
}

unsigned long long set_calls(struct held_set *set)
{
	unsigned held = 0;

	if (!locks_load(set->at))
		return 0;
	for (unsigned i = 0; i < SLOTS; i++)
		held += locks_is_held(&set->slots[i]);
	return (unsigned long long)(locks_last_serial(set) / SLOT_SIZE * 2) +
	       (unsigned long long)(long long)locks_load(set->other_calls) - held;
}
