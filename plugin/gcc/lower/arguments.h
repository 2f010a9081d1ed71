/* arguments.h - memory that a call is handed the addresses of.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "lower/function.h"

/* The callee of CALL may have written what its arguments point to; not the arguments
 * BUT. */
void clobber_arguments (function_lowering &l, gcall *call, const std::vector<int> &but);

/* Structs that CALL hands by value to a function with a program: they are in its
 * parameters before the call. */
void pass_structs (function_lowering &l, gcall *call);

/* The same for a function whose program another file may have. */
void pass_structs_elsewhere (function_lowering &l, gcall *call);

#endif
