/* watch.h - the checks that are off by default: the order of locks, how long they are held, requests completed with one held; statistics.
 *
 * An option that needs to know of each pair, or of each lock put on top of others, says so in locks_watched: such
 * events leave the fast path and come here.  Nothing here waits or allocates: what is remembered of locks is in tables of fixed
 * size, shared by all threads; when one is full that is said once, and nothing is said of what is not in it.  Any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WATCH_H
#define SPINRULE_WATCH_H

#include "locks.h"

/* Read the options. */
void watch_start(void);

/* SET's thread, which does not hold LOCK, is about to wait for it; GROUP is ANY for a momentary routine. */
void watch_acquiring(struct held_set *set, const void *lock, enum spinrule_group group,
		     struct spinrule_site *site);

/* HELD, with HELD_WATCHED, was just acquired. */
void watch_acquired(struct held *held);

/* locks_push, where somebody wants to know of it and watch_acquiring was not called. */
struct held *watch_push(struct held_set *set, void *lock, uint32_t kind,
			struct spinrule_site *site);

/* locks_pop, of a lock with HELD_WATCHED: not if there is something to tell of it. */
int watch_pop(struct held_set *set, const void *lock, uint32_t kind, struct spinrule_site *site);

/* HELD, a copy, acquired by THREAD, is about to be released at SITE, or by the runtime there. */
void watch_released(const struct held *held, unsigned long long thread, struct spinrule_site *site);

/* LOCK is a new lock from now on. */
void watch_initializing(const void *lock);

/* SET's thread is about to complete a request at SITE. */
void watch_completing(struct held_set *set, struct spinrule_site *site);

/* Statistics of one lock. */
struct lock_stats {
	const void *lock;	/* NULL: none */
	const struct spinrule_site *site;	/* of the first acquire */
	unsigned acquisitions, contended;
	unsigned longest;	/* microseconds */
	const struct spinrule_site *longest_site;
};

/* Call TELL for each lock that statistics were kept of. */
void watch_stats(void (*tell)(const struct lock_stats *stats));

#endif
