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
#include "set.h"
#include "text.h"
#include "undo.h"
#include "watch.h"

enum {
#define SPINRULE_ON(IN, EVENT, NEXT, VIOLATION) on_##IN##_##EVENT = SPINRULE_##VIOLATION,
#include "rule.def"
};

_Static_assert(on_FREE_ACQUIRE == 0 && on_FREE_MOMENTARY == 0 && on_HELD_RELEASE == 0 &&
		       on_FREE_RETURN == 0,
	       "the fast path reports nothing");

#define COLD __attribute__((noinline, cold))

/* A mark of a callback is the serial of a slot, a multiple of SLOT_SIZE, with two more bits.  Serials are compared around their wrap. */
#define ENTRY_IS_KNOWN 1u
#define ENTRY_CLAIMED 2u	/* this callback claimed the set, and drops it */
#define ENTRY_BITS 3u

static const char cancel_lock;
static const char numbered_locks[64];

static int is_incomplete;
unsigned locks_watched;

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

static void count_call(struct held_set *set)
{
	if (set)
		set_add_calls(set, 1);
	else
		__atomic_fetch_add(&stray_calls, 1, __ATOMIC_RELAXED);
}

COLD void locks_incomplete(const char *why)
{
	if (!__atomic_exchange_n(&is_incomplete, 1, __ATOMIC_ACQ_REL))
		report_note("checking is incomplete: ", why);
}

/* ---- code that is not instrumented, or is another driver's ---- */

/* What a lock's own memory says, for one that has some. */
static COLD enum port_word look_at(const void *lock)
{
	if (!lock || lock == &cancel_lock || locks_number_of(lock) >= 0)
		return PORT_WORD_NOTHING;
	return port_look_at(lock);
}

/* The lock of SITE was found to have been WHAT by code that the runtime does not see.  Said once: there may be much of it.  Where
 * the rule was broken before, it may be what came of that. */
static COLD void say_unseen(const char *what, const struct spinrule_site *site)
{
	static int is_said;
	char buffer[600];
	struct text text = text_in(buffer, sizeof buffer);

	if (spinrule_violation_count() || __atomic_exchange_n(&is_said, 1, __ATOMIC_ACQ_REL))
		return;
	text_add(&text, "code that is not instrumented, or is another driver's, ");
	text_add(&text, what);
	text_add(&text, " a lock: see ");
	text_add(&text, site ? site->file : "the end of a thread");
	if (site) {
		text_add(&text, ":");
		text_add_number(&text, site->line);
	}
	report_note(buffer, "; what it does is not checked, and is said once");
}

COLD int locks_is_free(const struct held *held)
{
	return look_at(locks_load(held->lock)) == PORT_WORD_FREE;
}

/* HELD, of SET, is a lock that its thread does not hold any more: nobody does. */
static COLD int is_stale(const struct held *held, const struct spinrule_site *site)
{
	if (!locks_is_free(held))
		return 0;
	say_unseen("released", site);
	return 1;
}

/* LOCK, which no thread is known to hold, is held all the same.  A thread that has just acquired it is given time to say so. */
static COLD int is_held_unseen(const struct held_set *mine, const void *lock,
			       struct set_owner *owner, const struct spinrule_site *site)
{
	enum { LOOKS = 8, MOMENTS = 64 };

	for (int i = 0; i < LOOKS; i++) {
		enum port_word word = look_at(lock);

		if ((word != PORT_WORD_TAKEN && word != PORT_WORD_OTHER) ||
		    set_find_owner(mine, lock, NULL, owner))
			return 0;
		for (volatile int moment = 0; moment < MOMENTS; moment++)
			;
	}
	say_unseen("acquired", site);
	return 1;
}

/* ---- sets ---- */

/* Only who claimed a set drops it: a callback at its return, or whoever releases the last lock.  So a
 * DPC between two instructions of this file never drops the set that its thread is about to use. */
