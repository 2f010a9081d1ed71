/* ddi.h - which calls are calls of spin-lock DDIs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DDI_H
#define DDI_H

#include "runtime/rule.h"

/* The row of the DDI that the call STMT calls directly, or NULL.  Looks through
 * asm names, inline definitions (KeInitializeSpinLock) and C++ linkage. */
const struct spinrule_ddi *ddi_of_call (gimple *stmt);

/* The same where STMT calls the function DECL, maybe through a pointer. */
const struct spinrule_ddi *ddi_of_call_of (gimple *stmt, tree decl);

/* The row of the DDI that DECL declares, or NULL. */
const struct spinrule_ddi *ddi_of_decl (tree decl);

#endif
