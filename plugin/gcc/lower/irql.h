/* irql.h - the IRQL, as a cell of memory that a driver looks at.
 *
 * An acquire that raises saves the IRQL at which it is called.  Drivers read it before,
 * to choose between two kinds of acquire, and by what was saved they choose between two
 * kinds of release:
 *
 *     v = KeGetCurrentIrql()     v = *the IRQL
 *     if (v < DISPATCH_LEVEL)    if (v < DISPATCH_LEVEL)
 *       q = acquire l              before = *the IRQL; q = acquire l; assume q == before;
 *                                  clobber the IRQL
 *
 * So facts about the first hold for the second.  In a unit that never reads the IRQL,
 * programs have no such cell.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IRQL_H
#define IRQL_H

#include "lower/function.h"

/* A value that is the IRQL here; -1 in a unit that never reads it. */
int irql_before (function_lowering &l);

/* A call has changed the IRQL.  BEFORE is what irql_before () gave before it, and SAVED
 * the value that the call saved; or -1. */
void change_irql (function_lowering &l, int before, int saved, lockprog_place place);

/* A call that reads the IRQL, or sets it.  True if no call operation is needed. */
bool lower_irql_call (function_lowering &l, gcall *call);

#endif
