/* lock-call.h - calls of DDIs as lock operations.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCK_CALL_H
#define LOCK_CALL_H

#include "lower/function.h"

/* The address of OBJECT's lock of KIND, a number of storport.h. */
int lock_of_kind (function_lowering &l, int object, int kind);

/* CALL is one of DDI.  False if it does not come back. */
bool lower_ddi (function_lowering &l, gcall *call, const spinrule_ddi *ddi);

#endif
