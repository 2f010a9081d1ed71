/* watch.c - the checks that are off by default, and statistics.
 *
 * SPDX-License-Identifier: MIT
 */

#include "watch.h"

#include "history.h"
#include "options.h"
#include "order.h"
#include "report.h"

enum {
	LOCKS = 2048,	/* that statistics are kept of; a power of two */
	PROBES = 64
};

static struct lock_stats table[LOCKS];

static unsigned hold_time, has_order, has_complete, has_stats;

void watch_start(void)
{
	const struct options *options = options_now();

	hold_time = options->hold_time;
	has_order = options->lock_order;
	has_complete = options->complete_while_held;
	has_stats = options->stats;
	if (hold_time || has_order || has_complete || has_stats)
		locks_watch();
}

/* ---- statistics ---- */

/* The statistics of LOCK; NULL if there is no room. */
static struct lock_stats *stats_of(const void *lock)
{
	static int is_told;
	uint32_t first = (uint32_t)((uint32_t)((uintptr_t)lock >> 3) * 2654435769u) >> 21;

	for (unsigned i = 0; i < PROBES; i++) {
		struct lock_stats *stats = &table[(first + i) % LOCKS];
		const void *there = NULL;

		if (__atomic_compare_exchange_n(&stats->lock, &there, lock, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) || there == lock)
			return stats;
	}
	if (!__atomic_exchange_n(&is_told, 1, __ATOMIC_ACQ_REL))
		report_note("", "statistics are incomplete: there are more locks than the runtime has room for");
	return NULL;
}

void watch_stats(void (*tell)(const struct lock_stats *stats))
{
	for (unsigned i = 0; i < LOCKS; i++)
		if (table[i].lock && table[i].acquisitions)
			tell(&table[i]);
}

/* ---- events ---- */

static void check_order(struct held_set *set, const void *lock, enum spinrule_group group, struct spinrule_site *site)
{
	struct order_conflict conflict;
	const struct held *held;
	struct violation_report report = {
		.violation = SPINRULE_LOCK_ORDER,
		.group = group,
		.lock = lock,
		.site = site,
		.acquired_by = set->thread,
		.irql = -1,
		.conflict = &conflict,
	};

	if (!order_acquiring(set, lock, site, &held, &conflict))
		return;
	report.acquired = held;
	locks_tell(&report);
}

void watch_acquiring(struct held_set *set, const void *lock, enum spinrule_group group, struct spinrule_site *site)
{
	struct lock_stats *stats = has_stats && group != SPINRULE_GROUP_ANY ? stats_of(lock) : NULL;

	if (stats && locks_load(stats->held))
		__atomic_fetch_add(&stats->contended, 1, __ATOMIC_RELAXED);
	if (has_order)
		check_order(set, lock, group, site);
}

void watch_acquired(struct held *held)
{
	struct lock_stats *stats;

	if (has_stats && (stats = stats_of(held->lock))) {
		__atomic_fetch_add(&stats->acquisitions, 1, __ATOMIC_RELAXED);
		locks_store(stats->held, 1u);
		if (!locks_load(stats->site))
			locks_store(stats->site, held->site);
	}
	if (hold_time || has_stats)
		held->since = port_microseconds();
}

void watch_released(const struct held *held, unsigned long long thread, struct spinrule_site *site)
{
	uint64_t now, took;
	struct lock_stats *stats;
	struct violation_report report = {
		.violation = SPINRULE_HOLD_TIME,
		.group = locks_group(held),
		.lock = held->lock,
		.site = site,
		.acquired = held,
		.acquired_by = thread,
		.irql = -1,
	};

	if (!held->since || locks_flags(held) & HELD_GHOST)
		return;
	now = port_microseconds();
	took = now > held->since ? now - held->since : 0;
	if (took > 0xffffffff)
		took = 0xffffffff;
	/* The lock is still held: nobody else writes here. */
	if (has_stats && (stats = stats_of(held->lock))) {
		locks_store(stats->held, 0u);
		if (took >= locks_load(stats->longest)) {
			locks_store(stats->longest, (unsigned)took);
			locks_store(stats->longest_site, (const struct spinrule_site *)held->site);
		}
	}
	if (!hold_time || took <= hold_time)
		return;
	report.microseconds = (unsigned)took;
	locks_tell(&report);
}

void watch_initializing(const void *lock)
{
	if (has_order)
		order_forget(lock);
}

void watch_completing(struct held_set *set, struct spinrule_site *site)
{
	const struct held *held[HELD_MAX];
	struct violation_report report = {
		.violation = SPINRULE_COMPLETE_WHILE_HELD,
		.site = site,
		.acquired_by = set->thread,
		.irql = -1,
	};
	unsigned count = history_held(set, held);

	if (!has_complete || !count)
		return;
	report.acquired = held[count - 1];
	report.group = locks_group(report.acquired);
	report.lock = report.acquired->lock;
	locks_tell(&report);
}
