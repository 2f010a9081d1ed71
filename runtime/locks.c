/* locks.c - which spin locks each thread holds, and what the rule says of the next event.
 *
 * The rule itself is rule.def: spinrule_step () says what is a violation.  Here a lock that this
 * thread has in its set is HELD, any other is FREE; what a thread alone cannot see (another holds
 * it, another kind, another IRQL) refines the answer.
 *
 * On the fast path there is no step to take: acquiring a FREE lock and releasing a HELD one are
 * never violations, which is asserted below.
 *
 * In a driver a DPC may come in between on the same thread and in the same set, as long as
 * the IRQL is below DISPATCH_LEVEL.  It leaves the set as it was, and a lock is recorded after its
 * acquire and forgotten before its release, at DISPATCH_LEVEL, so that no DPC sees one half done.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks.h"

#include "port.h"
#include "report.h"

enum {
#define SPINRULE_ON(IN, EVENT, NEXT, VIOLATION) on_##IN##_##EVENT = SPINRULE_##VIOLATION,
#include "rule.def"
};

_Static_assert(on_FREE_ACQUIRE == 0 && on_FREE_MOMENTARY == 0 && on_HELD_RELEASE == 0 && on_FREE_RETURN == 0,
	       "the fast path reports nothing");

#define COLD __attribute__((noinline, cold))

/* A mark is a serial with two more bits.  Serials are compared around their wrap. */
#define MARK_IS_KNOWN 0x80000000u
#define MARK_CLAIMED 0x40000000u	/* this callback claimed the set, and drops it */
#define SERIAL_BITS 0x3fffffffu
#define SERIAL_SHIFT 2

static const char cancel_lock;
static const char numbered_locks[64];

static int is_incomplete;

/* Calls on threads without a set. */
static unsigned stray_calls;

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

static const void *lock_in(const struct held *held)
{
	return __atomic_load_n(&held->lock, __ATOMIC_RELAXED);
}

static void set_lock(struct held *held, const void *lock)
{
	__atomic_store_n(&held->lock, lock, __ATOMIC_RELEASE);
}

/* The youngest record of LOCK in SET, or NULL. */
static struct held *find(struct held_set *set, const void *lock)
{
	for (unsigned i = set->count; i-- > 0; )
		if (lock_in(&set->held[i]) == lock)
			return &set->held[i];
	return NULL;
}

static int is_empty(const struct held *held)
{
	const void *lock = lock_in(held);

	return !lock || lock == LOCK_TAKEN;
}

static struct held *find_handle(struct held_set *set, const void *handle)
{
	for (unsigned i = set->count; i-- > 0; )
		if (set->held[i].handle == handle && !is_empty(&set->held[i]))
			return &set->held[i];
	return NULL;
}

static void count_call(struct held_set *set)
{
	if (set)
		set->calls++;
	else
		__atomic_fetch_add(&stray_calls, 1, __ATOMIC_RELAXED);
}

static COLD void incomplete(const char *why)
{
	if (!__atomic_exchange_n(&is_incomplete, 1, __ATOMIC_ACQ_REL))
		report_note("checking is incomplete: ", why);
}

/* Give up the empty records at the end of SET. */
static void trim(struct held_set *set)
{
	while (set->count && is_empty(&set->held[set->count - 1]))
		locks_set_count(set, set->count - 1);
}

/* Forget HELD of SET.  The other records stay where they are, because other threads may be looking at them. */
static void forget(struct held_set *set, struct held *held)
{
	set_lock(held, NULL);
	trim(set);
}

/* Only who claimed a set drops it: a callback at its return, or whoever releases the last lock.  So a
 * DPC between two instructions of this file never drops the set that its thread is about to use. */
static void drop_if_of_lock(struct held_set *set)
{
	if (set->is_of_lock && !set->count && !set->depth) {
		set->is_of_lock = 0;
		port_drop_set(set);
	}
}

/* Close the holes of SET; true if there is room then.  A thread that looks for a lock right now may miss
 * it: it says "not held" instead of "held by another". */
static COLD int make_room(struct held_set *set)
{
	unsigned count = 0;

	for (unsigned i = 0; i < set->count; i++) {
		struct held *from = &set->held[i], *to = &set->held[count];

		if (is_empty(from))
			continue;
		count++;
		if (to == from)
			continue;
		to->handle = from->handle;
		to->site = from->site;
		to->serial = from->serial;
		to->group = from->group;
		to->irql = from->irql;
		to->flags = from->flags;
		set_lock(to, from->lock);
		set_lock(from, NULL);
	}
	locks_set_count(set, count);
	return count < HELD_MAX;
}