static void drop_if_of_lock(struct held_set *set)
{
	if (set->is_of_lock && set_is_empty(set) && !set->depth) {
		set->is_of_lock = 0;
		port_drop_set(set);
	}
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
	struct held_set *mine = set_of_this_thread();
	int is_new = 0;

	/* A thread without a set borrows one, so that its reports do not enter themselves either. */
	if (!mine)
		mine = port_claim_set(&is_new);
	if (mine ? mine->is_reporting
		 : __atomic_exchange_n(&is_stray_reporting, 1, __ATOMIC_ACQ_REL)) {
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

static COLD void tell(enum spinrule_violation violation, const void *lock,
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

	locks_tell(&report);
}

static enum spinrule_violation step(enum spinrule_state state, enum spinrule_event event)
{
	return spinrule_step(&state, event);
}

/* HELD is released at SITE, or not held in truth (NULL), where set_begin () failed or SET is unsure: what was interrupted may be at
 * the links, so they stay as they are.  A lock that nobody took off the links must not be found any more. */
static COLD void let_go(struct held_set *set, struct held *held, struct spinrule_site *site)
{
	int is_youngest = held == set_youngest(set);

	locks_mark_released(held, site ? site : held->site);
	if (!is_youngest)
		locks_store(held->lock, NULL);
}

/* ---- acquire ---- */

static COLD void acquire_again(struct held_set *set, struct held *before, const void *lock,
			       void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held copy;

	/* The acquire that was entered is below its ghosts. */
	for (struct held *held = before; held; held = set_below(set, held))
		if (locks_load(held->lock) == lock)
			before = held;
	set_change_kind(before, 0, KIND_OF_FLAGS(HELD_DOUBLED));
	copy = set_copy_of(before);
	if (set_begin(set)) {
		if (!set_remember(set, lock, handle, KIND(KIND_GROUP(kind), HELD_GHOST), site))
			count_call(set);
		set_end(set);
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
		set->is_plain = 0;
	}
	return set;
}

int locks_may_acquire(const void *lock, void *handle, uint32_t kind, struct spinrule_site *site)
{
	struct held_set *set = locks_watched ? set_for_lock() : set_of_this_thread();
	struct held *before;

	if (!set)
		return 1;
	while ((before = set_find(set, lock))) {
		if (set->is_unsure) {
			set->let_go = lock;
			set->let_go_site = before->site;
			let_go(set, before, NULL);
			continue;
		}
		if (!is_stale(before, site) || !set_begin(set)) {
			acquire_again(set, before, lock, handle, kind, site);
			return 0;
		}
		set_forget(set, before, NULL);
		set_end(set);
	}
	if (locks_watched)
		watch_acquiring(set, lock, KIND_GROUP(kind), site);
	return 1;
}

/* Where SET, which is unsure, has it that its thread acquired LOCK, and holds it still; NULL if it does not. */
static const struct spinrule_site *acquired_before(struct held_set *set, const void *lock)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (locks_is_held(&set->slots[i]) && locks_load(set->slots[i].lock) == lock)
			return locks_load(set->slots[i].site);
	return set->let_go == lock ? set->let_go_site : NULL;
}

COLD void locks_waiting(const void *lock)
{
	static int is_said;
	struct held_set *set = set_of_this_thread();
	const struct spinrule_site *site =
		set && set->is_unsure ? acquired_before(set, lock) : NULL;
	struct set_owner owner;
	char buffer[600];
	struct text text = text_in(buffer, sizeof buffer);

	if (!site || set_find_owner(set, lock, NULL, &owner) ||
	    __atomic_exchange_n(&is_said, 1, __ATOMIC_ACQ_REL))
		return;
	text_add(&text, "thread ");
	text_add_number(&text, set->thread);
	text_add(&text, " may wait for ever, for a spin lock (");
	text_add_hex(&text, (uintptr_t)lock, 1);
	text_add(&text, ") that it seems to hold: acquired at ");
	text_add(&text, site->file);
	text_add(&text, ":");
	text_add_number(&text, site->line);
	report_note(buffer, "");
}

uint8_t locks_acquired(const void *lock, void *handle, uint32_t kind, uint8_t irql,
		       struct spinrule_site *site)
{
	struct held_set *set = set_for_lock();
	struct held *held;

	if (!set) {
		count_call(NULL);
		locks_incomplete(
			"more threads use spin locks at a time than the runtime has room for");
		return irql;
	}
	if (!set_begin(set))
		return irql;
	if (kind & HELD_KNOWS_IRQL << 16 && set_youngest(set))
		irql = locks_irql_with_lock_held(irql);
	held = set_remember(set, lock, handle,
			    kind | KIND_IRQL(irql) |
				    (locks_watched & WATCH_PAIRS ? KIND_OF_FLAGS(HELD_WATCHED) : 0),
			    site);
	if (!held)
		count_call(set);
	else if (locks_watched & WATCH_PAIRS)
		watch_acquired(held);
	set_end(set);
	return irql;
}

uint8_t locks_tried(const void *lock, int has_acquired, uint32_t kind, uint8_t irql,
		    struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct held *stale = set && has_acquired ? set_find(set, lock) : NULL;

	if (!has_acquired) {
		count_call(set);
		return irql;
	}
	/* A try that succeeds on a lock of this thread: code that is not instrumented released it. */
	if (stale && set_begin(set)) {
		set_forget(set, stale, NULL);
		set_end(set);
	}
	return locks_acquired(lock, NULL, kind, irql, site);
}

/* ---- release ---- */

static int is_of_kind(const struct held *held, uint32_t kind)
{
	return locks_group(held) == KIND_GROUP(kind);
}

/* A release of what is in SET, but with something odd about it. */
static COLD int release_odd(struct held_set *set, const struct held *held, uint32_t kind,
			    uint8_t *irql, struct spinrule_site *site)
{
	enum spinrule_group group = KIND_GROUP(kind);

	if (locks_flags(held) & HELD_GHOST)
		return 0;

	if (!is_of_kind(held, kind)) {
		if (!(locks_flags(held) & HELD_DOUBLED))
			tell(SPINRULE_MISMATCHED_RELEASE, held->lock, group, site, held,
			     set->thread, -1);
		undo_acquire(held);
		drop_if_of_lock(set);
		return 0;
	}

	if (irql && locks_flags(held) & HELD_KNOWS_IRQL && *irql != locks_irql(held)) {
		/* After a double acquire into one variable the driver cannot know better. */
		if (locks_flags(held) & HELD_DOUBLED)
			*irql = locks_irql(held);
		else
			tell(SPINRULE_WRONG_IRQL, held->lock, group, site, held, set->thread,
			     *irql);
	}
	drop_if_of_lock(set);
	return 1;
}

/* A release of what this thread does not hold. */
static COLD int release_foreign(struct held_set *set, const void *lock, void *handle, uint32_t kind,
				struct spinrule_site *site)
{
	enum spinrule_group group = KIND_GROUP(kind);
	struct violation_report report = {
		.violation = step(SPINRULE_STATE_FREE, SPINRULE_EVENT_RELEASE),
		.group = group,
		.lock = lock ? lock : handle,
		.site = site,
		.irql = -1,
	};
	struct set_owner owner;
	int has_owner;

	count_call(set);
	has_owner = set_find_owner(set, lock, handle, &owner);
	if (!has_owner && lock && !locks_are_incomplete() &&
	    is_held_unseen(set, lock, &owner, site))
		return 1;
	if (has_owner || set_find_owner(set, lock, handle, &owner)) {
		set_take_from(&owner);
		tell(SPINRULE_WRONG_CONTEXT, owner.copy.lock, group, site, &owner.copy,
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
	/* A cancel routine that nobody told us of is entered with the cancel lock held. */
	if (port_is_kernel && group == SPINRULE_GROUP_CANCEL && (!set || !set->depth))
		return 1;
	report.released = set_last_release(set, lock);
	locks_tell(&report);
	return 0;
}

/* Released in the order of the acquires, two locks change IRQLs: the release of HELD, which gives back IRQL, has to stay
 * at the level at which a younger lock was acquired, and that one's goes back to where HELD's acquire began.  So it is
 * with an older one too, if HELD has changed before: what must not be is that IRQL is lower than what HELD has to give back. */
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
	if (!set_begin(set)) {
		locks_disturbed(set);
		let_go(set, held, site);
		return !(locks_flags(&copy) & HELD_GHOST);
	}
	if (irql && copy.lock != LOCK_TAKEN && is_of_kind(&copy, kind) &&
	    *irql != locks_irql(&copy) &&
	    (locks_flags(&copy) & ~(unsigned)HELD_OF_NO_MATTER) == HELD_KNOWS_IRQL) {
		change_irqls(set, held, *irql);
		copy = set_copy_of(held);
	}
	set_forget(set, held, site);
	set_end(set);
	/* Another thread may have released it in this moment. */
	if (copy.lock == LOCK_TAKEN)
		return release_foreign(set, lock, handle, kind, site);
	if (set->is_unsure) {
		drop_if_of_lock(set);
		return !(locks_flags(&copy) & HELD_GHOST);
	}
	if (locks_watched)
		watch_released(&copy, set->thread, site);
	return release_odd(set, &copy, kind, irql, site);
}

/* ---- set-up and momentary use ---- */

void locks_initializing(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	enum spinrule_violation violation = step(SPINRULE_STATE_HELD, SPINRULE_EVENT_INIT);
	struct held *held;
	struct set_owner owner;

	locks_mark_executed(site);
	count_call(set);
	if (locks_watched)
		watch_initializing(lock);
	if (set && set_find(set, lock)) {
		struct held copy = { .lock = NULL };

		if (!set_begin(set))
			return;
		while ((held = set_find(set, lock))) {
			copy = set_copy_of(held);
			copy.lock = lock;
			set_forget(set, held, NULL);
		}
		set_end(set);
		/* Another thread may have released it in this moment. */
		if (copy.lock && !set->is_unsure && !is_stale(&copy, site)) {
			tell(violation, lock, locks_group(&copy), site, &copy, set->thread, -1);
			undo_acquire(&copy);
		}
		drop_if_of_lock(set);
	} else if (set_find_owner(set, lock, NULL, &owner)) {
		set_take_from(&owner);
		if (!is_stale(&owner.copy, site))
			tell(violation, lock, locks_group(&owner.copy), site, &owner.copy,
			     owner.thread, -1);
	}
}

int locks_may_use(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct held *held, copy;

	locks_mark_executed(site);
	count_call(set);
	held = set && !set->is_unsure ? set_find(set, lock) : NULL;
	if (!held || is_stale(held, site)) {
		if (locks_watched && set)
			watch_acquiring(set, lock, SPINRULE_GROUP_ANY, site);
		return 1;
	}
	copy = set_copy_of(held);
	tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_MOMENTARY), lock, locks_group(&copy), site,
	     &copy, set->thread, -1);
	return 0;
}

