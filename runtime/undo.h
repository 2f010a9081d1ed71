/* undo.h - releasing a lock for a driver that did not, or not as it should.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_UNDO_H
#define SPINRULE_UNDO_H

#include "locks.h"

/* Really release what HELD, a copy, says, as it was acquired.  At the IRQL at which it is held. */
void undo_acquire(const struct held *held);

#endif
