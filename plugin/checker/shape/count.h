/* count.h - how many acyclic paths a function has, and how many of them break the rule.
 *
 * A path goes from the entry to a block without successors, along no back edge; it need
 * not be feasible.  It breaks the rule if a walk along it breaks the rule and reaches the
 * path's end, or a call or operation that never returns.  Numbers are decimal: they
 * exceed any integer type.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COUNT_H
#define COUNT_H

#include "shape/flow.h"

/* The number of paths; malloc'ed. */
char *count_paths(const struct flow *flow);

/* The states that a walk reached at the starts of blocks, by number, and the edges
 * between them.  The entry state is number 0. */
struct count *count_new(void);
void count_free(struct count *count);

/* Forget all states: the walk starts again. */
void count_restart(struct count *count);

/* Add a state at the start of BLOCK; returns its number. */
int count_add_state(struct count *count, int block);

/* From state FROM the walk left the block along edge SUCC and reached state TO.  BREAKS:
 * the path broke the rule on the way. */
void count_add_edge(struct count *count, int from, int succ, int to, bool breaks);

/* In the block of state FROM the path ended, or reached an operation that never returns.
 * BREAKS: it broke the rule. */
void count_add_end(struct count *count, int from, bool breaks);

/* The number of paths that break the rule; malloc'ed.  NULL if counting would take too
 * long.  Call once. */
char *count_breaking(struct count *count, const struct flow *flow);

#endif
