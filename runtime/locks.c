/* locks.c - which spin locks each thread holds, and what the rule says of the next event: the slow path.
 *
 * The rule itself is rule.def: spinrule_step () says what is a violation.  Here a lock that this
 * thread has in its set is HELD, any other is FREE; what a thread alone cannot see (another holds
 * it, another kind, another IRQL) refines the answer.
 *
 * On the fast path, in locks.h, there is no step to take: acquiring a FREE lock and releasing a HELD one are
 * never violations, which is asserted below.
 *
 * What interrupts a thread (a DPC below DISPATCH_LEVEL, a signal, an interrupt) works in the same set and leaves the
 * links as they were, so the fast path bears it at any instruction.  Where the slow path changes more
 * than the top it says so by is_busy; who finds that set keeps off, and checking is incomplete.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks.h"

#include "port.h"
#include "report.h"
#include "undo.h"
#include "watch.h"

enum {
#define SPINRULE_ON(IN, EVENT, NEXT, VIOLATION) on_##IN##_##EVENT = SPINRULE_##VIOLATION,
#include "rule.def"
};

_Static_assert(on_FREE_ACQUIRE == 0 && on_FREE_MOMENTARY == 0 && on_HELD_RELEASE == 0 && on_FREE_RETURN == 0,
	       "the fast path reports nothing");

#define COLD __attribute__((noinline, cold))

/* A mark is the serial of a slot, a multiple of SLOT_SIZE, with two more bits.  Serials are compared around their wrap. */
#define MARK_IS_KNOWN 1u
#define MARK_CLAIMED 2u		/* this callback claimed the set, and drops it */
#define MARK_BITS 3u

static const char cancel_lock;
static const char numbered_locks[64];

static int is_incomplete;
static int is_watched;

/* Calls on threads without a set. */
static unsigned stray_calls;

/* The release of a lock that no call of its thread released. */
static struct spinrule_site nowhere = { .file = "", .function = "", .ddi = "", .lock = "" };

const void *locks_cancel(void)
{
	return &cancel_lock;
}

const void *locks_numbered(unsigned number)
{
	return &numbered_locks[number % sizeof numbered_locks];
}

int locks_number_of(const void *lock)
{
	uintptr_t number = (uintptr_t)lock - (uintptr_t)numbered_locks;

	return number < sizeof numbered_locks ? (int)number : -1;
}

void locks_watch(void)
{
	is_watched = 1;
}

void locks_claimed(struct held_set *set, int is_its_own)
{
	uint32_t bottom = is_watched ? TOP_SLOW : TOP_FAST;

	if (!is_its_own)
		set->first = set->last;
	set->depth = 0;
	set->is_busy = set->is_reporting = set->is_of_lock = 0;
	locks_store(set->bottom, bottom);
	locks_store(set->top, bottom);
	/* What is there never holds a lock and always looks held: who looks at the top need not ask whether there is one. */
	set->slots[SLOTS].mark = set->slots[SLOTS + 1].mark = 1;
}

/* This thread's set, or NULL. */
static struct held_set *this_set(void)
{
	struct held_set *set = port_find_set();

	return set == &port_no_set ? NULL : set;
}

static const void *lock_in(const struct held *held)
{
	return locks_load(held->lock);
}

/* The record below HELD in SET, which is settled, or NULL. */
static struct held *below(struct held_set *set, const struct held *held)
{
	uint32_t place = locks_load(held->below);

	return place < SLOTS_END ? locks_slot(set, place) : NULL;
}

/* The youngest lock of SET, settled now, or NULL. */
static struct held *youngest(struct held_set *set)
{
	uint32_t place;

	locks_settle(set);
	place = locks_load(set->top);
	return place < SLOTS_END ? locks_slot(set, place) : NULL;
}

/* The youngest record of LOCK in SET, or NULL. */
static struct held *find(struct held_set *set, const void *lock)
{
	struct held *held;

	for (held = youngest(set); held; held = below(set, held))
		if (lock_in(held) == lock)
			break;
	return held;
}

static int is_queued(const struct held *held)
{
	return locks_group(held) == SPINRULE_GROUP_QUEUED || locks_group(held) == SPINRULE_GROUP_QUEUED_DPC;
}

static struct held *find_handle(struct held_set *set, const void *handle)
{
	struct held *held;

