/* locks.c - what the events of a lock mean to the thread that makes them: the slow path.
 *
 * The rule itself is rule.def: spinrule_step () says what is a violation.  A lock in the
 * set of this thread is HELD, any other lock is FREE.  What one thread's set does not
 * show (another thread holds the lock, the kind differs, the IRQL differs) refines the
 * result.
 *
 * An interrupt of a thread (a DPC below DISPATCH_LEVEL, a signal) uses the same set, and
 * leaves the links as they were, so the fast path and the slow path may be interrupted at
 * any instruction.  What they have read before, of the slots of locks that are held, is
 * true after it; only the slots used last are others.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks.h"

#include "garbage.h"
#include "history.h"
#include "known.h"
#include "locks-fast.h"
#include "options.h"
#include "owed.h"
#include "owner.h"
#include "port.h"
#include "report.h"
#include "set.h"
#include "undo.h"
#include "unseen.h"
#include "violation.h"
#include "wait.h"
#include "watch.h"

enum {
#define SPINRULE_ON(IN, EVENT, NEXT, VIOLATION) on_##IN##_##EVENT = SPINRULE_##VIOLATION,
#include "rule.def"
};

_Static_assert(on_FREE_ACQUIRE == 0 && on_FREE_MOMENTARY == 0 && on_HELD_RELEASE == 0 &&
		       on_FREE_RETURN == 0,
	       "the fast path reports nothing");

uintptr_t locks_of_cancel;
static char numbered_locks[64];

static int is_incomplete;
unsigned locks_watched;

/* Calls of threads without a set. */
static unsigned stray_calls;

void *locks_numbered(unsigned number)
{
	return &numbered_locks[number % sizeof numbered_locks];
}

int locks_number_of(const void *lock)
{
	uintptr_t number = (uintptr_t)lock - (uintptr_t)numbered_locks;

	return number < sizeof numbered_locks ? (int)number : -1;
}

/* Mark HELD of SET, which is unsure, as never acquired.  The links stay as they are: the
 * interrupted code may be changing them.  If HELD stays linked, no search may find its
 * lock. */
static COLD void let_go(struct held_set *set, struct held *held)
{
	int is_youngest = held == set_youngest(set);

	locks_mark_released(held, held->site);
	if (!is_youngest)
		locks_store(held->lock, NULL);
}

/* ---- acquire ---- */

COLD void locks_first(struct spinrule_site *site, const void *lock)
{
	locks_store(site->executed, 1);
	known_acquired(lock, site);
	/* The DDI would wait for ever. */
	if (port_is_kernel && garbage_may_be_in(lock))
		garbage_acquiring((void *)(uintptr_t)lock, NULL, SPINRULE_GROUP_ANY, site);
}

COLD void locks_first_by(struct spinrule_site *site, const void *lock)
{
	locks_store(site->executed, 1);
	known_acquired(lock, site);
}

static COLD void acquire_again(struct held_set *set, struct held *before, void *lock,
			       void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held copy;

	/* The acquire that succeeded is below its ghosts. */
	for (struct held *held = before; held; held = set_below(set, held))
		if (locks_load(held->lock) == lock)
			before = held;
	set_change_kind(before, 0, KIND_OF_FLAGS(HELD_DOUBLED));
	copy = set_copy_of(before);
	set_begin(set);
	if (!set_remember(set, lock, handle, KIND(KIND_GROUP(kind), HELD_GHOST), site))
		locks_count_call(set);
	set_end(set);
	violation_on(violation_of(SPINRULE_STATE_HELD, SPINRULE_EVENT_ACQUIRE), lock,
		     KIND_GROUP(kind), site, &copy, set->thread, -1);
}

/* This thread's set, a new one if it has none; NULL if no set is free. */
static struct held_set *set_for_lock(void)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);

	if (is_new && port_is_kernel) {
		set->slowly |= SET_OF_LOCK;
		set->is_plain = 0;
	}
	return set;
}

/* True if a lock that BEFORE holds may be acquired once more as KIND says. */
static int is_another_hold(const struct held *before, uint32_t kind)
{
	return spinrule_nests(KIND_GROUP(kind)) && locks_group(before) == KIND_GROUP(kind);
}

int locks_may_acquire(void *lock, void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held_set *set = locks_watched || !port_is_kernel ? set_for_lock()
								: set_of_this_thread();
	struct held *before;

	if (!set)
		return 1;
	wait_may_begin(set, lock, site);
	while ((before = set_find(set, lock)) && !is_another_hold(before, kind)) {
		if (set->is_unsure) {
			set->let_go = lock;
			set->let_go_site = before->site;
			let_go(set, before);
			continue;
		}
		if (!unseen_is_stale(before, site)) {
			acquire_again(set, before, lock, handle, kind, site);
			return 0;
		}
		set_begin(set);
		set_forget(set, before, &set_reasons[SET_UNSEEN]);
		set_end(set);
	}
	if (locks_watched)
		watch_acquiring(set, lock, KIND_GROUP(kind), site);
	return 1;
}

