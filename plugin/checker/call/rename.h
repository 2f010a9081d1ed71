/* rename.h - a lock in the words of the caller.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RENAME_H
#define RENAME_H

#include "lockprog/lockprog.h"

/* TEXT, a lock as CALLEE writes it, as CALLER would write it at its call OP:
 *
 *     in the callee     the argument     in the caller
 *     ext->lock         dev->ext         dev->ext->lock
 *     ext->lock         &dev->ext        dev->ext.lock
 *     lock              &ext->lock       ext->lock
 *     *lock             &ext->lock       ext->lock
 *
 * Returns TEXT where it does not start with a parameter, or where the argument has no
 * words.  TEXT may be NULL. */
const char *rename_lock(const char *text, const struct lockprog_function *callee,
			const struct lockprog_function *caller, const struct lockprog_op *op);

#endif
