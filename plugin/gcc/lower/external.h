/* external.h - lock programs of functions without a body, and of pointers, from their
 * annotations.
 *
 *     _When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN try_take(EXT *ext);
 *
 *     b0: lock = ext + 8; enters free lock; r = ?; t = r != 0; if t -> b1 b2
 *     b1: returns held lock -> b3
 *     b2: returns free lock -> b3
 *     b3: return r
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EXTERNAL_H
#define EXTERNAL_H

#include "lockprog/lockprog.h"

/* The declaration whose annotations describe what CALL does to spin locks: of a function
 * without a body, or of a pointer; or NULL.  *NAME is its name in the unit. */
tree annotated_callee (gcall *call, const char **name);

/* Add to UNIT and DECLS the annotated ones of the functions CALLED, none of which has a
 * body, and the pointers that annotated_callee gave. */
void lower_externals (lockprog_unit *unit, const std::vector<tree> &called,
		      std::vector<tree> *decls);

#endif
