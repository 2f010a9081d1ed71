/* guard.h - writes to data that a lock guards.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef GUARD_H
#define GUARD_H

#include "walk/walk.h"

/* EVENT writes to data that its lock guards: claim it if the lock is certainly not held,
 * and other code may use the data.  Where the lock is as it was at the entry of a
 * function that is no callback, its callers decide. */
void guard_write(struct walk *walk, struct state *state, const struct lock_event *event);

/* A function of the driver that is not seen gets those arguments of the call OP that ARGS
 * has a bit for: it may acquire locks that it finds a way to from there. */
void guard_reaches(struct walk *walk, const struct state *state, const struct lockprog_op *op,
		   unsigned long long args);

/* True if all that FIRST, of a lock in STATE, means to callers is that it guards what is
 * written. */
bool guard_is_all(const struct first_event *first, enum spinrule_state state);

#endif
