/* undo.h - releasing a lock for a driver that has not released it, or not in the right
 * way.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_UNDO_H
#define SPINRULE_UNDO_H

#include "locks.h"

/* The IRQL that the acquire by HANDLE, a KLOCK_QUEUE_HANDLE, saved there. */
uint8_t undo_irql_in(const void *handle);

/* Release the lock of HELD, a copy, by the DDI that fits its acquire.  Called at the
 * IRQL at which it is held. */
void undo_acquire(const struct held *held);

#endif