/* Record LOCK in SET, which is this thread's. */
static void record(struct held_set *set, void *lock, void *handle, uint32_t kind, uint8_t irql,
		   struct spinrule_site *site)
{
	uint32_t watched = locks_watched & WATCH_PAIRS ? KIND_OF_FLAGS(HELD_WATCHED) : 0;
	struct held *held = set_remember(set, lock, handle, kind | KIND_IRQL(irql) | watched, site);

	if (!held)
		locks_count_call(set);
	else if (watched)
		watch_acquired(held);
}

/* This thread's set, for a lock that it has acquired; NULL if it can have none. */
static struct held_set *set_to_record(void)
{
	struct held_set *set = set_for_lock();

	if (!set) {
		locks_count_call(NULL);
		locks_incomplete(
			"more threads use spin locks at a time than the runtime has room for");
	}
	return set;
}

uint8_t locks_acquired(void *lock, void *handle, uint32_t kind, uint8_t irql,
		       struct spinrule_site *site)
{
	struct held_set *set = set_to_record();

	if (!set)
		return irql;
	set_begin(set);
	if (kind & HELD_KNOWS_IRQL << 16 && (set->slowly & SET_OWES || set_youngest(set)))
		irql = locks_irql_with_lock_held(irql);
	record(set, lock, handle, kind, irql, site);
	set_end(set);
	if (locks_watched)
		watch_level_of(lock, kind | KIND_IRQL(irql), site);
	return irql;
}

void locks_entered(void *lock, void *handle, uint32_t kind, uint8_t irql,
		   struct spinrule_site *site)
{
	struct held_set *set = set_to_record();

	if (!set)
		return;
	set_begin(set);
	record(set, lock, handle, kind, irql, site);
	set_end(set);
}

/* True if a thread that holds a lock by GROUP may get it once more by trying. */
static int is_shared(enum spinrule_group group)
{
	return group == SPINRULE_GROUP_EX_SHARED || group == SPINRULE_GROUP_EX_SHARED_DPC;
}

uint8_t locks_tried(void *lock, int has_acquired, uint32_t kind, uint8_t irql,
		    struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct held *stale = set && has_acquired ? set_find(set, lock) : NULL;

	if (!has_acquired) {
		locks_count_call(set);
		return irql;
	}
	/* A try that succeeds on a lock of this thread: unseen code has released it, or
	 * this thread has it once more. */
	if (stale && !(is_shared(KIND_GROUP(kind)) && is_shared(locks_group(stale))) &&
	    !is_another_hold(stale, kind)) {
		set_begin(set);
		set_forget(set, stale, &set_reasons[SET_UNSEEN]);
		set_end(set);
	}
	return locks_acquired(lock, NULL, kind, irql, site);
}

/* ---- release ---- */

static int is_of_kind(const struct held *held, uint32_t kind)
{
	return locks_group(held) == KIND_GROUP(kind) || KIND_GROUP(kind) == SPINRULE_GROUP_ANY;
}

/* A release of HELD, a copy of a slot of SET.  Reports a wrong kind or IRQL.  Returns
 * false if the lock must not be released. */
static COLD int release_odd(struct held_set *set, const struct held *held, uint32_t kind,
			    uint8_t *irql, struct spinrule_site *site)
{
	enum spinrule_group group = KIND_GROUP(kind);

	if (locks_flags(held) & HELD_GHOST)
		return 0;

	if ((!(locks_flags(held) & HELD_DOUBLED) && owed_stays_raised(locks_group(held), group)) ||
	    (irql && set_is_empty(set) && owed_is_right(set, held, group, *irql))) {
		set_drop_if_of_lock(set);
		return 1;
	}

	if (!is_of_kind(held, kind)) {
		if (!(locks_flags(held) & HELD_DOUBLED))
			violation_on(SPINRULE_MISMATCHED_RELEASE, held->lock, group, site, held,
				     set->thread, -1);
		undo_acquire(held);
		set_drop_if_of_lock(set);
		return 0;
	}

	if (irql && locks_flags(held) & HELD_KNOWS_IRQL && *irql != locks_irql(held)) {
		/* After a double acquire the driver's variable may hold the IRQL of
		 * the second. */
		if (locks_flags(held) & HELD_DOUBLED)
			*irql = locks_irql(held);
		else
			violation_on(SPINRULE_WRONG_IRQL, held->lock, group, site, held,
				     set->thread, *irql);
	}
	set_drop_if_of_lock(set);
	return 1;
}

