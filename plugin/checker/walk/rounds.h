/* rounds.h - what differs from round to round of a loop: values, and locks of their own.
 *
 *     for (node = list; node; node = node->next)
 *             KeAcquireSpinLockAtDpcLevel(&node->lock);
 *
 * How many such locks are held afterwards, and how many another loop along the list
 * releases, is not counted.  Indexes that only count are not meant: such rounds are
 * walked one by one.
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

/* True if a value that the loop which starts at block LOOP computes is used after it. */
bool rounds_has_result(const struct walk *walk, int loop);

/* Find the loops of WALK's function whose rounds have locks of their own; the caller
 * frees them. */
struct rounds *rounds_new(const struct walk *walk);
void rounds_free(struct rounds *rounds);

/* The loop, as the block that starts it, in whose rounds operation OP of BLOCK has a lock
 * of its own; -1: none. */
int rounds_loop(const struct walk *walk, int block, int op);

/* True if anything may release a lock of CLASS_ that is not found by what value V is
 * then. */
bool rounds_may_release(const struct walk *walk, int class_, int v);

/* True if another loop than LOOP acquires, or releases, in each round another lock of
 * CLASS_. */
bool rounds_elsewhere(const struct walk *walk, int class_, int loop, bool acquires);

#endif
