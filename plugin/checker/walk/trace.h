/* trace.h - each step of a walk, as text: it shows why a verdict is as it is.
 *
 * Every function prints to WALK's trace and does nothing if that is NULL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TRACE_H
#define TRACE_H

#include "walk/walk.h"

/* A walk of the function begins, with WALK's effort. */
void trace_walk(const struct walk *walk);

/* STATE is walked from operation I of BLOCK on. */
void trace_state(const struct walk *walk, const struct state *state, int block, int i);

/* STATE does not take edge SUCC of BLOCK: a fact contradicts. */
void trace_infeasible(const struct walk *walk, int block, int succ);

/* The path ends in BLOCK by ENDING. */
void trace_end(const struct walk *walk, int block, enum ending ending);

/* EVENT would break the rule by VIOLATION on a path that is infeasible. */
void trace_infeasible_claim(const struct walk *walk, enum spinrule_violation violation,
			    const struct lock_event *event);

/* EVENT breaks the rule by VIOLATION: it is claimed, or not claimed because of REASON. */
void trace_claim(const struct walk *walk, enum spinrule_violation violation,
		 const struct lock_event *event, enum reason reason);

#endif
