/* set.h - searching a thread's set for a lock, and changing more of a set than its top.
 *
 * For the slow path; locks.h describes a set.  Only its thread changes a set, except
 * for owner_take_from; other threads may search it.  Nothing here waits or allocates;
 * any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SET_H
#define SPINRULE_SET_H

#include "locks.h"

/* This thread's set; NULL if it has none. */
struct held_set *set_of_this_thread(void);

/* The number of sets that a thread has ever had: no others are searched.  Any thread. */
unsigned set_known(void);

/* ---- searching ---- */

/* True if HELD was acquired with HANDLE. */
static inline int set_is_by(const struct held *held, const void *handle)
{
	return spinrule_is_by_handle(locks_group(held)) && held->handle == handle;
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

/* The slot of the last release of LOCK in the history of SET's thread; or NULL. */
const struct held *set_last_release(struct held_set *set, const void *lock);

/* ---- why the runtime takes a lock out of a set ---- */

enum set_reason {
	SET_LEFT_HELD,		/* a callback returned, or a thread ended */
	SET_INITIALIZED,	/* it was initialized while held */
	SET_FREED,		/* its memory was freed */
	SET_UNSEEN,		/* code that is not seen has released it */
	SET_BY_ANOTHER,		/* another thread has released it */
	SET_HANDED_ON,		/* the cancel lock, to a callback inside this one */
	SET_REASONS
};

/* A site for each: what is released for this reason is no call of the owner's thread.
 * Its field FUNCTION says why, in words. */
extern struct spinrule_site set_reasons[SET_REASONS];

static inline int set_is_reason(const struct spinrule_site *site)
{
	return (uintptr_t)site - (uintptr_t)set_reasons < sizeof set_reasons;
}

/* ---- changing ---- */

/* Add COUNT to the number of calls that the slots show. */
void set_add_calls(struct held_set *set, int count);

/* Begin, and end, a change of more than the top of SET.  An interrupt in between may
 * make such a change too: what it has pushed is off again when it returns. */
static inline void set_begin(struct held_set *set)
{
	set->busy++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void set_end(struct held_set *set)
{
	spinrule_assert(set->busy);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	set->busy--;
}

/* Clear the bits CLEAR and set BITS in the kind of HELD.  Does nothing if HELD is not
 * held; an interrupt may release it at any moment. */
void set_change_kind(struct held *held, uint32_t clear, uint32_t bits);

/* Use a slot of SET for nothing, so that the next one has another serial.  Returns the
 * slot, or NULL if none is free. */
struct held *set_skip_slot(struct held_set *set);

/* Record LOCK as the youngest lock of SET.  Returns its slot, or NULL if there is no
 * room. */
struct held *set_remember(struct held_set *set, void *lock, void *handle, uint32_t kind,
			  struct spinrule_site *site);

/* Record that HELD of SET is released at SITE, a call of this thread's or one of
 * set_reasons[]. */
void set_forget(struct held_set *set, struct held *held, struct spinrule_site *site);

/* Give SET back to the port if it was claimed for a lock and now holds none.  Only
 * what claimed a set drops it: a callback at its return, or the release of the last
 * lock.  So a DPC between two instructions of the slow path never drops the set that
 * the interrupted code is about to use. */
static inline void set_drop_if_of_lock(struct held_set *set)
{
	if (set->slowly & SET_OF_LOCK && set_is_empty(set) && !set->depth) {
		set->slowly = 0;
		port_drop_set(set);
	}
}

#endif
