/* unseen.h - locks that code which the runtime does not see acquires or releases: code
 * that is not instrumented, or another driver's.
 *
 * What such code does to a lock shows in the lock's own memory, if the port can read it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_UNSEEN_H
#define SPINRULE_UNSEEN_H

#include "owner.h"
#include "set.h"

/* True if the memory of HELD's lock says that it is free. */
int unseen_is_free(const struct held *held);

/* The same; a note is written that unseen code released the lock, and is not checked.
 * SITE is where that was found, NULL for the end of a thread. */
COLD int unseen_is_stale(const struct held *held, const struct spinrule_site *site);

/* True if LOCK, of GROUP, which no thread is known to hold, is held by unseen code; a
 * note is written.  A thread that has just acquired it gets time to record that:
 * then it is in OWNER, and the result is false.  MINE is this thread's set. */
COLD int unseen_is_held(const struct held_set *mine, const void *lock, enum spinrule_group group,
			struct owner *owner, const struct spinrule_site *site);

#endif
