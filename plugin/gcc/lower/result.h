/* result.h - what a call gives, and where it goes.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RESULT_H
#define RESULT_H

#include "lower/function.h"

/* The value of CALL's result, or -1 if it is ignored or no word.  The operation that is
 * the call defines it. */
int call_result (function_lowering &l, gcall *call);

/* VALUE, the result of CALL, is stored where CALL stores it, if it does. */
void store_call_result (function_lowering &l, gcall *call, int value);

/* Both, for a call without an operation: its result is unknown. */
void define_call_result (function_lowering &l, gcall *call);

/* Its result is NUMBER. */
void define_call_result_as (function_lowering &l, gcall *call, long long number);

/* The struct that CALL, of a function with a program, returns goes where it goes.  False
 * if it returns none. */
bool take_struct (function_lowering &l, gcall *call);

/* The same for a function whose program another file may have: without it, what is
 * returned is unknown. */
bool take_struct_elsewhere (function_lowering &l, gcall *call);

#endif