	for (held = youngest(set); held; held = below(set, held))
		if (is_queued(held) && held->handle == handle && lock_in(held) != LOCK_TAKEN)
			break;
	return held;
}

/* True if nothing is held in SET, which may not have been claimed ever.  Others ask too. */
static int is_empty(struct held_set *set)
{
	if (!locks_load(set->bottom))
		return 1;
	return locks_load(set->top) >= SLOTS_END
	       && !locks_is_held(locks_slot(set, (uint32_t)locks_load(set->last) & (SLOTS_END - 1)));
}

static void add_calls(struct held_set *set, int count)
{
	locks_store(set->other_calls, set->other_calls + count);
}

static void count_call(struct held_set *set)
{
	if (set)
		add_calls(set, 1);
	else
		__atomic_fetch_add(&stray_calls, 1, __ATOMIC_RELAXED);
}

COLD void locks_incomplete(const char *why)
{
	if (!__atomic_exchange_n(&is_incomplete, 1, __ATOMIC_ACQ_REL))
		report_note("checking is incomplete: ", why);
}

/* ---- changing a set ---- */

/* Before more than the top of SET is changed.  False: what is going on was interrupted in just such a change. */
static int begin(struct held_set *set)
{
	if (set->is_busy) {
		locks_incomplete("an interrupt or a signal uses spin locks while the runtime is at work on its thread");
		return 0;
	}
	set->is_busy = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 1;
}

static void end(struct held_set *set)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	set->is_busy = 0;
}

void locks_trim(struct held_set *set)
{
	uint32_t top;

	while ((top = locks_load(set->top)) < SLOTS_END) {
		struct held *held = locks_slot(set, top);

		if (locks_is_held(held)) {
			if (lock_in(held) != LOCK_TAKEN)
				return;
			locks_mark_released(held, &nowhere);
			/* Its acquire was a call, its release is another thread's. */
			add_calls(set, -1);
		}
		locks_store(set->top, locks_load(held->below));
	}
}

COLD void locks_relink(struct held_set *set, struct held *held)
{
	uint32_t place = (uint32_t)((char *)held - (char *)set);

	if (!locks_is_held(held))
		return;
	/* What came in between has released its locks: HELD is the youngest.  It is linked, if that was so late that it was seen. */
	locks_settle(set);
	if (set->top == place)
		return;
	locks_store(held->below, set->top);
	locks_store(held->tag, locks_serial(held));
	locks_store(set->top, place);
}

/* The serial of the next slot of SET, which is settled, that is not held, and neither is the one after it; the slots before
 * are left out of the row.  0 if there is none: more than HELD_MAX locks are held.
 *
 * Nothing else is changed: what comes in between uses these slots as well, and leaves them free. */
static uintptr_t next_slot(struct held_set *set)
{
	uintptr_t serial = set->last + SLOT_SIZE;

	for (unsigned i = 0; i < SLOTS; i++, serial += SLOT_SIZE) {
		struct held *held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));
		struct held *after = locks_slot(set, (uint32_t)(serial + SLOT_SIZE) & (SLOTS_END - 1));

		if (locks_is_held(held)) {
			locks_store(held->mark, held->mark | (uintptr_t)HELD_SKIPPED << 16);
		} else if (locks_is_held(after)) {
			locks_store(held->lock, NULL);
		} else {
			add_calls(set, -2 * (int)i);
			return serial;
		}
	}
	return 0;
}

/* Take a slot of SET in which nothing is remembered, so that what comes next has another serial; NULL if there is none. */
static struct held *skip_slot(struct held_set *set)
{
	uintptr_t serial;

	locks_settle(set);
	serial = next_slot(set);
	if (!serial)
		return NULL;
	add_calls(set, -2);
	return locks_fill(set, serial, NULL, 0, NULL);
}

