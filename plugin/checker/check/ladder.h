/* ladder.h - the effort of the walks of a function: the table of rungs, and which one is
 * next.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LADDER_H
#define LADDER_H

#include "check/check.h"
#include "walk/walk.h"

/* Walk WALK's function, of which only the effects on locks matter, with the least effort.
 * Returns true if there is no violation and nothing undecided: then the function is
 * decided, and WALK has its exits.  False means nothing. */
bool ladder_first_look(struct walk *walk, const struct check_options *options);

/* Walk WALK's function with as much effort as it needs and OPTIONS allow.  IS_ACYCLIC:
 * only its acyclic paths. */
void ladder_climb(struct walk *walk, const struct check_options *options, bool is_acyclic);

#endif
