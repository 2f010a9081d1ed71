/* growth.h - bounds for a value that only grows, or only shrinks, from round to round of
 * a loop.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef GROWTH_H
#define GROWTH_H

#include "walk/walk.h"

/* PHI gets ARG (values) for another round, and its value is no longer known: if it only
 * grows from constants on, it is at least the lowest of them, since signed sums do not
 * wrap. */
void growth_bound(struct walk *walk, struct state *state, int phi, int arg);

#endif