void locks_completing(struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();

	locks_mark_executed(site);
	if (set)
		watch_completing(set, site);
}

/* ---- callbacks and ends ---- */

/* The youngest lock of SET that it got after MARK, or any if ALL; NULL if there is none. */
static struct held *find_since(struct held_set *set, uint32_t mark, int all)
{
	struct held *held;

	for (held = set_youngest(set); held; held = set_below(set, held))
		if (locks_load(held->lock) != LOCK_TAKEN && !(locks_flags(held) & HELD_CLAIMED) &&
		    (all || (int32_t)(locks_serial(set, held) - mark) > 0))
			break;
	return held;
}

/* Report and release what SET got after MARK, or all of it. */
static COLD void must_be_released(struct held_set *set, uint32_t mark, int all,
				  struct spinrule_site *site)
{
	struct held *held;

	while ((held = find_since(set, mark, all))) {
		struct held copy = set_copy_of(held);

		if (!set_begin(set))
			return;
		set_forget(set, held, NULL);
		set_end(set);
		/* Another thread may have released it in this moment. */
		if (copy.lock == LOCK_TAKEN || locks_flags(&copy) & HELD_GHOST || set->is_unsure ||
		    is_stale(&copy, site))
			continue;
		if (locks_watched)
			watch_released(&copy, set->thread, site);
		if (!(locks_flags(&copy) & HELD_DOUBLED))
			tell(step(SPINRULE_STATE_HELD, SPINRULE_EVENT_RETURN), copy.lock,
			     locks_group(&copy), site, &copy, set->thread, -1);
		undo_acquire(&copy);
	}
}