/* Record LOCK as the youngest of SET; false if there is no room. */
static int remember(struct held_set *set, const void *lock, void *handle, enum spinrule_group group,
		    uint8_t irql, uint8_t flags, struct spinrule_site *site)
{
	struct held *held;

	if (set->count == HELD_MAX && !make_room(set)) {
		incomplete("a thread holds more spin locks at a time than the runtime has room for");
		return 0;
	}
	held = &set->held[set->count];
	held->handle = handle;
	held->site = site;
	held->serial = ++set->serial;
	held->group = (uint8_t)group;
	held->irql = irql;
	held->flags = flags;
	set_lock(held, lock);
	locks_set_count(set, set->count + 1);
	return 1;
}

/* Really release what HELD, a copy, says, as it was acquired. */
static COLD void release_as_acquired(const struct held *held)
{
	void *lock = (void *)(uintptr_t)held->lock;
	uint8_t irql = held->flags & HELD_KNOWS_IRQL ? held->irql : PORT_DISPATCH_LEVEL;
	uintptr_t queued = held->handle ? ((uintptr_t *)held->handle)[1] & ~(uintptr_t)3 : 0;

	switch ((enum spinrule_group)held->group) {
	case SPINRULE_GROUP_RAISING:
		port_KeReleaseSpinLock(lock, irql);
		break;
	case SPINRULE_GROUP_DPC:
		port_KeReleaseSpinLockFromDpcLevel(lock);
		break;
	case SPINRULE_GROUP_QUEUED:
	case SPINRULE_GROUP_QUEUED_DPC:
		/* The handle is on some stack: if that frame is gone, the lock cannot be released. */
		if (queued != (uintptr_t)lock)
			break;
		if (held->group == SPINRULE_GROUP_QUEUED)
			port_KeReleaseInStackQueuedSpinLock(held->handle);
		else
			port_KeReleaseInStackQueuedSpinLockFromDpcLevel(held->handle);
		break;
	case SPINRULE_GROUP_NUMBERED:
		port_KeReleaseQueuedSpinLock((unsigned)locks_number_of(lock), irql);
		break;
	case SPINRULE_GROUP_CANCEL:
		port_IoReleaseCancelSpinLock(held->flags & HELD_KNOWS_IRQL ? irql : PORT_PASSIVE_LEVEL);
		break;
	case SPINRULE_GROUP_ANY:
	case SPINRULE_GROUPS:
		break;
	}
}

/* ---- finding a lock in the sets of other threads ---- */

struct owner {
	struct held *held;
	struct held copy;
	unsigned long long thread;
};

/* Look for LOCK, or for the lock of HANDLE if LOCK is NULL, in every set but MINE. */
static COLD int find_owner(const struct held_set *mine, const void *lock, const void *handle, struct owner *owner)
{
	for (unsigned i = 0; i < port_set_count; i++) {
		struct held_set *set = &port_sets[i];
		unsigned count = __atomic_load_n(&set->count, __ATOMIC_ACQUIRE);

		if (set == mine)
			continue;
		for (unsigned j = 0; j < count && j < HELD_MAX; j++) {
			struct held *held = &set->held[j];
			const void *before = __atomic_load_n(&held->lock, __ATOMIC_ACQUIRE);

			if (!before || before == LOCK_TAKEN || (lock && before != lock) || (!lock && held->handle != handle)
			    || held->flags & HELD_GHOST)
				continue;
			owner->held = held;
			owner->copy = *held;
			owner->copy.lock = before;
			owner->thread = set->thread;
			/* The copy is of one piece if the lock is still there. */
			if (__atomic_load_n(&held->lock, __ATOMIC_ACQUIRE) == before)
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

/* ---- telling ---- */

static COLD void tell(enum spinrule_violation violation, const void *lock, enum spinrule_group group,
		      struct spinrule_site *site, struct held_set *mine,
		      const struct held *acquired, unsigned long long acquired_by, int irql)
{
	struct violation_report report = {
		.violation = violation,
		.group = group,
		.lock = lock,
		.site = site,
		.thread = mine ? mine->thread : port_thread_number(),
		.acquired = acquired,
		.acquired_by = acquired_by,
		.irql = irql,
	};

	if (mine) {
		if (mine->is_reporting)
			return;
		mine->is_reporting = 1;
	}
	report_violation(&report);
	if (mine)
		mine->is_reporting = 0;
}

static enum spinrule_violation step(enum spinrule_state state, enum spinrule_event event)
{
	return spinrule_step(&state, event);
}

/* ---- acquire ---- */

static COLD int acquire_again(struct held_set *set, struct held *before, const void *lock, void *handle,
			      enum spinrule_group group, struct spinrule_site *site)
{
	struct held copy;

	/* The acquire that was entered is below its ghosts. */
	for (struct held *held = before; held >= set->held; held--)
		if (lock_in(held) == lock)
			before = held;
	before->flags |= HELD_DOUBLED;
	copy = *before;
	count_call(set);
	remember(set, lock, handle, group, PORT_DISPATCH_LEVEL, HELD_GHOST, site);
	tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_ACQUIRE), lock, group, site, set, &copy, set->thread, -1);
	return 0;
}

int locks_may_acquire_another(struct held_set *set, const void *lock, void *handle, enum spinrule_group group,
			      struct spinrule_site *site)
{
	struct held *before = find(set, lock);

	return before ? acquire_again(set, before, lock, handle, group, site) : 1;
}

uint8_t locks_acquired_slowly(const void *lock, void *handle, enum spinrule_group group, uint8_t irql, uint8_t flags,
			      struct spinrule_site *site)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);

	count_call(set);
	if (!set) {
		incomplete("more threads use spin locks at a time than the runtime has room for");
		return irql;
	}
	if (is_new)
		set->is_of_lock = 1;
	/* Some kernels (Wine's) have no IRQLs and always save 0.  With a spin lock held it cannot be. */
	if (port_is_kernel && irql < PORT_DISPATCH_LEVEL && set->count)
		irql = PORT_DISPATCH_LEVEL;
	remember(set, lock, handle, group, irql, flags, site);
	return irql;
}

