/* violation.h - a violation that was found, on its way to the report.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_VIOLATION_H
#define SPINRULE_VIOLATION_H

#include "locks.h"

struct violation_report;

/* Report VIOLATION, and fill in its thread.  While this thread makes another report
 * (its hook, or an interrupt, breaks the rule), only count it. */
void violation_found(struct violation_report *violation);

/* The same, put together from its parts.  ACQUIRED, or NULL, is a slot of thread
 * ACQUIRED_BY or its copy; IRQL is the one that was restored, or -1. */
COLD void violation_on(enum spinrule_violation violation, const void *lock,
		       enum spinrule_group group, struct spinrule_site *site,
		       const struct held *acquired, unsigned long long acquired_by, int irql);

/* What the rule says of EVENT in STATE. */
enum spinrule_violation violation_of(enum spinrule_state state, enum spinrule_event event);

/* The number of violations that were only counted. */
unsigned violation_unreported(void);

#endif
