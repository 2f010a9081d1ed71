/* paths.h - the acyclic paths of one function, by number, and which of them break the rule; for reference.c.
 *
 * Paths are numbered from 0 in the order of their edges.  All that begin alike have numbers in a
 * row, so a path on the way is known by the lowest number that it may get.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PATHS_H
#define PATHS_H

#include <stdbool.h>

#include "lockprog/lockprog.h"

#define NO_PATH (-1)	/* it went along a back edge, or can go on along such ones only */

/* Begin with F.  False if it has more paths than are looked at. */
bool paths_begin(const struct lockprog_function *f);

/* PATH goes on from BLOCK along edge SUCC: its number then. */
int paths_step(int path, int block, int succ);

/* PATH broke the rule, for sure or maybe; it ends in BLOCK, whatever comes after that. */
void paths_break(int path, int block, bool for_sure);

/* How many paths break the rule: those that do for sure, and with those that may.  Returns how many there are. */
int paths_numbers(int *low, int *high);

#endif
