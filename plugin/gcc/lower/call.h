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

/* True if CALL calls a cancel routine through a pointer of that role: it releases the
 * cancel spin lock. */
bool calls_cancel_routine (gcall *call);

#endif
