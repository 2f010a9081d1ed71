/* promise.h - what annotations state about locks: true for callers, and compared with
 * what the body of the function does.
 *
 *     _Acquires_lock_(ext->lock) void take(EXT *ext)    enters free ext->lock
 *                                                       ... the body, if there is one ...
 *                                                       returns held ext->lock
 *
 * The body of an annotated function may keep its promise in code that is not visible: a
 * call of another file, assembly, an atomic operation of its own.  A promise is certainly
 * broken only if the function itself acquires or releases that lock somewhere, or if no
 * such code is on the path.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PROMISE_H
#define PROMISE_H

#include "walk/walk.h"

/* Check or apply the promise at operation I of BLOCK. */
void promise_happens(struct walk *walk, struct state *state, int block, int i);

/* True if nothing happened to LOCK and callers need not have it in any state. */
bool promise_is_idle(const struct lock_record *lock);

/* Claim returns that do not leave a lock as annotated, if only the whole walk can
 * decide. */
void promise_check_returns(struct walk *walk);

#endif
