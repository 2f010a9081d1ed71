/* watch.c - the checks that are off by default, and statistics.
 *
 * SPDX-License-Identifier: MIT
 */

#include "watch.h"

#include "callback.h"
#include "history.h"
#include "locks-fast.h"
#include "options.h"
#include "order.h"
#include "origin.h"
#include "report.h"
#include "ticks.h"
#include "unseen.h"
#include "violation.h"

enum {
	LOCKS = 4096,	/* with statistics; a power of two */
	PROBES = 16
};

/* The statistics of a lock.  Only the lock's owner writes them. */
static struct counts {
	const void *lock;	/* NULL: none */
	const struct spinrule_site *site;	/* of the first acquire */
	unsigned acquisitions, contended, held;
	uint64_t longest;	/* ticks */
	const struct spinrule_site *longest_site;
} table[LOCKS];

/* What held.counted has: the place in TABLE plus 1, and the origin. */
enum { COUNTED_ORIGIN = 1 << 16, COUNTED_PLACE = COUNTED_ORIGIN - 1 };

_Static_assert((int)LOCKS < (int)COUNTED_PLACE, "held.counted has room for a place");

static unsigned hold_time, has_order, has_complete, has_stats, has_origins, yield_after, fail_after;

void watch_start(void)
{
	const struct options *options = options_now();

	hold_time = options->hold_time;
	has_order = options->lock_order;
	has_complete = options->complete_while_held;
	has_stats = options->stats;
	has_origins = options->origins && options->callers;
	yield_after = port_is_kernel ? 0 : options->yield;
	fail_after = options->fail_try;
	if (fail_after)
		locks_watched |= WATCH_TRIES;
	if (hold_time || has_stats || has_origins || yield_after)
		locks_watched |= WATCH_PAIRS, ticks_start(hold_time);
	if (has_order)
		locks_watched |= WATCH_ORDER;
	if (options->wrong_level)
		locks_watched |= WATCH_LEVELS | WATCH_PAIRS;
}

/* ---- IRQLs ---- */

/* The IRQL at which the routine of SITE, which acquires by GROUP, may be called. */
static enum spinrule_at allowed_at(const struct spinrule_site *site, enum spinrule_group group)
{
	const struct spinrule_ddi *ddi = spinrule_ddi_by_name(site->ddi);

	if (ddi)
		return ddi->at;
	/* A macro of the driver's, or a function of a table of the user's. */
	if (group > SPINRULE_GROUPS - 1)
		return SPINRULE_AT_ANY;
	switch (spinrule_group_level(group)) {
	case SPINRULE_STAYS: return SPINRULE_AT_LEAST;
	case SPINRULE_RAISES: return SPINRULE_AT_MOST;
	case SPINRULE_DEVICE: break;
	}
	return SPINRULE_AT_ANY;
}

/* In a plain program the IRQL is a record of each thread's.  A routine that the system
 * enters at DISPATCH_LEVEL or above is there, although the program has called it at
 * LEVEL.  Of those that are above DISPATCH_LEVEL only the innermost counts against an
 * acquire: the program may run a DPC in the routine that queues it. */
static int level_by_role(enum spinrule_at at, int level)
{
	int is_innermost = 0;
	int entered = at == SPINRULE_AT_ANY ? level : callback_irql(&is_innermost);

	if (entered > PORT_DISPATCH_LEVEL && at == SPINRULE_AT_MOST && !is_innermost)
		entered = PORT_DISPATCH_LEVEL;
	return level > entered ? level : entered;
}

void watch_level(const void *lock, enum spinrule_group group, int level, struct spinrule_site *site)
{
	const enum spinrule_at at = allowed_at(site, group);

	if (level < 0 || !(locks_watched & WATCH_LEVELS))
		return;
	if (!port_is_kernel)
		level = level_by_role(at, level);
	if ((at == SPINRULE_AT_MOST && level > PORT_DISPATCH_LEVEL) ||
	    (at == SPINRULE_AT_LEAST && level < PORT_DISPATCH_LEVEL))
		violation_on(SPINRULE_WRONG_LEVEL, lock, group, site, NULL, 0, level);
}

