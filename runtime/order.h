/* order.h - the order in which locks are acquired.
 *
 * An edge records that one lock was acquired while another was held.  A path of edges
 * from a lock that is about to be acquired back to one that is held means that threads
 * can wait for each other in a circle, unless the same third lock was held each time:
 * then they cannot.
 *
 * By class an edge records that a lock of one class was acquired while one of another
 * was held, whichever locks these were: orders that contradict each other are found
 * though no two locks were ever acquired both ways round.  Two locks of one class are
 * told apart by their addresses alone.  A lock without a class is a class of its own.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_ORDER_H
#define SPINRULE_ORDER_H

#include "locks.h"

/* The earlier order: SECOND was acquired at SECOND_SITE while FIRST, acquired at
 * FIRST_SITE, was held. */
struct order_conflict {
	/* Locks, or what stands for their classes: see lock-class.h. */
	const void *first, *second;
	const struct spinrule_site *first_site, *second_site;
	unsigned long long thread;
	unsigned between;	/* number of further locks in the circle */
};

/* True if there is nothing new to record: SET's thread, whose locks are linked, holds
 * nothing, or LOCK was acquired before while just the same locks were held. */
int order_is_known(struct held_set *set, const void *lock);

/* SET's thread is about to acquire LOCK at SITE.  Records the order, also that of the
 * locks' classes if BY_CLASS.  Returns true if it contradicts an earlier one, which is
 * then in CONFLICT, with the held lock in *ABOUT. */
int order_acquiring(struct held_set *set, const void *lock, struct spinrule_site *site,
		    int by_class, const struct held **about, struct order_conflict *conflict);

/* LOCK is a new lock from now on: earlier orders of its address do not count. */
void order_forget(const void *lock);

/* The same for all locks in the SIZE bytes at START. */
void order_forget_memory(const void *start, size_t size);

/* Call REPLACE for each site that is remembered. */
void order_replace_sites(void (*replace)(const struct spinrule_site **site));

#endif
