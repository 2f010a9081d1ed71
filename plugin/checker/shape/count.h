/* count.h - how many acyclic paths a function has, and how many of them break the rule.
 *
 * A path goes from the entry to a block without successors, along no back edge; whether
 * it is feasible is not asked.  It breaks the rule when a walk that follows it breaks the
 * rule on it: the walk gets to the path's end, or to where nothing comes back from.
 * Numbers are decimal: they exceed any integer type.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COUNT_H
#define COUNT_H

#include "shape/flow.h"

/* The number of paths; malloc'ed. */
char *count_paths(const struct flow *flow);

/* What a walk went through: states at the starts of blocks, known by their numbers, and
 * what led from each to which.  The entry's is number 0. */
struct count *count_new(void);
void count_free(struct count *count);

/* The walk begins again: there are no states yet. */
void count_restart(struct count *count);

/* A new state at the start of BLOCK; its number. */
int count_add_state(struct count *count, int block);

/* State FROM's block was left along edge SUCC for state TO.  BREAKS: the rule was broken
 * on the way. */
void count_add_edge(struct count *count, int from, int succ, int to, bool breaks);

/* In state FROM's block the path came to its end, or to a point that it does not come
 * back from. */
void count_add_end(struct count *count, int from, bool breaks);

/* The number of paths that break the rule; malloc'ed.  NULL: it would take too long to
 * tell.  Call once. */
char *count_breaking(struct count *count, const struct flow *flow);

#endif
