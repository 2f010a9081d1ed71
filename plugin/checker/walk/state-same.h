/* state-same.h - what two states have in common.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STATE_SAME_H
#define STATE_SAME_H

#include "walk/state.h"

/* True if a walk from X tells all that one from Y would: they are equal, path and
 * DOUBT_JOINED apart, but Y alone may have DOUBT_OUTCOME, and unseen code may have run in
 * X alone while a lock was held.  That makes no difference after the next such call; only
 * callers are told. */
bool state_covers(const struct state *x, const struct state *y);
bool state_same_locks(const struct state *x, const struct state *y);
/* The same, except for locks that are balanced in one of them and not touched in the
 * other, and do not matter in the one. */
bool state_same_but_balanced(const struct state *x, const struct state *y,
			     bool matters(const struct state *state,
					  const struct lock_record *lock, const void *data),
			     const void *data);
/* True if both are held to give back the same IRQL. */
bool state_same_owed(const struct state *x, const struct state *y);

#endif