/* A release of a lock that this thread does not hold.  Returns as locks_releasing. */
static COLD int release_foreign(struct held_set *set, const void *lock, void *handle, uint32_t kind,
				struct spinrule_site *site)
{
	enum spinrule_group group = KIND_GROUP(kind);
	struct violation_report report = {
		.violation = violation_of(SPINRULE_STATE_FREE, SPINRULE_EVENT_RELEASE),
		.group = group,
		.lock = lock ? lock : handle,
		.site = site,
		.irql = -1,
	};
	struct owner owner;
	int has_owner;

	locks_count_call(set);
	has_owner = owner_find(set, lock, handle, &owner);
	if (!has_owner && lock && !locks_are_incomplete() && group != SPINRULE_GROUP_ANY &&
	    unseen_is_held(set, lock, group, &owner, site))
		return 1;
	if (has_owner || owner_find(set, lock, handle, &owner)) {
		owner_take_from(&owner);
		violation_on(SPINRULE_WRONG_CONTEXT, owner.copy.lock, group, site, &owner.copy,
			     owner.thread, -1);
		if (locks_watched)
			watch_released(&owner.copy, owner.thread, site);
		if (is_of_kind(&owner.copy, kind))
			return 1;
		undo_acquire(&owner.copy);
		return 0;
	}
	if (locks_are_incomplete())
		return 1;
	/* The kernel holds the cancel lock at the entry of a cancel routine, and this
	 * one may not be instrumented. */
	if (port_is_kernel && group == SPINRULE_GROUP_CANCEL && (!set || !set->depth))
		return 1;
	report.released = history_last_release(set, lock);
	violation_found(&report);
	return 0;
}

/* Two locks that are released in the order of their acquires exchange their IRQLs: the
 * release of HELD, which restores IRQL, keeps the level at which a younger lock was
 * acquired, and the release of that one restores the level before the acquire of
 * HELD.  The same is true of an older lock if HELD has exchanged its IRQL before,
 * unless IRQL is lower than the IRQL that HELD saved. */
static void change_irqls(struct held_set *set, struct held *held, uint8_t irql)
{
	int is_younger = 1;

	for (struct held *other = set_youngest(set); other; other = set_below(set, other)) {
		if (other == held)
			is_younger = 0;
		if (other == held || (!is_younger && irql < locks_irql(held)))
			continue;
		if (locks_load(other->lock) == LOCK_TAKEN ||
		    !(locks_flags(other) & HELD_KNOWS_IRQL) || locks_irql(other) != irql)
			continue;
		set_change_kind(other, KIND_IRQL(0xff), KIND_IRQL(locks_irql(held)));
		set_change_kind(held, KIND_IRQL(0xff), KIND_IRQL(irql));
		return;
	}
}

int locks_releasing(const void *lock, void *handle, uint32_t kind, uint8_t *irql,
		    struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct held *held = NULL, copy;

	if (set) {
		held = lock ? set_find(set, lock) : set_find_handle(set, handle);
		if (!held)
			held = set_find_lost(set, lock, handle);
	}
	if (!held)
		return release_foreign(set, lock, handle, kind, site);
	copy = set_copy_of(held);
	set_begin(set);
	if (irql && copy.lock != LOCK_TAKEN && is_of_kind(&copy, kind) &&
	    *irql != locks_irql(&copy) &&
	    (locks_flags(&copy) & ~(unsigned)HELD_OF_NO_MATTER) == HELD_KNOWS_IRQL) {
		change_irqls(set, held, *irql);
		copy = set_copy_of(held);
	}
	if (owed_stays_raised(locks_group(&copy), KIND_GROUP(kind)) && copy.lock != LOCK_TAKEN &&
	    !(locks_flags(&copy) & (HELD_GHOST | HELD_DOUBLED)))
		owed_by_release(set, held, site);
	set_forget(set, held, site);
	set_end(set);
	/* Another thread may have released it in the meantime. */
	if (copy.lock == LOCK_TAKEN)
		return release_foreign(set, lock, handle, kind, site);
	if (set->is_unsure) {
		set_drop_if_of_lock(set);
		return !(locks_flags(&copy) & HELD_GHOST);
	}
	if (locks_watched)
		watch_released(&copy, set->thread, site);
	return release_odd(set, &copy, kind, irql, site);
}

/* ---- conversion ---- */