/* Callbacks of SET that were entered at FRAME or deeper in the stack are gone: an exception or a jump left them.  Only where
 * there is no room for another, as not all code of a thread is on one stack. */
static COLD void forget_left(struct held_set *set, uint32_t frame)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < set->depth; i++)
		if ((int32_t)(set->frames[i] - frame) > 0) {
			set->marks[kept] = set->marks[i];
			set->frames[kept++] = set->frames[i];
		}
	set->depth = kept;
}

unsigned locks_enter(unsigned with_cancel_lock, struct spinrule_site *site)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);
	struct held *cancel;
	uint32_t mark, frame = (uint32_t)(uintptr_t)__builtin_frame_address(0);

	locks_mark_executed(site);
	if (!set) {
		locks_incomplete(
			"more threads are in callbacks at a time than the runtime has room for");
		return 0;
	}
	if (set->depth == CALLBACKS_MAX)
		forget_left(set, frame);
	if (set->depth == CALLBACKS_MAX) {
		locks_incomplete("callbacks are nested deeper than the runtime has room for");
		return 0;
	}
	if (!set_begin(set))
		return 0;
	/* One for itself, so that no two callbacks have one mark. */
	locks_settle(set);
	set_skip_slot(set);
	mark = (uint32_t)locks_last_serial(set);
	set->frames[set->depth] = frame;
	set->marks[set->depth++] = mark;
	if (with_cancel_lock) {
		/* A driver that calls its cancel routine itself holds the lock already: now it is the routine's. */
		cancel = set_find(set, locks_cancel());
		if (cancel) {
			struct held copy = set_copy_of(cancel);

			set_forget(set, cancel, NULL);
			if (set_remember(set, copy.lock, NULL,
					 locks_kind(&copy) &
						 ~KIND_OF_FLAGS(HELD_SKIPPED | HELD_ON_TOP |
								HELD_WATCHED),
					 copy.site))
				set_add_calls(set, -1);
		} else if (set_remember(set, locks_cancel(), NULL,
					KIND(SPINRULE_GROUP_CANCEL, HELD_BY_KERNEL), site)) {
			set_add_calls(set, -1);
		}
	}
	locks_reopen(set);
	set_end(set);
	return mark | ENTRY_IS_KNOWN | (is_new ? ENTRY_CLAIMED : 0);
}

int locks_leave(unsigned mark, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	unsigned serial = mark & ~ENTRY_BITS, depth;
	int is_outermost;

	locks_mark_executed(site);
	if (!set || !(mark & ENTRY_IS_KNOWN))
		return 0;

	/* Callbacks that an exception left are gone with it. */
	for (depth = set->depth; depth && set->marks[depth - 1] != serial; depth--)
		;
	if (!depth)
		return 0;
	set->depth = depth - 1;
	if (!set_is_empty(set))
		must_be_released(set, serial, 0, site);
	is_outermost = !set->depth;
	if (mark & ENTRY_CLAIMED && set_is_empty(set))
		port_drop_set(set);
	else
		drop_if_of_lock(set);
	return is_outermost;
}

void locks_raise(struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();

	locks_mark_executed(site);
	count_call(set);
	if (set && !set_is_empty(set))
		must_be_released(set, set->depth ? set->marks[set->depth - 1] : 0, !set->depth,
				 site);
}

void locks_thread_ends(struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();

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
		if (port_sets[i].owner && !set_is_empty(&port_sets[i]))
			must_be_released(&port_sets[i], 0, 1, site);
}

/* Each slot taken was an acquire, and a release unless it is held still. */
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
