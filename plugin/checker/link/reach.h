/* reach.h - which functions of a driver can matter to a lock, and which belong together.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_REACH_H
#define LINK_REACH_H

#include <stdbool.h>

struct reach_call { int caller, callee; };

/* Who may call whom.  Numbers from the number of functions on may stand for types of
 * pointers, through which functions call others. */
struct reach_calls {
	int n, max;
	struct reach_call *list;
};

/* Nothing is added if CALLEE is negative. */
void reach_add(struct reach_calls *calls, int caller, int callee);

/* IS_MARKED, of N numbers: mark also the callers of what is marked, their callers, and
 * all that is called from there. */
void reach_spread(const struct reach_calls *calls, int n, bool *is_marked);

/* Give PART, of N numbers, to each: numbers from 0 on, one for what CALLS connect.
 * Returns how many there are. */
int reach_parts(const struct reach_calls *calls, int n, int *part);

#endif