void watch_level_of(const void *lock, uint32_t kind, struct spinrule_site *site)
{
	const enum spinrule_group group = KIND_GROUP(kind);

	if (kind & KIND_OF_FLAGS(HELD_KNOWS_IRQL))
		watch_level(lock, group, (uint8_t)(kind >> 2), site);
	else if (spinrule_group_level(group) == SPINRULE_STAYS)
		watch_level(lock, group, port_level(), site);
}

/* ---- statistics ---- */

/* The statistics of LOCK; NULL if there is no room. */
static struct counts *counts_of(const void *lock)
{
	static int is_reported;
	uint32_t first = (uint32_t)((uint32_t)((uintptr_t)lock >> 3) * 2654435769u) >> 20;

	for (unsigned i = 0; i < PROBES; i++) {
		struct counts *counts = &table[(first + i) % LOCKS];
		const void *there = __atomic_load_n(&counts->lock, __ATOMIC_ACQUIRE);

		if (there == lock)
			return counts;
		if (!there && (__atomic_compare_exchange_n(&counts->lock, &there, lock, 0,
							   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ||
			       there == lock))
			return counts;
	}
	if (!locks_load(is_reported) && !__atomic_exchange_n(&is_reported, 1, __ATOMIC_ACQ_REL))
		report_note("", "statistics are incomplete: there are more locks than the runtime "
				"has room for");
	return NULL;
}

_Static_assert(LOCKS == 1 << 12, "counts_of takes 12 bits");

void watch_stats(void (*visit)(const struct lock_stats *stats))
{
	for (unsigned i = 0; i < LOCKS; i++) {
		struct lock_stats stats = {
			.lock = table[i].lock,
			.site = table[i].site,
			.acquisitions = table[i].acquisitions,
			.contended = table[i].contended,
			.longest = ticks_in_microseconds(table[i].longest),
			.longest_site = table[i].longest_site,
		};

		if (stats.lock && stats.acquisitions)
			visit(&stats);
	}
}

void watch_replace_sites(void (*replace)(const struct spinrule_site **site))
{
	for (unsigned i = 0; i < LOCKS; i++) {
		replace(&table[i].site);
		replace(&table[i].longest_site);
	}
}

/* ---- events ---- */

static void check_order(struct held_set *set, const void *lock, enum spinrule_group group,
			struct spinrule_site *site)
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

	/* The set may hold other locks than it shows. */
	if (set->is_unsure)
		return;
	if (order_is_known(set, lock) ||
	    !order_acquiring(set, lock, site, has_order > 1, &held, &conflict))
		return;
	report.acquired = held;
	violation_found(&report);
}

void watch_acquiring(struct held_set *set, const void *lock, enum spinrule_group group,
		     struct spinrule_site *site)
{
	struct counts *counts = has_stats && group != SPINRULE_GROUP_ANY ? counts_of(lock) : NULL;

	if (counts && locks_load(counts->held))
		__atomic_fetch_add(&counts->contended, 1, __ATOMIC_RELAXED);
	if (has_order)
		check_order(set, lock, group, site);
}

/* Count in *COUNT, which all threads share: true for every Nth. */
static int is_nth(unsigned *count, unsigned n)
{
	return (__atomic_add_fetch(count, 1, __ATOMIC_RELAXED)) % n == 0;
}

void watch_acquired(struct held *held)
{
	static unsigned acquires;
	struct counts *counts;

	locks_store(held->counted, has_origins ? origin_here() * COUNTED_ORIGIN : 0u);
	if (has_stats && (counts = counts_of(locks_load(held->lock)))) {
		locks_store(held->counted, held->counted + (uint32_t)(counts - table) + 1);
		locks_store(counts->acquisitions, locks_load(counts->acquisitions) + 1);
		locks_store(counts->held, 1u);
		if (!locks_load(counts->site))
			locks_store(counts->site, (const struct spinrule_site *)held->site);
	}
	locks_store(held->since, ticks_now());
	if (yield_after && is_nth(&acquires, yield_after))
		port_pause();
}

