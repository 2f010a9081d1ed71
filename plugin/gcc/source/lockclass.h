/* lockclass.h - which field of which struct type a lock is.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKCLASS_H
#define LOCKCLASS_H

#include "runtime/rule.h"

/* The lock argument of a call of DDI as a field, and where that is declared, since two
 * units may have structs of one name: "EXT.lock of ring.h:12".  "" if the lock is none.
 * The string lives as long as the process. */
const char *lock_class (gimple *stmt, const struct spinrule_ddi *ddi);

#endif
