/* guard.h - writes to fields and variables that a lock guards.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOWER_GUARD_H
#define LOWER_GUARD_H

#include "lower/function.h"

/* True if such writes are to be reported, and the unit has annotations for it. */
bool guards_matter ();

/* Before STMT: which locks guard what it writes.  It writes what it assigns to, and what
 * a function with a body, as InsertTailList, writes through a pointer on every path. */
void lower_guards (function_lowering &l, gimple *stmt);

#endif
