/* leave.h - a path leaves the function.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LEAVE_H
#define LEAVE_H

#include "walk/walk.h"

/* End STATE's path at a return (OP < 0) or at operation OP.  Takes STATE over. */
void walk_leave(struct walk *walk, struct state *state, int block, int op, enum ending ending);

#endif
