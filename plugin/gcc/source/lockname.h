/* lockname.h - GIMPLE expressions as the programmer wrote them, and DDIs in calls.
 *
 * Strings returned live as long as the process.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKNAME_H
#define LOCKNAME_H

#include "runtime/rule.h"

/* The row of the DDI that the call STMT calls directly, or NULL.  Looks through
 * asm names, inline definitions (KeInitializeSpinLock) and C++ linkage. */
const struct spinrule_ddi *ddi_of_call (gimple *stmt);

/* The row of the DDI that DECL declares, or NULL. */
const struct spinrule_ddi *ddi_of_decl (tree decl);

/* The DDI as the programmer wrote it in STMT: the macro's name where a macro made the call. */
const char *ddi_written (gimple *stmt, const struct spinrule_ddi *ddi);

/* The lock argument of a DDI call as written, without a leading &: "ext->Queue.Lock";
 * "the cancel spin lock" for that; never NULL. */
const char *lock_text (gimple *stmt, const struct spinrule_ddi *ddi);

/* Any expression as written ("ext->n", "irp"), or NULL if it is no name of the programmer's. */
const char *expr_text (tree expr);

/* The class of the memory that the address ADDR points to: "STRUCT.field" or a variable's
 * name; NULL if it is not known. */
const char *class_text (tree addr);

/* The driver's place of STMT: the point of use of macros, never inside a system header. */
location_t place_of (gimple *stmt);

#endif