/* HELD of SET is released at SITE, or forgotten without a call if SITE is NULL. */
static void forget(struct held_set *set, struct held *held, struct spinrule_site *site)
{
	uint32_t place = (uint32_t)((char *)held - (char *)set), *link = &set->top;
	struct spinrule_site *released = site ? site : &nowhere;
	unsigned flags = locks_flags(held);

	locks_settle(set);
	while (locks_load(*link) != place) {
		/* Another thread has released it, and it was taken off the list as not held any more. */
		if (locks_load(*link) == set->bottom) {
			locks_mark_released(held, &nowhere);
			return;
		}
		link = &locks_slot(set, locks_load(*link))->below;
	}
	if (link == &set->top && !(flags & (HELD_SKIPPED | HELD_GHOST))) {
		locks_mark_released(held, released);
		locks_store(*link, locks_load(held->below));
	} else {
		struct held *record = held, *taken;

		/* Out of the list first: what comes in between sees it whole. */
		locks_store(*link, locks_load(held->below));
		/* Not to be linked again, if it is the last. */
		if (flags & HELD_GHOST)
			locks_mark_released(held, released);
		taken = skip_slot(set);
		if (!taken)
			flags |= HELD_GHOST;	/* no room to remember it */
		else if (flags & HELD_SKIPPED) {
			/* Its place in the row is wrong: the release is remembered here. */
			record = taken;
			locks_store(record->site, held->site);
			locks_store(record->lock, held->lock);
		}
		record->order = (uint32_t)set->last | (flags & HELD_SKIPPED ? 1 : 0);
		record->then = locks_load(set->top);
		if (record != held || flags & HELD_GHOST) {
			/* A ghost was never acquired. */
			locks_mark_released(held, released);
			locks_store(held->lock, NULL);
		}
		if (!(flags & HELD_GHOST))
			__atomic_store_n(&record->mark, (uintptr_t)released | MARK_ORDERED, __ATOMIC_RELEASE);
	}
	if (!site)
		add_calls(set, -1);
	locks_settle(set);
}

/* Only who claimed a set drops it: a callback at its return, or whoever releases the last lock.  So a
 * DPC between two instructions of this file never drops the set that its thread is about to use. */
static void drop_if_of_lock(struct held_set *set)
{
	if (set->is_of_lock && is_empty(set) && !set->depth) {
		set->is_of_lock = 0;
		port_drop_set(set);
	}
}

/* Another thread may be changing SET. */
static unsigned count_held(const struct held_set *set)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		count += locks_is_held(&set->slots[i]);
	return count;
}

/* Take out of the middle of SET what other threads took; true if there is room then. */
static COLD int make_room(struct held_set *set)
{
	struct held *held = youngest(set);

	while (held) {
		struct held *next = below(set, held);

		if (lock_in(held) == LOCK_TAKEN)
			forget(set, held, NULL);
		held = next;
	}
	return count_held(set) < HELD_MAX;
}

/* Record LOCK as the youngest of SET; NULL if there is no room. */
static struct held *remember(struct held_set *set, const void *lock, void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held *held;
	uintptr_t serial;

	if (count_held(set) >= HELD_MAX && !make_room(set)) {
		locks_incomplete("a thread holds more spin locks at a time than the runtime has room for");
		return NULL;
	}
	locks_settle(set);
	serial = next_slot(set);
	if (!serial)
		return NULL;
	held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));
	locks_store(held->below, set->top);
	locks_store(held->tag, (uint32_t)serial);
	locks_fill(set, serial, lock, set->bottom == TOP_SLOW ? kind | KIND(0, HELD_SLOWLY) : kind, site);
	locks_store(held->handle, handle);
	locks_store(held->since, 0);
	return held;
}

/* ---- finding a lock in the sets of other threads ---- */

struct owner {
	struct held *held;
	struct held copy;
	unsigned long long thread;
};

/* What is in HELD, which its thread may be changing. */
static struct held copy_of(const struct held *held)
{
	struct held copy = {
		.lock = lock_in(held),
		.site = locks_load(held->site),
		.mark = locks_load(held->mark),
#if UINTPTR_MAX <= 0xffffffff
		.low_serial = locks_load(held->low_serial),
#endif
		.handle = locks_load(held->handle),
		.since = locks_load(held->since),
	};

	return copy;
}

