/* owner.h - searching the sets of other threads for the owner of a lock.
 *
 * For the slow path.  Nothing here waits or allocates; any thread, any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_OWNER_H
#define SPINRULE_OWNER_H

#include "locks.h"

/* A lock in the set of another thread. */
struct owner {
	struct held *held;
	struct held copy;
	unsigned long long thread;
};

/* Search every set but MINE for LOCK, or for the lock of HANDLE if LOCK is NULL.
 * Returns true if it is found, with its OWNER. */
int owner_find(const struct held_set *mine, const void *lock, const void *handle,
	       struct owner *owner);

/* The same for any lock in the SIZE bytes at START. */
int owner_find_in(const struct held_set *mine, const void *start, size_t size,
		  struct owner *owner);

/* This thread releases OWNER's lock. */
void owner_take_from(struct owner *owner);

/* True if a thread acquires a lock with HANDLE, a queue handle, or has done so not long
 * ago. */
int owner_queues_with(const void *handle);

#endif
