/* irql.h - the IRQL, as a cell of memory that a driver looks at.
 *
 * An acquire that raises saves the IRQL at which it is called.  Drivers read it before, to choose
 * between two kinds of acquire, and by what was saved they choose between two kinds of release:
 *
 *     v = KeGetCurrentIrql()         v = *the IRQL
 *     if (v < DISPATCH_LEVEL)        if (v < DISPATCH_LEVEL)
 *       q = acquire l                  before = *the IRQL; q = acquire l; assume q == before;
 *                                      clobber the IRQL
 *
 * So what is known of the one is known of the other.  In a unit that never reads it, programs have no
 * such cell.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IRQL_H
#define IRQL_H

#include "lower/function.h"

/* The IRQL at which what comes next is called; -1 in a unit that never reads it. */
int irql_before (function_lowering &l);

/* What was called has changed the IRQL.  It was called at BEFORE, of irql_before (), and has SAVED that:
 * a value; or -1. */
void change_irql (function_lowering &l, int before, int saved, lockprog_place place);

/* A call that reads the IRQL, or sets it.  True if that is all there is to it. */
bool lower_irql_call (function_lowering &l, gcall *call);

#endif
