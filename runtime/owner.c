/* owner.c - searching the sets of other threads for the owner of a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "owner.h"

#include "port.h"
#include "set.h"

/* Search for a lock in the SIZE bytes at START, or for that of HANDLE if SIZE is 0. */
static COLD int search(const struct held_set *mine, const void *start, size_t size,
		       const void *handle, struct owner *owner)
{
	unsigned known = set_known();

	for (unsigned i = 0; i < known; i++) {
		struct held_set *set = &port_sets[i];

		if (set == mine || locks_load(set->is_unsure) || set_is_empty(set))
			continue;
		for (unsigned j = 0; j < SLOTS; j++) {
			struct held *held = &set->slots[j];
			void *before = __atomic_load_n(&held->lock, __ATOMIC_ACQUIRE);

			if (!before || before == LOCK_TAKEN ||
			    (size && !locks_lies_in(before, start, size)) ||
			    !(__atomic_load_n(&held->mark, __ATOMIC_ACQUIRE) & 1))
				continue;
			owner->held = held;
			owner->copy = set_copy_of(held);
			owner->thread = set->thread;
			if (!locks_is_held(&owner->copy) ||
			    locks_flags(&owner->copy) & (HELD_GHOST | HELD_CLAIMED))
				continue;
			if (!size && !set_is_by(&owner->copy, handle))
				continue;
			/* The copy is consistent if the slot still holds the lock as
			 * it did. */
			if (__atomic_load_n(&held->lock, __ATOMIC_ACQUIRE) == before &&
			    locks_load(held->mark) == owner->copy.mark &&
			    locks_load(held->site) == owner->copy.site)
				return 1;
		}
	}
	return 0;
}

int owner_find(const struct held_set *mine, const void *lock, const void *handle,
	       struct owner *owner)
{
	return search(mine, lock, lock != NULL, handle, owner);
}

int owner_find_in(const struct held_set *mine, const void *start, size_t size,
		  struct owner *owner)
{
	return size && search(mine, start, size, NULL, owner);
}

void owner_take_from(struct owner *owner)
{
	void *expected = owner->copy.lock;

	/* If this fails, the owner has just released the lock itself. */
	__atomic_compare_exchange_n(&owner->held->lock, &expected, LOCK_TAKEN, 0, __ATOMIC_ACQ_REL,
				    __ATOMIC_RELAXED);
}

COLD int owner_queues_with(const void *handle)
{
	const unsigned known = set_known();

	if (locks_load(port_no_set.queues_with) == handle)
		return 1;
	for (unsigned i = 0; i < known; i++) {
		if (locks_load(port_sets[i].queues_with) == handle)
			return 1;
		for (unsigned j = 0; j < SLOTS; j++)
			if (locks_load(port_sets[i].slots[j].handle) == handle)
				return 1;
	}
	return 0;
}
