/* prune.h - forgets what no code from a block on depends on, so that states without other
 * differences become one.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PRUNE_H
#define PRUNE_H

#include "walk/walk.h"

/* Forget what no code from the start of BLOCK on depends on. */
void prune_state(struct walk *walk, struct state *state, int block);

#endif
