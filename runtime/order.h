/* order.h - in which order locks were acquired.
 *
 * An edge says that one lock was acquired while another was held.  A way back from a lock about to be acquired to one that
 * is held means that some thread can wait for another in a circle, unless a third lock was held every time:
 * then the two never meet.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_ORDER_H
#define SPINRULE_ORDER_H

#include "locks.h"

/* The earlier order, from its second lock: SECOND was acquired at SECOND_SITE while FIRST, acquired at FIRST_SITE, was held. */
struct order_conflict {
	const void *first, *second;
	const struct spinrule_site *first_site, *second_site;
	unsigned long long thread;
	unsigned between;	/* how many more locks the circle has */
};

/* True if LOCK was acquired before by somebody who held just what SET's thread, whose locks are linked, does, or nothing is
 * held: there is nothing new to remember. */
int order_is_known(struct held_set *set, const void *lock);

/* LOCK is about to be acquired at SITE by SET's thread.  Remembers the order; true, with the earlier one in CONFLICT and the
 * lock it is about in *HELD, if it contradicts one seen before. */
int order_acquiring(struct held_set *set, const void *lock, struct spinrule_site *site,
		    const struct held **held, struct order_conflict *conflict);

/* LOCK is a new lock: nothing that was seen of its address counts. */
void order_forget(const void *lock);

#endif
