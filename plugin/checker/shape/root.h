/* root.h - the value that another value is a copy of, or differs from by a constant
 * offset.
 *
 *     lock:p = ext + 8; copy:p = lock        the root of copy is ext, its offset 8
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ROOT_H
#define ROOT_H

#include "lockprog/lockprog.h"

/* Expressions to follow besides copies and casts. */
enum root_steps {
	ROOT_COPIES,
	ROOT_SUMS,		/* v + constant */
	ROOT_OFFSETS,		/* ... and v - constant */
	ROOT_TESTS		/* v == constant, and the other comparisons */
};

/* The value that V is one step from, or -1; adds the constant to *OFFSET.  OFFSET may be
 * NULL. */
int root_step(const struct lockprog_function *function, int v, enum root_steps steps,
	      long long *offset);

/* The value at the end of all steps from V; V may be -1.  Sets *OFFSET unless OFFSET is
 * NULL. */
int root_of(const struct lockprog_function *function, int v, enum root_steps steps,
	    long long *offset);

#endif