/* Look for LOCK, or for the lock of HANDLE if LOCK is NULL, in every set but MINE. */
static COLD int find_owner(const struct held_set *mine, const void *lock, const void *handle, struct owner *owner)
{
	for (unsigned i = 0; i < port_set_count; i++) {
		struct held_set *set = &port_sets[i];

		if (set == mine || is_empty(set))
			continue;
		for (unsigned j = 0; j < SLOTS; j++) {
			struct held *held = &set->slots[j];
			const void *before = __atomic_load_n(&held->lock, __ATOMIC_ACQUIRE);

			if (!before || before == LOCK_TAKEN || (lock && before != lock)
			    || !(__atomic_load_n(&held->mark, __ATOMIC_ACQUIRE) & 1))
				continue;
			owner->held = held;
			owner->copy = copy_of(held);
			owner->thread = set->thread;
			if (!locks_is_held(&owner->copy) || locks_flags(&owner->copy) & HELD_GHOST)
				continue;
			if (!lock && (!is_queued(&owner->copy) || owner->copy.handle != handle))
				continue;
			/* The copy is of one piece if the lock is still there, and held. */
			if (__atomic_load_n(&held->lock, __ATOMIC_ACQUIRE) == before && locks_load(held->mark) == owner->copy.mark)
				return 1;
		}
	}
	return 0;
}

static void take_from(struct owner *owner)
{
	const void *expected = owner->copy.lock;

	/* If this fails, the owner released it in the same moment. */
	__atomic_compare_exchange_n(&owner->held->lock, &expected, LOCK_TAKEN, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Where this thread released LOCK last, as far as its history goes; or NULL. */
static COLD const struct held *last_release(struct held_set *set, const void *lock)
{
	for (uintptr_t serial = set ? set->last : 0, i = 0; set && i < SLOTS && serial != set->first; serial -= SLOT_SIZE, i++) {
		struct held *held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));

		if (lock && lock_in(held) == lock && !locks_is_held(held) && locks_released(held) != &nowhere)
			return held;
	}
	return NULL;
}

/* ---- telling ---- */

/* Violations that a report hook, or what interrupted a report, committed. */
static unsigned untold;

unsigned locks_untold(void)
{
	return __atomic_load_n(&untold, __ATOMIC_RELAXED);
}

COLD void locks_tell(struct violation_report *report)
{
	static int is_stray_reporting;
	struct held_set *mine = this_set();
	int is_new = 0;

	/* A thread without a set borrows one, so that its reports do not enter themselves either. */
	if (!mine)
		mine = port_claim_set(&is_new);
	if (mine ? mine->is_reporting : __atomic_exchange_n(&is_stray_reporting, 1, __ATOMIC_ACQ_REL)) {
		__atomic_fetch_add(&untold, 1, __ATOMIC_RELAXED);
		return;
	}
	if (mine)
		mine->is_reporting = 1, locks_settle(mine);
	report->thread = mine ? mine->thread : port_thread_number();
	report->set = mine;
	report_violation(report);
	if (mine)
		mine->is_reporting = 0;
	else
		__atomic_store_n(&is_stray_reporting, 0, __ATOMIC_RELEASE);
	if (is_new)
		port_drop_set(mine);
}

static COLD void tell(enum spinrule_violation violation, const void *lock, enum spinrule_group group,
		      struct spinrule_site *site, const struct held *acquired, unsigned long long acquired_by, int irql)
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

	locks_tell(&report);
}

static enum spinrule_violation step(enum spinrule_state state, enum spinrule_event event)
{
	return spinrule_step(&state, event);
}

/* ---- acquire ---- */

static COLD void acquire_again(struct held_set *set, struct held *before, const void *lock, void *handle, uint32_t kind,
			       struct spinrule_site *site)
{
	struct held copy;

	/* The acquire that was entered is below its ghosts. */
	for (struct held *held = before; held; held = below(set, held))
		if (lock_in(held) == lock)
			before = held;
	locks_store(before->mark, before->mark | (uintptr_t)HELD_DOUBLED << 16);
	copy = copy_of(before);
	if (begin(set)) {
		if (!remember(set, lock, handle, KIND(KIND_GROUP(kind), HELD_GHOST), site))
			count_call(set);
		end(set);
	}
	tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_ACQUIRE), lock, KIND_GROUP(kind), site, &copy,
	     set->thread, -1);
}

/* This thread's set, a new one if it has none; NULL if there is no room. */
static struct held_set *set_for_lock(void)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);

	if (is_new && port_is_kernel) {
		set->is_of_lock = 1;
		locks_store(set->bottom, TOP_SLOW);
		locks_store(set->top, TOP_SLOW);
	}
	return set;
}

