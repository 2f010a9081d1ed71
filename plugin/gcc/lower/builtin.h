/* builtin.h - calls that are values: builtins, and functions whose results follow from
 * their arguments.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BUILTIN_H
#define BUILTIN_H

#include "lower/function.h"

/* The struct or union of SIZE bytes that POINTER points to, or NULL if it is none or of
 * another size. */
tree object_of_size (tree pointer, tree size);

/* A builtin that is no call.  False if CALL is another function. */
bool lower_builtin (function_lowering &l, gcall *call);

/* A call of a function whose result depends on its arguments, or its thread, alone.
 * False if CALL is another one. */
bool lower_const_call (function_lowering &l, gcall *call);

#endif
