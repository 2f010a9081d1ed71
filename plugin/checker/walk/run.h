/* run.h - walks the feasible paths of one function; equal states are walked once.
 *
 * A state at the start of a block is walked once.  Before that, the walk forgets what no
 * later branch, lock or result depends on, so that paths without relevant differences
 * become one.  States beyond the limit of the effort are joined: the facts in which they
 * differ are given up, and a claim that such a state leads to is made only if the replay
 * of its path, alone with all its facts, reaches it too.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RUN_H
#define RUN_H

#include "walk/walk.h"

/* Walk the function with EFFORT.  Claims, exits and reasons are left in WALK; what an
 * earlier walk left there is forgotten. */
void walk_function(struct walk *walk, struct effort effort);

/* Move what an earlier walk left in WALK to KEPT: another walk does not change it. */
void walk_set_aside(struct walk *walk, struct walk *kept);

/* Move KEPT back to WALK, instead of what is there. */
void walk_take_back(struct walk *walk, struct walk *kept);

/* Free KEPT, which is not needed. */
void walk_drop(struct walk *kept);

/* Free the data of the walk; not its flow and pieces. */
void walk_free(struct walk *walk);

#endif
