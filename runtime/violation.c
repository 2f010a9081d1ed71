/* violation.c - a violation that was found, on its way to the report.
 *
 * SPDX-License-Identifier: MIT
 */

#include "violation.h"

#include "locks-fast.h"
#include "port.h"
#include "report.h"
#include "set.h"

static unsigned unreported;

unsigned violation_unreported(void)
{
	return __atomic_load_n(&unreported, __ATOMIC_RELAXED);
}

COLD void violation_found(struct violation_report *violation)
{
	static int is_stray_reporting;
	struct held_set *mine = set_of_this_thread();
	int is_new = 0;

	/* A thread without a set borrows one, so that its reports are not nested
	 * either. */
	if (!mine)
		mine = port_claim_set(&is_new);
	if (mine ? mine->is_reporting
		 : __atomic_exchange_n(&is_stray_reporting, 1, __ATOMIC_ACQ_REL)) {
		__atomic_fetch_add(&unreported, 1, __ATOMIC_RELAXED);
		return;
	}
	if (mine)
		mine->is_reporting = 1, locks_settle(mine);
	violation->thread = mine ? mine->thread : port_thread_number();
	violation->set = mine;
	report_violation(violation);
	if (mine)
		mine->is_reporting = 0;
	else
		__atomic_store_n(&is_stray_reporting, 0, __ATOMIC_RELEASE);
	if (is_new)
		port_drop_set(mine);
}

COLD void violation_on(enum spinrule_violation violation, const void *lock,
		       enum spinrule_group group, struct spinrule_site *site,
		       const struct held *acquired, unsigned long long acquired_by, int irql)
{
	struct violation_report report = {
		.violation = violation,
		.group = group,
		.lock = lock,
		.site = site,
		.acquired = acquired,
		.acquired_by = acquired_by,
		.irql = irql,
	};

	spinrule_assert(violation != SPINRULE_NONE);
	violation_found(&report);
}

enum spinrule_violation violation_of(enum spinrule_state state, enum spinrule_event event)
{
	return spinrule_step(&state, event);
}
