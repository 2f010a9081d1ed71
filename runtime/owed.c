/* owed.c - IRQLs that a release has left raised, and that somebody has to give back.
 *
 * SPDX-License-Identifier: MIT
 */

#include "owed.h"

#include "locks-fast.h"
#include "origin.h"
#include "port.h"
#include "report.h"
#include "set.h"
#include "undo.h"
#include "violation.h"

int owed_stays_raised(enum spinrule_group held_by, enum spinrule_group group)
{
	return (held_by == SPINRULE_GROUP_RAISING && group == SPINRULE_GROUP_DPC) ||
	       (held_by == SPINRULE_GROUP_QUEUED && group == SPINRULE_GROUP_QUEUED_DPC);
}

/* The IRQL that the acquire of HELD saved. */
static uint8_t saved_by(const struct held *held)
{
	if (locks_group(held) != SPINRULE_GROUP_QUEUED)
		return locks_irql(held);
	if (port_level() >= 0)
		return undo_irql_in(held->handle);
	return locks_flags(held) & HELD_ON_TOP ? PORT_DISPATCH_LEVEL : PORT_PASSIVE_LEVEL;
}

/* The number of callbacks in which HELD of SET was acquired. */
static unsigned depth_of(const struct held_set *set, const struct held *held)
{
	unsigned depth = set->depth;

	while (depth && !locks_is_since(set, held, set->marks[depth]))
		depth--;
	return depth;
}

/* In a kernel without IRQLs an acquire saves what the runtime says: none may take the
 * fast path while an IRQL is owed, nor may a release of a lock that is held now. */
static void go_slowly(struct held_set *set)
{
	struct held *held;

	if (!port_is_kernel || port_level() >= 0)
		return;
	set->slowly |= SET_OWES;
	set->is_plain = 0;
	for (held = set_youngest(set); held; held = set_below(set, held))
		set_change_kind(held, 0, KIND_OF_FLAGS(HELD_SLOWLY));
}

static void forget(struct held_set *set)
{
	set->owed.release = NULL;
	set->slowly &= SET_OF_LOCK;
}

static uint8_t irql_of(const struct owed *owed)
{
	return (uint8_t)(owed->kind >> 2);
}

void owed_by_release(struct held_set *set, const struct held *held, struct spinrule_site *site)
{
	const uint8_t irql = saved_by(held);

	if (irql >= PORT_DISPATCH_LEVEL || (port_is_kernel && !set->depth))
		return;
	/* Where IRQLs are real, a lower one shows that the older debt is paid. */
	if (set->owed.release && port_level() < 0)
		return;
	set->owed = (struct owed){
		.lock = locks_load(held->lock),
		.acquire = held->site,
		.release = site,
		.kind = KIND(locks_group(held),
			     HELD_KNOWS_IRQL | (locks_flags(held) & HELD_WATCHED)) +
			KIND_IRQL(irql),
		.counted = held->counted,
		.depth = (int)depth_of(set, held),
		.origin = origin_here(),
	};
	set->slowly |= SET_HAS_OWED;
	go_slowly(set);
}

int owed_is_right(struct held_set *set, const struct held *copy, enum spinrule_group group,
		  uint8_t irql)
{
	const enum spinrule_group held_by = locks_group(copy);
	int is_paid;

	if (!set->owed.release || group != SPINRULE_GROUP_RAISING ||
	    (held_by != SPINRULE_GROUP_RAISING && held_by != SPINRULE_GROUP_DPC))
		return 0;
	/* It stays raised. */
	if (irql == PORT_DISPATCH_LEVEL)
		return 1;
	is_paid = irql == irql_of(&set->owed);
	/* Else a mistake of its own, which is reported for both. */
	if (is_paid || held_by == SPINRULE_GROUP_DPC || irql != locks_irql(copy))
		forget(set);
	return is_paid;
}

void owed_lowering(struct held_set *set, uint8_t irql)
{
	if (set->owed.release && irql == irql_of(&set->owed))
		forget(set);
}

static COLD void report_owed(struct held_set *set, struct spinrule_site *site)
{
	const struct owed owed = set->owed;
	const struct held acquired = {
		.lock = owed.lock,
		.site = owed.acquire,
		.mark = owed.kind,
		.counted = owed.counted,
	};
	struct callers callers;
	struct violation_report report = {
		.violation = SPINRULE_MISMATCHED_RELEASE,
		.group = KIND_GROUP(owed.kind) == SPINRULE_GROUP_QUEUED
				 ? SPINRULE_GROUP_QUEUED_DPC
				 : SPINRULE_GROUP_DPC,
		.lock = owed.lock,
		.site = owed.release,
		.acquired = &acquired,
		.acquired_by = set->thread,
		.irql = -1,
		.is_late = 1,
		.due = site,
		.callers = &callers,
	};
	const int level = port_level();

	forget(set);
	if (set->is_unsure || (level >= 0 && level <= irql_of(&owed)))
		return;
	origin_calls(owed.origin, &callers);
	violation_found(&report);
	port_lower_irql(irql_of(&owed));
}

void owed_is_due(struct held_set *set, int depth, struct spinrule_site *site)
{
	if (set->owed.release && set->owed.depth > depth)
		report_owed(set, site);
}
