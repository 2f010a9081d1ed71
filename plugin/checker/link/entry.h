/* entry.h - the lock that a callback is entered with, where another file knows it.
 *
 * A file that registers a callback of such a role has a function without a body that
 * states the lock in terms of the callback's parameters:
 *
 *     function 'role PORT_HANDLER' external
 *     b0: lock = _Curr_ + 8; requires held lock; returns held lock; return
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_ENTRY_H
#define LINK_ENTRY_H

#include "lockprog/lockprog.h"

/* Let FUNCTION state at its entry and before its returns what ENTRY does.  Both have
 * their bodies, with the numbers of the driver. */
void entry_state(struct lockprog_function *function, const struct lockprog_function *entry);

#endif
