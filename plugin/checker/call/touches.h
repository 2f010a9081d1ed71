/* touches.h - what calls of a function do to memory, whatever path they take.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TOUCHES_H
#define TOUCHES_H

#include "call/summary.h"

/* True if FUNCTION comes back whatever its parameters and memory hold, as far as that
 * shows: no way through it ends without a return, and none of its loops goes on as long
 * as something is so that no round of it changes. */
bool touches_is_total(const struct lockprog_function *function, const struct summary *summaries);

/* Fill in what calls of function F, whose SUMMARY it is, do to memory. */
void touches_find(const struct lockprog_unit *unit, int f, const struct summary *summaries,
		  struct summary *summary);

#endif
