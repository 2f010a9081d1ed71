/* rounds.h - what differs from round to round of a loop: values, and the locks that each
 * round acquires or releases.
 *
 *     for (node = list; node; node = node->next)
 *             KeAcquireSpinLockAtDpcLevel(&node->lock);
 *
 * The checker does not count how many such locks are held afterwards, or how many of them
 * another loop along the list releases.  This does not concern indexes that only count:
 * such rounds are walked one by one.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ROUNDS_H
#define ROUNDS_H

#include "walk/walk.h"

/* True if value V is defined inside a loop. */
bool rounds_changes(const struct walk *walk, int v);

/* True if locks are acquired or released in the loop that starts at block LOOP. */
bool rounds_has_locks(const struct walk *walk, int loop);

/* True if code after the loop that starts at block LOOP uses a value computed in it. */
bool rounds_has_result(const struct walk *walk, int loop);

/* True if the loop that starts at block LOOP may go on for ever, depending on values that
 * change in it. */
bool rounds_may_be_endless(const struct walk *walk, int loop);

/* True if no round of the loop that starts at block LOOP changes memory of CLASS_. */
bool rounds_keeps(const struct walk *walk, int loop, int class_);

/* Find the loops of WALK's function that have another lock in each round; the caller
 * frees them. */
struct rounds *rounds_new(const struct walk *walk);
void rounds_free(struct rounds *rounds);

/* The loop, by its first block, that has another lock in each round at operation OP of
 * BLOCK; -1: none. */
int rounds_loop(const struct walk *walk, int block, int op);

/* True if some operation may release a lock of CLASS_ whose address is not based on value
 * V. */
bool rounds_may_release(const struct walk *walk, int class_, int v);

/* True if another loop than LOOP acquires (ACQUIRES) or releases another lock of CLASS_
 * in each round. */
bool rounds_elsewhere(const struct walk *walk, int class_, int loop, bool acquires);

#endif
