/* valid.h - whether a function that was read is a lock program.
 *
 * The checker relies on what is checked here: each value is defined on every way to its use, and not by itself.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef VALID_H
#define VALID_H

#include "lockprog/lockprog.h"

/* True if FUNCTION is valid.  Else WHAT, of SIZE, says what is wrong, and *WHERE is the place of the operation or
 * exit at fault. */
bool valid_function(const struct lockprog_function *function, struct lockprog_place *where, char *what, int size);

#endif
