/* tail.h - blocks that only return, and where a return is written.
 *
 * `return x;' leaves a copy of x, or a PHI argument with its place.  `return;' leaves
 * statements that do nothing (a prediction, the end of a variable's life) with its place;
 * running off the end leaves the same without a place.  A jump has the place of its
 * `return', but also of a `break'.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TAIL_H
#define TAIL_H

/* True if a path along E is followed: no exception, and no abnormal edge but of a
 * computed goto. */
bool is_followed (edge e);

/* The one edge out of BB, if that is followed; or NULL. */
edge only_followed_edge (basic_block bb);

/* True if BB does nothing but return, or go where nothing else is done. */
bool is_tail (basic_block bb, int depth = 0);

/* True if STMT, which is no return, does nothing. */
bool does_nothing (gimple *stmt);

/* True if LOC is a place in the source. */
bool is_located (location_t loc);

/* The place of a return without a value that leaves by E; UNKNOWN_LOCATION for the
 * function's end. */
location_t place_of_leaving (edge e);

/* The place of the last statement in BB that computes what is returned, or
 * UNKNOWN_LOCATION. */
location_t place_of_result (basic_block bb);

#endif