int watch_counts_try(void)
{
	static unsigned tries;

	return is_nth(&tries, fail_after);
}

void watch_origin(const struct held *held, struct callers *callers)
{
	int is_known = has_origins && held && locks_is_held(held) &&
		       locks_flags(held) & HELD_WATCHED;

	origin_calls(is_known ? locks_load(held->counted) / COUNTED_ORIGIN : 0, callers);
}

struct held *watch_push(struct held_set *set, void *lock, uint32_t kind,
			struct spinrule_site *site)
{
	struct held *held;

	if (has_order)
		check_order(set, lock, KIND_GROUP(kind), site);
	if (!(locks_watched & WATCH_PAIRS))
		return locks_push(set, lock, kind, site);
	held = locks_push(set, lock, kind | KIND_OF_FLAGS(HELD_WATCHED), site);
	watch_acquired(held);
	watch_level_of(lock, kind, site);
	return held;
}

/* The lock of HELD, a slot or its copy, is about to be released; it was held for TOOK
 * ticks. */
static void count_release(const struct held *held, uint64_t took)
{
	struct counts *counts;

	if (!(held->counted & COUNTED_PLACE))
		return;
	spinrule_assert((held->counted & COUNTED_PLACE) <= LOCKS);
	counts = &table[(held->counted & COUNTED_PLACE) - 1];
	locks_store(counts->held, 0u);
	if (took >= locks_load(counts->longest)) {
		locks_store(counts->longest, took);
		locks_store(counts->longest_site, (const struct spinrule_site *)held->site);
	}
}

/* The ticks for which HELD, a slot or its copy, was held.  The clocks of two
 * processors may differ a little. */
static uint64_t ticks_since(const struct held *held)
{
	uint64_t now = ticks_now();

	return now > held->since ? now - held->since : 0;
}

int watch_pop(struct held_set *set, const void *lock, uint32_t kind, struct spinrule_site *site)
{
	struct held *held = locks_youngest(set);
	uint64_t took;

	if (locks_peek(held->lock) != lock ||
	    locks_plain_kind(held) != (kind | KIND_OF_FLAGS(HELD_WATCHED)))
		return 0;
	took = ticks_since(held);
	if (hold_time && ticks_may_exceed(took))
		return 0;
	count_release(held, took);
	locks_pop_youngest(set, held, site);
	return 1;
}

void watch_released(const struct held *held, unsigned long long thread, struct spinrule_site *site)
{
	uint64_t took;
	struct violation_report report = {
		.violation = SPINRULE_HOLD_TIME,
		.group = locks_group(held),
		.lock = held->lock,
		.site = site,
		.acquired = held,
		.acquired_by = thread,
		.irql = -1,
	};

	if (!(locks_flags(held) & HELD_WATCHED))
		return;
	took = ticks_since(held);
	count_release(held, took);
	if (!hold_time || !ticks_may_exceed(took))
		return;
	report.microseconds = ticks_in_microseconds(took);
	if (report.microseconds > hold_time)
		violation_found(&report);
}

void watch_initializing(const void *lock)
{
	if (has_order)
		order_forget(lock);
}

void watch_freeing(const void *start, size_t size)
{
	if (has_order)
		order_forget_memory(start, size);
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
	unsigned count = has_complete && !set->is_unsure ? history_held(set, held) : 0;

	while (count && unseen_is_free(held[count - 1]))
		count--;
	if (!count)
		return;
	report.acquired = held[count - 1];
	report.group = locks_group(report.acquired);
	report.lock = report.acquired->lock;
	violation_found(&report);
}