void locks_tried(const void *lock, int has_acquired, enum spinrule_group group, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *stale = set && has_acquired ? find(set, lock) : NULL;

	locks_mark_executed(site);
	if (!has_acquired) {
		count_call(set);
		return;
	}
	/* A try that succeeds on a lock of this thread: code that is not instrumented released it. */
	if (stale)
		forget(set, stale);
	locks_acquired_plain(lock, NULL, group, site);
}

/* ---- release ---- */

static int is_of_kind(const struct held *held, enum spinrule_group group)
{
	return held->group == group;
}

/* A release of what is in SET, but with something odd about it. */
static COLD int release_odd(struct held_set *set, struct held *held, enum spinrule_group group,
			    uint8_t *irql, struct spinrule_site *site)
{
	struct held copy = *held;

	count_call(set);
	forget(set, held);
	if (copy.flags & HELD_GHOST)
		return 0;

	if (!is_of_kind(&copy, group)) {
		if (!(copy.flags & HELD_DOUBLED))
			tell(SPINRULE_MISMATCHED_RELEASE, copy.lock, group, site, set, &copy, set->thread, -1);
		release_as_acquired(&copy);
		drop_if_of_lock(set);
		return 0;
	}

	if (irql && copy.flags & HELD_KNOWS_IRQL && *irql != copy.irql) {
		/* After a double acquire into one variable the driver cannot know better. */
		if (copy.flags & HELD_DOUBLED)
			*irql = copy.irql;
		else
			tell(SPINRULE_WRONG_IRQL, copy.lock, group, site, set, &copy, set->thread, *irql);
	}
	drop_if_of_lock(set);
	return 1;
}

/* A release of what this thread does not hold. */
static COLD int release_foreign(struct held_set *set, const void *lock, void *handle, enum spinrule_group group,
				struct spinrule_site *site)
{
	struct owner owner;

	count_call(set);
	if (find_owner(set, lock, handle, &owner)) {
		take_from(&owner);
		tell(SPINRULE_WRONG_CONTEXT, owner.copy.lock, group, site, set, &owner.copy, owner.thread, -1);
		if (is_of_kind(&owner.copy, group))
			return 1;
		release_as_acquired(&owner.copy);
		return 0;
	}
	if (locks_are_incomplete())
		return 1;
	/* A cancel routine that nobody told us of is entered with the cancel lock held. */
	if (port_is_kernel && group == SPINRULE_GROUP_CANCEL && (!set || !set->depth))
		return 1;
	tell(step(SPINRULE_STATE_FREE, SPINRULE_EVENT_RELEASE), lock ? lock : handle, group, site, set, NULL, 0, -1);
	return 0;
}

int locks_releasing_slowly(const void *lock, void *handle, enum spinrule_group group, uint8_t *irql, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held = NULL;

	if (set)
		held = lock ? find(set, lock) : find_handle(set, handle);
	if (!held)
		return release_foreign(set, lock, handle, group, site);
	if (held->flags & (HELD_GHOST | HELD_DOUBLED) || !is_of_kind(held, group)
	    || (irql && held->flags & HELD_KNOWS_IRQL && *irql != held->irql))
		return release_odd(set, held, group, irql, site);
	set->calls++;
	forget(set, held);
	drop_if_of_lock(set);
	return 1;
}

