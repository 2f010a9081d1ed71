/* level.h - levels of locks, and their order, in a lock program.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LEVEL_H
#define LEVEL_H

#include "lockprog/lockprog.h"

/* The level of the lock, or the handle of a lock, that the reference REF is, if the order
 * of locks is checked; or NULL. */
const char *level_of (tree ref);

/* The same for ARG, which is its value or points to it. */
const char *level_of_argument (tree arg);

/* Add the order of the levels to UNIT, if it is checked. */
void lower_levels (lockprog_unit *unit);

#endif
