/* lockname.h - GIMPLE expressions as the programmer wrote them.
 *
 * Strings returned live as long as the process.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKNAME_H
#define LOCKNAME_H

#include "runtime/rule.h"

/* The DDI as the programmer wrote it in STMT: the macro's name where a macro made the
 * call. */
const char *ddi_written (gimple *stmt, const struct spinrule_ddi *ddi);

/* The lock argument of a DDI call as written, without a leading &: "ext->Queue.Lock";
 * "the cancel spin lock" for that; never NULL. */
const char *lock_text (gimple *stmt, const struct spinrule_ddi *ddi);

/* Any expression as written ("ext->n", "irp"), or NULL if it is no name of the
 * programmer's. */
const char *expr_text (tree expr);

#endif
