/* owed.h - IRQLs that a release has left raised, and that somebody has to give back.
 *
 *     KeAcquireSpinLock (&a, &irql);         raises the IRQL
 *     KeReleaseSpinLockFromDpcLevel (&a);    leaves it raised: IRQL is owed from here on
 *
 * It may be given back by the release of the last lock that is held, by KeLowerIrql, or
 * by code that is not seen, until the callback returns in which the lock was acquired.
 * Whether code that is not seen has done it shows the IRQL at that time; a kernel without
 * IRQLs (Wine's) does not show it.  Outside callbacks a driver may leave it to its
 * callers, and nothing is recorded.
 *
 * A thread owes one IRQL at most: while it does, its IRQL is raised, and no acquire
 * saves a lower one.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_OWED_H
#define SPINRULE_OWED_H

#include "locks.h"

/* True if a release by GROUP leaves the IRQL raised, which the acquire by HELD_BY
 * raised. */
int owed_stays_raised(enum spinrule_group held_by, enum spinrule_group group);

/* HELD of SET is about to be released at SITE, by a routine that leaves the IRQL as it
 * is. */
void owed_by_release(struct held_set *set, const struct held *held, struct spinrule_site *site);

/* COPY, of the last lock that SET held, is released by GROUP, which gives back IRQL.
 * Returns true if that is right because of an IRQL that is owed. */
int owed_is_right(struct held_set *set, const struct held *copy, enum spinrule_group group,
		  uint8_t irql);

/* This thread lowers its IRQL to IRQL. */
void owed_lowering(struct held_set *set, uint8_t irql);

/* The callbacks deeper than DEPTH end at SITE; -1: the thread ends, and SITE may be NULL.
 * Report what was acquired in them and is still owed. */
void owed_is_due(struct held_set *set, int depth, struct spinrule_site *site);

#endif
