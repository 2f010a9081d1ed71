/* touches.h - what calls of a function do to memory and locks, whatever path they take.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TOUCHES_H
#define TOUCHES_H

#include "call/summary.h"

/* True if FUNCTION always returns, whatever its parameters and memory hold, as far as the
 * checker can show: no path ends without a return, and no loop goes on as long as
 * something holds that no round of the loop changes. */
bool touches_is_total(const struct lockprog_function *function, const struct summary *summaries);

/* True if a path of a callee of FUNCTION acquires a lock twice. */
bool touches_breaks_off(const struct lockprog_function *function,
			const struct summary *summaries);

/* Add the classes of the locks that FUNCTION uses itself to CLASSES. */
void touches_reached(const struct lockprog_function *function, struct class_set *classes);

/* Fill in SUMMARY with what calls of function number F do to memory, and to locks as far
 * as its outcomes do not tell. */
void touches_find(const struct lockprog_unit *unit, int f, const struct summary *summaries,
		  struct summary *summary);

#endif
