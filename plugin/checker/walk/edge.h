/* edge.h - what taking an edge does to a state: facts from branches, values of PHIs,
 * loops.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EDGE_H
#define EDGE_H

#include "walk/walk.h"

/* Learn what taking edge SUCC of BLOCK means; false when it cannot be taken. */
bool edge_take(struct walk *walk, struct state *state, int block, int succ);

/* The PHIs of block TO get their values on the way from FROM. */
void edge_bind_phis(struct walk *walk, struct state *state, int from, int to);

/* Begin another round of the loop that starts at TO. */
void edge_go_round(struct walk *walk, struct state *state, int to);

#endif
