/* flow.h - control flow.
 *
 * Blocks and edges are those of the control flow graph, without exceptions and other
 * abnormal edges: a path that leaves by one is not followed.
 *
 * GCC merges all returns of a function into one block.  The block that only returns is
 * made again for each edge into it, so that each `return' of the source has its own
 * place:
 *
 *     b2 -\                              b2 -> b5: return -1  at a.c:30
 *          b4: x = phi -1, 0; return x   b3 -> b6: return 0   at a.c:34
 *     b3 -/
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FLOW_H
#define FLOW_H

#include "lower/function.h"

/* The whole function L.FUN, which is cfun. */
void lower_function (function_lowering &l);

#endif
