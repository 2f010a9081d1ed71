/* set.h - who has a set, and changes of more of a set than its top.
 *
 * For the slow path; locks.h describes a set.  Only its thread changes a set, except
 * for owner_take_from; other threads may search it.  Nothing here waits or allocates;
 * any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SET_H
#define SPINRULE_SET_H

#include "set-find.h"

/* This thread's set; NULL if it has none. */
struct held_set *set_of_this_thread(void);

/* The number of sets that a thread has ever had: no others are searched.  Any thread. */
unsigned set_known(void);

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