int locks_may_convert(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct owner owner;

	locks_count_call(set);
	if ((set && (set->is_unsure || set_find(set, lock))) || locks_are_incomplete() ||
	    unseen_is_held(set, lock, SPINRULE_GROUP_EX_SHARED, &owner, site))
		return 1;
	violation_on(violation_of(SPINRULE_STATE_FREE, SPINRULE_EVENT_NEED_HELD), lock,
		     SPINRULE_GROUP_EX_SHARED, site, NULL, 0, -1);
	return 0;
}

void locks_converted(const void *lock)
{
	struct held_set *set = set_of_this_thread();
	struct held *held = set ? set_find(set, lock) : NULL;

	if (held)
		set_change_kind(held, KIND_ALL_GROUPS,
				KIND_OF_GROUP(spinrule_converted(locks_group(held))));
}

/* ---- initialization, freed memory, and momentary use ---- */

/* LOCK, which SET's thread holds, is a lock no more: report VIOLATION at SITE. */
static COLD void ends_held(struct held_set *set, void *lock, enum set_reason reason,
			   enum spinrule_violation violation, struct spinrule_site *site)
{
	struct held *held, copy = { .lock = NULL };

	set_begin(set);
	while ((held = set_find(set, lock))) {
		copy = set_copy_of(held);
		copy.lock = lock;
		set_forget(set, held, &set_reasons[reason]);
	}
	set_end(set);
	/* Another thread may have released it in the meantime. */
	if (copy.lock && !set->is_unsure && !unseen_is_stale(&copy, site)) {
		violation_on(violation, lock, locks_group(&copy), site, &copy, set->thread, -1);
		undo_acquire(&copy);
	}
}

/* The same for OWNER's lock. */
static COLD void ends_held_elsewhere(struct owner *owner, enum spinrule_violation violation,
				     struct spinrule_site *site)
{
	owner_take_from(owner);
	if (!unseen_is_stale(&owner->copy, site))
		violation_on(violation, owner->copy.lock, locks_group(&owner->copy), site,
			     &owner->copy, owner->thread, -1);
}

void locks_initializing(void *lock, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	enum spinrule_violation violation = violation_of(SPINRULE_STATE_HELD, SPINRULE_EVENT_INIT);
	struct owner owner;

	locks_mark_executed(site);
	locks_count_call(set);
	known_initialized(lock, site);
	if (locks_watched)
		watch_initializing(lock);
	if (set && set_find(set, lock)) {
		ends_held(set, lock, SET_INITIALIZED, violation, site);
		set_drop_if_of_lock(set);
	} else if (owner_find(set, lock, NULL, &owner)) {
		ends_held_elsewhere(&owner, violation, site);
	}
}

void locks_freeing(const void *start, size_t size, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct owner owner;
	struct held *held;
	int is_watched = options_now()->freed_held;

	while (is_watched && set && !set->is_unsure && (held = set_find_in(set, start, size)))
		ends_held(set, held->lock, SET_FREED, SPINRULE_FREED_HELD, site);
	if (set)
		set_drop_if_of_lock(set);
	for (int i = 0; is_watched && i < HELD_MAX; i++) {
		if (!owner_find_in(set, start, size, &owner))
			break;
		ends_held_elsewhere(&owner, SPINRULE_FREED_HELD, site);
	}
	known_forget(start, size);
	if (locks_watched)
		watch_freeing(start, size);
}

int locks_may_use(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct held *held, copy;

	locks_mark_executed(site);
	locks_count_call(set);
	held = set && !set->is_unsure ? set_find(set, lock) : NULL;
	if (!held || unseen_is_stale(held, site)) {
		if (locks_watched && set)
			watch_acquiring(set, lock, SPINRULE_GROUP_ANY, site);
		return 1;
	}
	copy = set_copy_of(held);
	violation_on(violation_of(SPINRULE_STATE_HELD, SPINRULE_EVENT_MOMENTARY), lock,
		     locks_group(&copy), site, &copy, set->thread, -1);
	return 0;
}

void locks_completing(struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();

	locks_mark_executed(site);
	if (set)
		watch_completing(set, site);
}

/* ---- counts ---- */

unsigned long long locks_calls(void)
{
	unsigned long long calls = __atomic_load_n(&stray_calls, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < port_set_count; i++)
		calls += set_calls(&port_sets[i]);
	return calls;
}

int locks_are_incomplete(void)
{
	return __atomic_load_n(&is_incomplete, __ATOMIC_ACQUIRE);
}

COLD void locks_incomplete(const char *why)
{
	if (!__atomic_exchange_n(&is_incomplete, 1, __ATOMIC_ACQ_REL))
		report_note("checking is incomplete: ", why);
}

void locks_count_call(struct held_set *set)
{
	if (set)
		set_add_calls(set, 1);
	else
		__atomic_fetch_add(&stray_calls, 1, __ATOMIC_RELAXED);
}