int locks_may_acquire(const void *lock, void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held_set *set = is_watched ? set_for_lock() : this_set();
	struct held *before;

	if (!set)
		return 1;
	before = find(set, lock);
	if (before) {
		acquire_again(set, before, lock, handle, kind, site);
		return 0;
	}
	if (is_watched)
		watch_acquiring(set, lock, KIND_GROUP(kind), site);
	return 1;
}

uint8_t locks_acquired(const void *lock, void *handle, uint32_t kind, uint8_t irql, struct spinrule_site *site)
{
	struct held_set *set = set_for_lock();
	struct held *held;

	if (!set) {
		count_call(NULL);
		locks_incomplete("more threads use spin locks at a time than the runtime has room for");
		return irql;
	}
	if (!begin(set))
		return irql;
	if (kind & HELD_KNOWS_IRQL << 16 && youngest(set))
		irql = locks_irql_with_lock_held(irql);
	held = remember(set, lock, handle, kind | KIND_IRQL(irql), site);
	if (!held)
		count_call(set);
	else if (is_watched)
		watch_acquired(held);
	end(set);
	return irql;
}

uint8_t locks_tried(const void *lock, int has_acquired, uint32_t kind, uint8_t irql, struct spinrule_site *site)
{
	struct held_set *set = this_set();
	struct held *stale = set && has_acquired ? find(set, lock) : NULL;

	if (!has_acquired) {
		count_call(set);
		return irql;
	}
	/* A try that succeeds on a lock of this thread: code that is not instrumented released it. */
	if (stale && begin(set)) {
		forget(set, stale, NULL);
		end(set);
	}
	return locks_acquired(lock, NULL, kind, irql, site);
}

/* ---- release ---- */

static int is_of_kind(const struct held *held, uint32_t kind)
{
	return locks_group(held) == KIND_GROUP(kind);
}

/* A release of what is in SET, but with something odd about it. */
static COLD int release_odd(struct held_set *set, const struct held *held, uint32_t kind, uint8_t *irql, struct spinrule_site *site)
{
	enum spinrule_group group = KIND_GROUP(kind);

	if (locks_flags(held) & HELD_GHOST)
		return 0;

	if (!is_of_kind(held, kind)) {
		if (!(locks_flags(held) & HELD_DOUBLED))
			tell(SPINRULE_MISMATCHED_RELEASE, held->lock, group, site, held, set->thread, -1);
		undo_acquire(held);
		drop_if_of_lock(set);
		return 0;
	}

	if (irql && locks_flags(held) & HELD_KNOWS_IRQL && *irql != locks_irql(held)) {
		/* After a double acquire into one variable the driver cannot know better. */
		if (locks_flags(held) & HELD_DOUBLED)
			*irql = locks_irql(held);
		else
			tell(SPINRULE_WRONG_IRQL, held->lock, group, site, held, set->thread, *irql);
	}
	drop_if_of_lock(set);
	return 1;
}

/* A release of what this thread does not hold. */
static COLD int release_foreign(struct held_set *set, const void *lock, void *handle, uint32_t kind, struct spinrule_site *site)
{
	enum spinrule_group group = KIND_GROUP(kind);
	struct violation_report report = {
		.violation = step(SPINRULE_STATE_FREE, SPINRULE_EVENT_RELEASE),
		.group = group,
		.lock = lock ? lock : handle,
		.site = site,
		.irql = -1,
	};
	struct owner owner;

	count_call(set);
	if (find_owner(set, lock, handle, &owner)) {
		take_from(&owner);
		tell(SPINRULE_WRONG_CONTEXT, owner.copy.lock, group, site, &owner.copy, owner.thread, -1);
		if (is_watched)
			watch_released(&owner.copy, owner.thread, site);
		if (is_of_kind(&owner.copy, kind))
			return 1;
		undo_acquire(&owner.copy);
		return 0;
	}
	if (locks_are_incomplete())
		return 1;
	/* A cancel routine that nobody told us of is entered with the cancel lock held. */
	if (port_is_kernel && group == SPINRULE_GROUP_CANCEL && (!set || !set->depth))
		return 1;
	report.released = last_release(set, lock);
	locks_tell(&report);
	return 0;
}

/* Released in the order of the acquires, two locks change IRQLs: the release of HELD, which gives back IRQL, has to stay
 * at the level at which a younger lock was acquired, and that one's goes back to where HELD's acquire began.  So it is
 * with an older one too, if HELD has changed before: what must not be is that IRQL is lower than what HELD has to give back. */
