/* lock-call.h - calls of DDIs as lock operations.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCK_CALL_H
#define LOCK_CALL_H

#include "lower/function.h"

/* The class of the locks that handles of TYPE, a pointer, stand for; -1: no handles. */
int class_of_handle (function_lowering &l, tree type);

/* The class of all locks of StorPort's adapters. */
int class_of_adapter_locks (function_lowering &l);

/* The address of OBJECT's lock of KIND, a number of storport.h. */
int lock_of_kind (function_lowering &l, int object, int kind);

/* The same for the lock of a message of OBJECT; NUMBER is the value that it has. */
int lock_of_message (function_lowering &l, int object, int number);

/* CALL is one of DDI.  False if it does not come back. */
bool lower_ddi (function_lowering &l, gcall *call, const spinrule_ddi *ddi);

#endif
