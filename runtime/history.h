/* history.h - the last events of a thread, and the locks that it holds, read from its
 * slots.
 *
 * For reports: slow.  Any IRQL, on the thread itself.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_HISTORY_H
#define SPINRULE_HISTORY_H

#include "locks.h"

enum { HISTORY_MAX = 32 };	/* events that a report may ask for */

struct history_event {
	const struct held *held;
	uint8_t is_release;
};

/* Write the last MAX events of SET's thread to EVENTS, the oldest first.  Returns
 * their number. */
unsigned history_events(struct held_set *set, struct history_event *events, unsigned max);

/* Write the slots that SET's thread holds to HELD, the oldest first.  Returns their
 * number, at most HELD_MAX. */
unsigned history_held(struct held_set *set, const struct held **held);

/* The slot of the last release of LOCK in the history of SET's thread; or NULL. */
const struct held *history_last_release(struct held_set *set, const void *lock);

#endif
