/* garbage.h - locks and queue handles that an acquire must not use, looked at before it
 * would wait for ever.
 *
 * Only where a lock is found not free, or a site is executed for the first time.  Any
 * IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_GARBAGE_H
#define SPINRULE_GARBAGE_H

#include "locks.h"

/* True if WORD, found in LOCK, is neither a free lock nor a sign of an acquire, and does
 * not lead to memory: no handle is there. */
int garbage_is_word(uintptr_t word);

/* True if LOCK was never initialized, or was written over. */
int garbage_is_in(const void *lock);

/* LOCK, which is about to be acquired at SITE, was never initialized. */
void garbage_report(void *lock, enum spinrule_group group, struct spinrule_site *site);

/* LOCK, which is not free, is about to be acquired at SITE, by handle WHICH if it is
 * queued.  Reports a lock that was never initialized, and makes it a free one; reports a
 * handle that is in use, and waits until it is not. */
void garbage_acquiring(void *lock, const void *which, enum spinrule_group group,
		       struct spinrule_site *site);

/* True if this thread holds another lock than LOCK by handle WHICH: that is reported, and
 * LOCK must not be acquired with it, or nothing would lead to the other lock any more. */
int garbage_is_handle_in_use(void *lock, const void *which, enum spinrule_group group,
			     struct spinrule_site *site);

/* True if LOCK is not free. */
static inline int garbage_may_be_in(const void *lock)
{
	return __builtin_expect(locks_load(*(const uintptr_t *)lock) != 0, 0);
}

#endif