static void change_irqls(struct held_set *set, struct held *held, uint8_t irql)
{
	int is_younger = 1;

	for (struct held *other = youngest(set); other; other = below(set, other)) {
		uintptr_t old = other->mark;

		if (other == held)
			is_younger = 0;
		if (other == held || (!is_younger && irql < locks_irql(held)))
			continue;
		if (lock_in(other) == LOCK_TAKEN || !(locks_flags(other) & HELD_KNOWS_IRQL) || locks_irql(other) != irql)
			continue;
		locks_store(other->mark, (old & ~(uintptr_t)KIND_IRQL(0xff)) | KIND_IRQL(locks_irql(held)));
		locks_store(held->mark, (held->mark & ~(uintptr_t)KIND_IRQL(0xff)) | KIND_IRQL(irql));
		return;
	}
}

int locks_releasing(const void *lock, void *handle, uint32_t kind, uint8_t *irql, struct spinrule_site *site)
{
	struct held_set *set = this_set();
	struct held *held = NULL, copy;

	if (set)
		held = lock ? find(set, lock) : find_handle(set, handle);
	if (!held)
		return release_foreign(set, lock, handle, kind, site);
	copy = copy_of(held);
	if (!begin(set))
		return 1;
	if (irql && copy.lock != LOCK_TAKEN && is_of_kind(&copy, kind) && *irql != locks_irql(&copy) &&
	    locks_flags(&copy) == HELD_KNOWS_IRQL) {
		change_irqls(set, held, *irql);
		copy = copy_of(held);
	}
	forget(set, held, site);
	end(set);
	/* Another thread may have released it in this moment. */
	if (copy.lock == LOCK_TAKEN)
		return release_foreign(set, lock, handle, kind, site);
	if (is_watched)
		watch_released(&copy, set->thread, site);
	return release_odd(set, &copy, kind, irql, site);
}

/* ---- set-up and momentary use ---- */

void locks_initializing(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = this_set();
	enum spinrule_violation violation = step(SPINRULE_STATE_HELD, SPINRULE_EVENT_INIT);
	struct held *held;
	struct owner owner;

	locks_mark_executed(site);
	count_call(set);
	if (is_watched)
		watch_initializing(lock);
	if (set && find(set, lock)) {
		struct held copy = { .lock = NULL };

		if (!begin(set))
			return;
		while ((held = find(set, lock))) {
			copy = copy_of(held);
			copy.lock = lock;
			forget(set, held, NULL);
		}
		end(set);
		/* Another thread may have released it in this moment. */
		if (copy.lock) {
			tell(violation, lock, locks_group(&copy), site, &copy, set->thread, -1);
			undo_acquire(&copy);
		}
		drop_if_of_lock(set);
	} else if (find_owner(set, lock, NULL, &owner)) {
		take_from(&owner);
		tell(violation, lock, locks_group(&owner.copy), site, &owner.copy, owner.thread, -1);
	}
}

int locks_may_use(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = this_set();
	struct held *held, copy;

	locks_mark_executed(site);
	count_call(set);
	held = set ? find(set, lock) : NULL;
	if (!held) {
		if (is_watched && set)
			watch_acquiring(set, lock, SPINRULE_GROUP_ANY, site);
		return 1;
	}
	copy = copy_of(held);
	tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_MOMENTARY), lock, locks_group(&copy), site, &copy, set->thread, -1);
	return 0;
}

void locks_completing(struct spinrule_site *site)
{
	struct held_set *set = this_set();

	locks_mark_executed(site);
	if (set)
		watch_completing(set, site);
}

/* ---- callbacks and ends ---- */

/* The youngest lock of SET that it got after MARK, or any if ALL; NULL if there is none. */
static struct held *find_since(struct held_set *set, uint32_t mark, int all)
{
	struct held *held;

	for (held = youngest(set); held; held = below(set, held))
		if (lock_in(held) != LOCK_TAKEN && (all || (int32_t)(locks_serial(held) - mark) > 0))
			break;
	return held;
}

