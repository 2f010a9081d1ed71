/* prune.h - forgets what nothing from a block on depends on, so that states that differ
 * in nothing else meet.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PRUNE_H
#define PRUNE_H

#include "walk/walk.h"

/* Forget what nothing from the start of BLOCK on depends on. */
void prune_state(struct walk *walk, struct state *state, int block);

#endif
