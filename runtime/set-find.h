/* set-find.h - searching a thread's set for a lock.
 *
 * For the slow path; locks.h describes a set.  Only set_youngest, and what goes by it,
 * changes a set, which is its thread's then.  Nothing here waits or allocates; any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SET_FIND_H
#define SPINRULE_SET_FIND_H

#include "locks.h"

/* True if HELD was acquired with HANDLE. */
static inline int set_is_by(const struct held *held, const void *handle)
{
	return spinrule_is_by_handle(locks_group(held)) && held->handle == handle;
}

/* True if HELD is filled: its lock is not of the slot's last turn. */
static inline int set_is_filled(const struct held *held)
{
	return !(locks_flags(held) & HELD_CLAIMED);
}

/* The slot below HELD in SET, which is settled; or NULL. */
struct held *set_below(struct held_set *set, const struct held *held);

/* Settle SET and return the slot of its youngest lock; or NULL. */
struct held *set_youngest(struct held_set *set);

/* The youngest slot of SET that holds LOCK, or any lock in the SIZE bytes at START, or
 * the queued lock acquired with HANDLE; or NULL. */
struct held *set_find(struct held_set *set, const void *lock);
struct held *set_find_in(struct held_set *set, const void *start, size_t size);
struct held *set_find_handle(struct held_set *set, const void *handle);

/* A slot that holds LOCK, or the queued lock of HANDLE if LOCK is NULL, and that an
 * interrupt has left without a link to it; or NULL. */
struct held *set_find_lost(struct held_set *set, const void *lock, const void *handle);

/* True if SET holds no lock.  Any thread; SET may never have been claimed. */
int set_is_empty(struct held_set *set);

/* The number of lock calls of SET's thread: each slot used was an acquire, and a
 * release unless it is still held.  Any thread. */
unsigned long long set_calls(struct held_set *set);

/* A copy of HELD, which its thread may be changing. */
struct held set_copy_of(const struct held *held);

#endif
