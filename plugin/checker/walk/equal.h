/* equal.h - pointers that a path has shown to be equal are one object there.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EQUAL_H
#define EQUAL_H

#include <stdbool.h>

struct state;
struct walk;

/* STATE's facts, as far as they were learned since FACTS.LEARNED was cleared, may show
 * that two pointers are equal: one of them gets the name of the other, also in the N
 * NODES, of which each may be -1.  False if that contradicts STATE. */
bool equal_unite(struct walk *walk, struct state *state, int *nodes, int n);

#endif
