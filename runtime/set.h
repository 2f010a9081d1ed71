/* set.h - looking for locks in the sets of threads, and changing more of a set than its top.
 *
 * For the slow path: see locks.h for what a set is.  A set is its thread's to change, but for set_take_from; others may look
 * for a lock in it.  Nothing here waits or allocates; any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SET_H
#define SPINRULE_SET_H

#include "locks.h"

/* This thread's set, or NULL. */
struct held_set *set_of_this_thread(void);

/* ---- looking ---- */

/* The record below HELD in SET, which is settled, or NULL. */
struct held *set_below(struct held_set *set, const struct held *held);

/* The youngest lock of SET, settled now, or NULL. */
struct held *set_youngest(struct held_set *set);

/* The youngest record of LOCK in SET, or of the queued lock that was acquired with HANDLE; or NULL. */
struct held *set_find(struct held_set *set, const void *lock);
struct held *set_find_handle(struct held_set *set, const void *handle);

/* A record of LOCK, or of the queued lock of HANDLE, that no link leads to, as an interrupt has left it; or NULL. */
struct held *set_find_lost(struct held_set *set, const void *lock, const void *handle);

/* True if nothing is held in SET, which may not have been claimed ever.  Others ask too. */
int set_is_empty(struct held_set *set);

/* Calls that SET's thread made so far: each slot taken was an acquire, and a release unless it is held still.  Others ask. */
unsigned long long set_calls(struct held_set *set);

/* What is in HELD, which its thread may be changing. */
struct held set_copy_of(const struct held *held);

/* A lock in the set of another thread. */
struct set_owner {
	struct held *held;
	struct held copy;
	unsigned long long thread;
};

/* Look for LOCK, or for the lock of HANDLE if LOCK is NULL, in every set but MINE. */
int set_find_owner(const struct held_set *mine, const void *lock, const void *handle,
		   struct set_owner *owner);

/* OWNER does not hold it any more. */
void set_take_from(struct set_owner *owner);

/* Where SET's thread released LOCK last, as far as its history goes; or NULL. */
const struct held *set_last_release(struct held_set *set, const void *lock);

/* ---- changing ---- */

/* COUNT calls were made beside those that slots tell of. */
void set_add_calls(struct held_set *set, int count);

/* Before more than the top of SET is changed.  False: what is going on was interrupted in just such a change. */
int set_begin(struct held_set *set);
void set_end(struct held_set *set);

/* HELD, if it still holds a lock, has the kind that it has, with the bits of CLEAR away and those of BITS there.  What interrupts this
 * may release it. */
void set_change_kind(struct held *held, uint32_t clear, uint32_t bits);

/* Take a slot of SET in which nothing is remembered, so that what comes next has another serial; NULL if there is none. */
struct held *set_skip_slot(struct held_set *set);

/* Record LOCK as the youngest of SET; NULL if there is no room. */
struct held *set_remember(struct held_set *set, void *lock, void *handle, uint32_t kind,
			  struct spinrule_site *site);

/* HELD of SET is released at SITE, or forgotten without a call if SITE is NULL. */
void set_forget(struct held_set *set, struct held *held, struct spinrule_site *site);

/* Give SET back to the port if it was claimed for a lock and now holds none.  Only what claimed a
 * set drops it: a callback at its return, or the release of the last lock.  So a DPC between two
 * instructions of the slow path never drops the set that the interrupted code is about to use. */
static inline void set_drop_if_of_lock(struct held_set *set)
{
	if (set->is_of_lock && set_is_empty(set) && !set->depth) {
		set->is_of_lock = 0;
		port_drop_set(set);
	}
}

#endif
