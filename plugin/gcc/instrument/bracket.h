/* bracket.h - calls of lock functions that stay, between two events for the runtime.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BRACKET_H
#define BRACKET_H

#include "runtime/rule.h"

/* Forget what belongs to the unit before. */
void bracket_start_unit ();

/* The row of the lock function that CALL calls, if the runtime has no wrapper for it;
 * else NULL. */
const spinrule_ddi *bracket_ddi (gcall *call);

/* Put the events around the call at GSI, one that bracket_ddi knows; GSI stays there.
 * *IS_ON_EDGE becomes true if the caller is to call gsi_commit_edge_inserts. */
void bracket_call (gimple_stmt_iterator *gsi, const spinrule_ddi *ddi, bool *is_on_edge);

#endif
