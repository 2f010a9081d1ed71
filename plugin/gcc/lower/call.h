/* call.h - calls.
 *
 * A call of a DDI is a lock operation, a builtin mostly a value, and each other call a
 * call operation, after which the cells whose addresses it was handed are unknown.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CALL_H
#define CALL_H

#include "lower/function.h"

/* False if CALL does not come back. */
bool lower_call (function_lowering &l, gcall *call);

/* True if FNDECL is no function of the driver: a builtin, one of a system header, or one
 * that is imported from another module. */
bool is_of_system (tree fndecl);

/* What was added to L's block after its first N operations holds unless the linker sees
 * a program of CALLEE. */
void mark_unless_seen (function_lowering &l, int n, const char *callee);

/* The function that calls of FNDECL run, if the unit has a program of it; else NULL. */
tree program_of (tree fndecl);

/* True if CALL calls a cancel routine through a pointer of that role: it releases the
 * cancel spin lock. */
bool calls_cancel_routine (gcall *call);

#endif
