/* watch.h - the checks that are off by default (the order of locks, how long they are
 * held, requests that are completed while one is held), and statistics.
 *
 * An option that checks each pair, or each lock that is put on top of others, sets a bit
 * in locks_watched; such events leave the fast path and come here.  Nothing here waits or
 * allocates: the data of locks are in tables of fixed size, which all threads share.
 * When a table is full this is reported once, and locks that are not in it are not
 * checked.  Any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WATCH_H
#define SPINRULE_WATCH_H

#include "callers.h"
#include "locks.h"

/* Read the options. */
void watch_start(void);

/* SET's thread, which does not hold LOCK, is about to acquire it.  GROUP is ANY for a
 * momentary routine. */
void watch_acquiring(struct held_set *set, const void *lock, enum spinrule_group group,
		     struct spinrule_site *site);

/* HELD, which has HELD_WATCHED, was just acquired. */
void watch_acquired(struct held *held);

/* LOCK is acquired by GROUP at SITE, where the IRQL is LEVEL (-1: not known). */
void watch_level(const void *lock, enum spinrule_group group, int level,
		 struct spinrule_site *site);

/* The same after an acquire as KIND says, if the IRQL before it is still known. */
void watch_level_of(const void *lock, uint32_t kind, struct spinrule_site *site);

/* The calls that led to the acquire of HELD, a slot, its copy or NULL, if they are
 * known. */
void watch_origin(const struct held *held, struct callers *callers);

/* Fault injection, if locks_watched has WATCH_TRIES. */
int watch_counts_try(void);

/* True if the try that is about to be made is to fail. */
static inline __attribute__((always_inline)) int watch_fails_try(void)
{
	return __builtin_expect(locks_watched & WATCH_TRIES, 0) && watch_counts_try();
}

/* locks_push if locks_watched, and watch_acquiring was not called. */
struct held *watch_push(struct held_set *set, void *lock, uint32_t kind,
			struct spinrule_site *site);

/* Release the youngest lock as locks_pop_handle does, if it is LOCK and has
 * HELD_WATCHED.  Returns false if it was held for too long: the slow path reports
 * that. */
int watch_pop(struct held_set *set, const void *lock, uint32_t kind, struct spinrule_site *site);

/* HELD, a copy, which THREAD acquired, is about to be released at SITE, by the driver
 * or by the runtime. */
void watch_released(const struct held *held, unsigned long long thread, struct spinrule_site *site);

/* LOCK is a new lock from now on. */
void watch_initializing(const void *lock);

/* No lock is in the SIZE bytes at START from now on. */
void watch_freeing(const void *start, size_t size);

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

/* Call REPLACE for each site that is remembered. */
void watch_replace_sites(void (*replace)(const struct spinrule_site **site));

/* Call VISIT for each lock that has statistics. */
void watch_stats(void (*visit)(const struct lock_stats *stats));

#endif