/* Report and release what SET got after MARK, or all of it. */
static COLD void must_be_released(struct held_set *set, uint32_t mark, int all, struct spinrule_site *site)
{
	struct held *held;

	while ((held = find_since(set, mark, all))) {
		struct held copy = copy_of(held);

		if (!begin(set))
			return;
		forget(set, held, NULL);
		end(set);
		/* Another thread may have released it in this moment. */
		if (copy.lock == LOCK_TAKEN || locks_flags(&copy) & HELD_GHOST)
			continue;
		if (is_watched)
			watch_released(&copy, set->thread, site);
		if (!(locks_flags(&copy) & HELD_DOUBLED))
			tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_RETURN), copy.lock, locks_group(&copy), site, &copy, set->thread, -1);
		undo_acquire(&copy);
	}
}

unsigned locks_enter(unsigned with_cancel_lock, struct spinrule_site *site)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);
	struct held *cancel;
	uint32_t mark;

	locks_mark_executed(site);
	if (!set) {
		locks_incomplete("more threads are in callbacks at a time than the runtime has room for");
		return 0;
	}
	if (set->depth == CALLBACKS_MAX) {
		locks_incomplete("callbacks are nested deeper than the runtime has room for");
		return 0;
	}
	if (!begin(set))
		return 0;
	/* One for itself, so that no two callbacks have one mark. */
	locks_settle(set);
	skip_slot(set);
	mark = (uint32_t)set->last;
	set->marks[set->depth++] = mark;
	if (with_cancel_lock) {
		/* A driver that calls its cancel routine itself holds the lock already: now it is the routine's. */
		cancel = find(set, locks_cancel());
		if (cancel) {
			struct held copy = copy_of(cancel);

			forget(set, cancel, NULL);
			if (remember(set, copy.lock, NULL, locks_kind(&copy) & ~((uint32_t)HELD_SKIPPED << 16), copy.site))
				add_calls(set, -1);
		} else if (remember(set, locks_cancel(), NULL, KIND(SPINRULE_GROUP_CANCEL, HELD_BY_KERNEL), site)) {
			add_calls(set, -1);
		}
	}
	end(set);
	return mark | MARK_IS_KNOWN | (is_new ? MARK_CLAIMED : 0);
}

int locks_leave(unsigned mark, struct spinrule_site *site)
{
	struct held_set *set = this_set();
	unsigned serial = mark & ~MARK_BITS, depth;
	int is_outermost;

	locks_mark_executed(site);
	if (!set || !(mark & MARK_IS_KNOWN))
		return 0;

	/* Callbacks that an exception left are gone with it. */
	for (depth = set->depth; depth && set->marks[depth - 1] != serial; depth--)
		;
	if (!depth)
		return 0;
	set->depth = depth - 1;
	if (!is_empty(set))
		must_be_released(set, serial, 0, site);
	is_outermost = !set->depth;
	if (mark & MARK_CLAIMED && is_empty(set))
		port_drop_set(set);
	else
		drop_if_of_lock(set);
	return is_outermost;
}

void locks_raise(struct spinrule_site *site)
{
	struct held_set *set = this_set();

	locks_mark_executed(site);
	count_call(set);
	if (set && !is_empty(set))
		must_be_released(set, set->depth ? set->marks[set->depth - 1] : 0, !set->depth, site);
}

void locks_thread_ends(struct spinrule_site *site)
{
	struct held_set *set = this_set();

	if (site) {
		locks_mark_executed(site);
		count_call(set);
	}
	if (!set)
		return;
	must_be_released(set, 0, 1, site);
	set->depth = 0;
	set->is_of_lock = 0;
	port_drop_set(set);
}

void locks_unload(struct spinrule_site *site)
{
	for (unsigned i = 0; i < port_set_count; i++)
		if (port_sets[i].owner && !is_empty(&port_sets[i]))
			must_be_released(&port_sets[i], 0, 1, site);
}

/* Each slot taken was an acquire, and a release unless it is held still. */
unsigned long long locks_calls(void)
{
	unsigned long long calls = __atomic_load_n(&stray_calls, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < port_set_count; i++) {
		struct held_set *set = &port_sets[i];

		if (!locks_load(set->bottom))
			continue;
		calls += (unsigned long long)(locks_load(set->last) / SLOT_SIZE * 2) + (unsigned long long)(long long)locks_load(set->other_calls)
			 - count_held(set);
	}
	return calls;
}

int locks_are_incomplete(void)
{
	return __atomic_load_n(&is_incomplete, __ATOMIC_ACQUIRE);
}
