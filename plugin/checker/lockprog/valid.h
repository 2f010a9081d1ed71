/* valid.h - whether a function that was read is a valid lock program.
 *
 * The checker relies on these properties: each value is defined before it is used, and
 * not in terms of itself.  A value that is defined on some paths to its use is unknown on
 * the others.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef VALID_H
#define VALID_H

#include "lockprog/lockprog.h"

/* True if FUNCTION is valid.  Else writes the error to WHAT, of SIZE, and sets *WHERE to
 * the place of the operation or exit at fault. */
bool valid_function(const struct lockprog_function *function, struct lockprog_place *where,
		    char *what, int size);

#endif
