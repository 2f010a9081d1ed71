/* wait.h - threads that wait for a lock for a long time: a note that says who holds it.
 *
 * In plain programs: a driver waits inside the kernel's DDI.  A note is no violation: the
 * owner may only be slow.  Nothing here is on the way of an acquire that does not wait.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WAIT_H
#define SPINRULE_WAIT_H

#include "locks.h"

/* One wait.  Start with all zero but the first two. */
struct wait {
	const void *lock;
	struct spinrule_site *site;	/* of the acquire; NULL: the one of wait_may_begin */
	uint64_t since;			/* microseconds; 0: not read yet */
	int is_over;			/* it was told, or the option is off */
};

/* SET's thread may soon wait for LOCK, at SITE: the slow path. */
static inline void wait_may_begin(struct held_set *set, const void *lock,
				  struct spinrule_site *site)
{
	locks_store(set->wanted_site, site);
	locks_store(set->wanted, lock);
}

/* This thread still waits.  Call it now and then. */
void wait_goes_on(struct wait *wait);

/* It has got the lock. */
void wait_ends(const struct wait *wait);

#endif
