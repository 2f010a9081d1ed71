/* ladder.h - how much effort a function is walked with: the table of rungs, and which is
 * tried next.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LADDER_H
#define LADDER_H

#include "check/check.h"
#include "walk/walk.h"

/* Walk WALK's function, of which only its locks count, at the least effort.  True if all
 * is well even so: then it is decided, and the exits are left in WALK.  False says
 * nothing. */
bool ladder_first_look(struct walk *walk, const struct check_options *options);

/* Walk WALK's function with as much effort as it takes and OPTIONS allow.  IS_ACYCLIC:
 * only its acyclic paths. */
void ladder_climb(struct walk *walk, const struct check_options *options, bool is_acyclic);

#endif