/* ---- set-up and momentary use ---- */

void locks_initializing(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held;
	struct owner owner;

	locks_mark_executed(site);
	count_call(set);
	if (set && (held = find(set, lock))) {
		struct held copy = *held;

		for (; held; held = find(set, lock)) {
			copy = *held;
			forget(set, held);
		}
		tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_INIT), lock, (enum spinrule_group)copy.group, site, set, &copy,
		     set->thread, -1);
		release_as_acquired(&copy);
		drop_if_of_lock(set);
	} else if (find_owner(set, lock, NULL, &owner)) {
		take_from(&owner);
		tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_INIT), lock, (enum spinrule_group)owner.copy.group, site, set,
		     &owner.copy, owner.thread, -1);
	}
}

int locks_may_use(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	struct held *held;

	locks_mark_executed(site);
	count_call(set);
	held = set ? find(set, lock) : NULL;
	if (!held)
		return 1;
	tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_MOMENTARY), lock, (enum spinrule_group)held->group, site, set, held,
	     set->thread, -1);
	return 0;
}

/* ---- callbacks and ends ---- */

/* Report and release what SET got after MARK, or all of it. */
static COLD void must_be_released(struct held_set *set, unsigned mark, int all, struct spinrule_site *site, struct held_set *mine)
{
	for (unsigned i = set->count; i-- > 0; ) {
		struct held *held = &set->held[i];
		struct held copy = *held;

		if (is_empty(held) || (!all && (int)((copy.serial - mark) << SERIAL_SHIFT) <= 0))
			continue;
		forget(set, held);
		if (copy.flags & HELD_GHOST)
			continue;
		if (!(copy.flags & HELD_DOUBLED))
			tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_RETURN), copy.lock, (enum spinrule_group)copy.group, site,
			     mine, &copy, set->thread, -1);
		release_as_acquired(&copy);
		/* What forget took off the end need not be looked at. */
		if (i > set->count)
			i = set->count;
	}
	trim(set);
}

unsigned locks_enter(unsigned with_cancel_lock, struct spinrule_site *site)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);
	struct held *cancel;
	unsigned mark;

	locks_mark_executed(site);
	if (!set) {
		incomplete("more threads are in callbacks at a time than the runtime has room for");
		return 0;
	}
	if (set->depth == CALLBACKS_MAX) {
		incomplete("callbacks are nested deeper than the runtime has room for");
		return 0;
	}
	mark = set->serial & SERIAL_BITS;
	set->marks[set->depth++] = mark;
	if (with_cancel_lock) {
		/* A driver that calls its cancel routine itself holds the lock already: now it is the routine's. */
		cancel = find(set, locks_cancel());
		if (cancel)
			cancel->serial = ++set->serial;
		else
			remember(set, locks_cancel(), NULL, SPINRULE_GROUP_CANCEL, 0, HELD_BY_KERNEL, site);
	}
	return mark | MARK_IS_KNOWN | (is_new ? MARK_CLAIMED : 0);
}

int locks_leave(unsigned mark, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	unsigned serial = mark & SERIAL_BITS, depth;
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
	if (set->count)
		must_be_released(set, serial, 0, site, set);
	is_outermost = !set->depth;
	if (mark & MARK_CLAIMED && !set->count)
		port_drop_set(set);
	else
		drop_if_of_lock(set);
	return is_outermost;
}

void locks_raise(struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	locks_mark_executed(site);
	count_call(set);
	if (set && set->count)
		must_be_released(set, set->depth ? set->marks[set->depth - 1] : 0, !set->depth, site, set);
}

void locks_thread_ends(struct spinrule_site *site)
{
	struct held_set *set = port_find_set();

	if (site) {
		locks_mark_executed(site);
		count_call(set);
	}
	if (!set)
		return;
	must_be_released(set, 0, 1, site, set);
	set->depth = 0;
	set->is_of_lock = 0;
	port_drop_set(set);
}

void locks_unload(struct spinrule_site *site)
{
	struct held_set *mine = port_find_set();

	for (unsigned i = 0; i < port_set_count; i++)
		if (__atomic_load_n(&port_sets[i].count, __ATOMIC_ACQUIRE))
			must_be_released(&port_sets[i], 0, 1, site, mine);
}

unsigned long long locks_calls(void)
{
	unsigned long long calls = __atomic_load_n(&stray_calls, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < port_set_count; i++)
		calls += __atomic_load_n(&port_sets[i].calls, __ATOMIC_RELAXED);
	return calls;
}

int locks_are_incomplete(void)
{
	return __atomic_load_n(&is_incomplete, __ATOMIC_ACQUIRE);
}
