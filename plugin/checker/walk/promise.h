/* promise.h - what annotations say of locks: believed where nothing else is known, and
 * held against what the function does.
 *
 *     _Acquires_lock_(ext->lock) void take(EXT *ext)    enters free ext->lock
 *                                                       ... the body, if there is one ...
 *                                                       returns held ext->lock
 *
 * The body of an annotated function may do what it is said to do where it is not seen: by
 * a call of another file, in assembly, with an atomic operation of its own.  A promise is
 * broken for certain only where the function itself acquires or releases that lock
 * somewhere, or where nothing on the way could have done so unseen.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PROMISE_H
#define PROMISE_H

#include "walk/walk.h"

/* Operation I of BLOCK, a promise, is kept or broken. */
void promise_happens(struct walk *walk, struct state *state, int block, int i);

/* True if nothing happened to LOCK, which callers need not have in any state for that. */
bool promise_is_idle(const struct lock_record *lock);

/* True if an annotation says that LOCK is held at the return. */
bool promise_allows_held(const struct lock_record *lock);

/* Claim returns that do not leave a lock as annotated, where only the whole walk can
 * decide. */
void promise_check_returns(struct walk *walk);

#endif
