/* irql.h - the IRQL, as a cell of memory that a driver looks at.
 *
 * An acquire that raises saves the IRQL at which it is called.  Drivers read it before,
 * to choose between two kinds of acquire, and by what was saved they choose between two
 * kinds of release:
 *
 *     v = KeGetCurrentIrql()     v = *the IRQL
 *     if (v < DISPATCH_LEVEL)    if (v < DISPATCH_LEVEL)
 *       q = acquire l              before = *the IRQL; q = acquire l; assume q == before;
 *                                  *the IRQL = DISPATCH_LEVEL
 *
 * So facts about the first hold for the second, and an IRQL that is read while the lock
 * is held is not taken for the one to give back.  In a unit that never reads the IRQL,
 * programs have no such cell.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IRQL_H
#define IRQL_H

#include "lower/function.h"

/* A value that is the IRQL here; -1 in a unit that never reads it. */
int irql_before (function_lowering &l);

/* A call of DDI has changed the IRQL.  BEFORE is what irql_before () gave before it,
 * SAVED the value that the call saved, and GIVEN the one that it was given; or -1. */
void change_irql (function_lowering &l, const spinrule_ddi *ddi, int before, int saved, int given,
		  lockprog_place place);

/* In a cancel routine: what Irp->CancelIrql is at the entry. */
void lower_cancel_irql (function_lowering &l);

/* A call that reads the IRQL, or sets it.  True if no call operation is needed. */
bool lower_irql_call (function_lowering &l, gcall *call);

#endif
