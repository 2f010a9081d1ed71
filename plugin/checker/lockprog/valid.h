/* valid.h - whether a function that was read is a lock program.
 *
 * The checker relies on what is checked here: each value is defined before it is used,
 * and not by itself.  A value that is defined on some of the ways to its use is unknown
 * on the others.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef VALID_H
#define VALID_H

#include "lockprog/lockprog.h"

/* True if FUNCTION is valid.  Else WHAT, of SIZE, says what is wrong, and *WHERE is the
 * place of the operation or exit at fault. */
bool valid_function(const struct lockprog_function *function, struct lockprog_place *where,
		    char *what, int size);

#endif
