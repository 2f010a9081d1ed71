/* origin.h - the calls that led to acquires, kept until they are reported.
 *
 * With the option origins: the stack is walked at each acquire.  A table of fixed size,
 * of chains of calls that differ.  Nothing here waits or allocates; any IRQL up to
 * DISPATCH_LEVEL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_ORIGIN_H
#define SPINRULE_ORIGIN_H

#include "callers.h"

/* A number of the calls that led here, below ORIGIN_MAX; 0 if there is no room. */
enum { ORIGIN_MAX = 2048 };
unsigned origin_here(void);

/* The calls of ORIGIN; none if that is 0, or if their code is gone. */
void origin_calls(unsigned origin, struct callers *callers);

/* Other code may lie where some was. */
void origin_forget_code(void);

#endif
