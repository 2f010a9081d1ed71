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

/* Variables whose addresses are arguments of CALL, whose callee has a program.  A
 * variable has two names: its own here, and in the callee the one that all memory of its
 * type has which only a pointer leads to.  Before the call (IN) the second gets what the
 * first holds, after it the other way round. */
void pass_variables (function_lowering &l, gcall *call, bool in);

/* The same for IRQLs that an annotated callee is handed, or hands out, through the
 * pointers ARGS. */
void pass_irqls (function_lowering &l, gcall *call, const std::vector<int> &args, bool in);

#endif
