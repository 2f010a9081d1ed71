/* set.c - who has a set, and changes of more of a set than its top.
 *
 * SPDX-License-Identifier: MIT
 */

#include "set.h"

#include "locks-fast.h"
#include "port.h"

#define REASON(WORDS) { .file = "", .function = WORDS, .ddi = "", .lock = "" }

struct spinrule_site set_reasons[SET_REASONS] = {
	[SET_LEFT_HELD] = REASON("it was left held"),
	[SET_INITIALIZED] = REASON("it was initialized while held"),
	[SET_FREED] = REASON("its memory was freed while it was held"),
	[SET_UNSEEN] = REASON("code that is not checked has released it"),
	[SET_BY_ANOTHER] = REASON("another thread has released it"),
	[SET_HANDED_ON] = REASON("the callback inside this one has it"),
};

/* The number of sets that a thread has ever had: no others are searched. */
static unsigned known_sets;

static void make_known(unsigned count)
{
	unsigned known = locks_load(known_sets);

	while (known < count && !__atomic_compare_exchange_n(&known_sets, &known, count, 0,
							     __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

/* HELD has nothing to remember.  LOCK first: a release at a site that was not executed
 * before is compared with the lock and with a mark that may be 0. */
static void forget_slot(struct held *held)
{
	locks_store(held->lock, NULL);
	locks_set_mark(held, 0);
}

void locks_claimed(struct held_set *set, int is_its_own)
{
	struct held *last = set->at ? locks_last(set) : &set->slots[0];

	spinrule_assert(set >= port_sets && set < port_sets + port_set_count);

	/* A thread that gets its own set back finds the slots as it left them: none is
	 * held. */
	for (unsigned i = is_its_own && !set->is_unsure ? SLOTS + 1 : 0; i <= SLOTS; i++) {
		struct held *held = &set->slots[i];

		held->wall[0] = held->wall[1] = ~0u;
		/* The previous thread may have left it held, if the set was unsure. */
		if (locks_is_held(held))
			forget_slot(held);
	}
	locks_set_mark(locks_none(set), 1);
	set->is_no_slot = 1;
	locks_store(set->top, locks_none(set));
	set->depth = 0;
	set->marks[0] = MARK_OF_NO_CALLBACK;
	set->busy = set->is_reporting = set->slowly = 0;
	set->owed.release = NULL;
	locks_store(set->is_unsure, (uint8_t)0);
	locks_store(set->is_idle, (uint8_t)0);
	set->let_go = NULL;
	locks_store(set->waits_for, NULL);
	set->is_plain = !locks_watched;
	locks_store(set->at, locks_free_after(set, last == locks_none(set) ? last - 1 : last));
	if (!is_its_own)
		set->first = locks_last_serial(set);
	make_known((unsigned)(set - port_sets) + 1);
}

void locks_abandon(struct held_set *set)
{
	const struct held *last = locks_last(set);
	unsigned held = 0;

	for (unsigned i = 0; i < SLOTS; i++)
		if (locks_is_held(&set->slots[i])) {
			forget_slot(&set->slots[i]);
			held++;
		}
	/* Acquired, and never released. */
	set_add_calls(set, -(int)held);
	locks_store(set->waits_for, NULL);
	set->depth = 0;
	set->slowly = set->busy = set->is_reporting = 0;
	set->owed.release = NULL;
	locks_store(set->top, locks_none(set));
	locks_store(set->at, locks_free_after(set, last == locks_none(set) ? last - 1 : last));
}

unsigned set_known(void)
{
	return __atomic_load_n(&known_sets, __ATOMIC_ACQUIRE);
}

struct held_set *set_of_this_thread(void)
{
	struct held_set *set = port_find_set();

	return set == &port_no_set ? NULL : set;
}

void set_add_calls(struct held_set *set, int count)
{
	/* An interrupt adds its own. */
	__atomic_fetch_add(&set->other_calls, count, __ATOMIC_RELAXED);
}

void set_change_kind(struct held *held, uint32_t clear, uint32_t bits)
{
	uintptr_t mark = locks_load(held->mark);

	spinrule_assert(!((clear | bits) & 1));
	while (mark & 1 &&
	       !__atomic_compare_exchange_n(&held->mark, &mark, (mark & ~(uintptr_t)clear) | bits,
					    0, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

/* HELD is linked, and the interrupted code has claimed it: mark it as held. */
static COLD void mark_claimed(struct held *held, uint32_t on_top)
{
	if (locks_load(held->lock) == LOCK_TAKEN)
		locks_store(held->lock, NULL);
	locks_set_mark(held, KIND(SPINRULE_GROUP_ANY, HELD_CLAIMED) | on_top);
}

/* Take locks that other threads have released off the top of SET. */
static void trim(struct held_set *set)
{
	struct held *top;
	int has_trimmed = 0;

	while ((top = locks_load(set->top)) != locks_none(set) &&
	       locks_load(top->lock) == LOCK_TAKEN) {
		/* Unlink it first: a slot that is linked and not held counts as
		 * claimed. */
		locks_store(set->top, locks_below(set, top));
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		locks_mark_released(top, &set_reasons[SET_BY_ANOTHER]);
		/* Its acquire was a call of this thread, its release was not. */
		set_add_calls(set, -1);
		has_trimmed = 1;
	}
	/* Else the interrupted code may just be putting its first lock there. */
	if (has_trimmed)
		locks_reopen(set);
}

/* One try of locks_settle: false if an interrupt has used slots meanwhile, and may have
 * left another top, which means nothing while nothing is held. */
static int settle(struct held_set *set)
{
	uintptr_t at = locks_load(set->at);
	struct held *last = locks_slot_at(at);
	unsigned steps = 0;

	/* The interrupted code has claimed the last slot and will find the turn over:
	 * undo the claim. */
	if (last == locks_none(set) && !(at & AT_NONE_HELD)) {
		last--;
		at = at & AT_STATE ? at - SLOT_SIZE : locks_free_after(set, last);
		locks_store(set->at, at);
	}
	if (at & AT_NONE_HELD) {
		locks_store(set->top, locks_none(set));
		return 1;
	}
	if (!(at & AT_STATE)) {
		if (!locks_is_held(last))
			mark_claimed(last, 0);
		locks_store(set->top, last);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		at = locks_linked_at(set, last);
		locks_store(set->at, at);
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	for (struct held *held = locks_load(set->top); held != locks_none(set);
	     held = locks_below(set, held)) {
		if (++steps <= SLOTS && locks_is_held(held))
			continue;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		if (locks_load(set->at) != at)
			return 0;
		/* An interrupt left a lock held, or released one of the interrupted
		 * code: the links are wrong. */
		if (steps > SLOTS || set->is_unsure || held->mark != MARK_CLAIMED) {
			locks_link_again(set);
			break;
		}
		mark_claimed(held, locks_load(held->below) != locks_none(set)
					   ? KIND_OF_FLAGS(HELD_ON_TOP)
					   : 0);
	}
	trim(set);
	return 1;
}

void locks_settle(struct held_set *set)
{
	while (!settle(set))
		;
}

struct held *locks_claim_in_turn(struct held_set *set, struct held *claimed)
{
	while (locks_is_in_use(claimed) && (claimed == locks_none(set) || set_is_filled(claimed))) {
		uintptr_t at = set->at;

		if (at == (uintptr_t)locks_none(set)) {
			claimed = locks_claim_first(set, claimed);
		} else if (at & AT_FREE) {
			claimed = locks_claim(set, at);
		} else if (set->busy && at == (uintptr_t)claimed) {
			/* The lock in it is just being unlinked. */
			locks_store(set->at, at + AT_FREE);
			return NULL;
		} else {
			locks_link_again(set);
			return NULL;
		}
	}
	return claimed;
}

COLD void locks_unclaim(struct held_set *set, struct held *claimed)
{
	/* If an interrupt left a lock on top of it, the links are wrong. */
	if (locks_load(set->top) != claimed)
		locks_disturbed(set);
	else
		locks_store(set->top, claimed->below);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	/* Its part of the history has lost its links. */
	forget_slot(claimed);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (locks_slot_at(set->at) == claimed)
		locks_store(set->at, set->at - SLOT_SIZE);
	else
		set_add_calls(set, -2);
}

COLD void locks_disturbed(struct held_set *set)
{
	locks_store(set->is_unsure, (uint8_t)1);
	locks_incomplete("an interrupt or a signal leaves a spin lock held that it acquired while "
			 "the runtime was at work on its thread");
}

/* The age of the lock in HELD, in bytes of slots. */
static uint32_t age_of(struct held_set *set, const struct held *held)
{
	return (uint32_t)locks_last_serial(set) - locks_serial(set, held);
}

COLD void locks_link_again(struct held_set *set)
{
	struct held *held[SLOTS], *older = locks_none(set), *last = locks_last(set);
	unsigned count = 0, count_held;

	locks_disturbed(set);
	for (unsigned i = 0; i < SLOTS; i++)
		if (locks_is_held(&set->slots[i]))
			held[count++] = &set->slots[i];
	/* The youngest first. */
	for (unsigned i = 1; i < count; i++)
		for (unsigned j = i; j > 0 && age_of(set, held[j - 1]) > age_of(set, held[j]);
		     j--) {
			struct held *other = held[j];

			held[j] = held[j - 1];
			held[j - 1] = other;
		}
	if (last == locks_none(set))
		last--;
	count_held = count;
	while (count-- > 0) {
		uint32_t on_top = older != locks_none(set) ? KIND_OF_FLAGS(HELD_ON_TOP) : 0;

		if (on_top)
			locks_store(held[count]->below, older);
		set_change_kind(held[count], KIND_OF_FLAGS(HELD_ON_TOP), on_top);
		older = held[count];
	}
	locks_store(set->top, older);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	locks_store(set->at, count_held ? locks_linked_at(set, last) : locks_free_after(set, last));
}

/* Replace OLD by NEW in *PLACE.  Returns false if an interrupt has changed it. */
static int swap_own(uintptr_t *place, uintptr_t old, uintptr_t new)
{
	return __atomic_compare_exchange_n(place, &old, new, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Use HELD, which is free, as the next slot of SET, which is settled and whose field AT
 * was AT when HELD was found.  Returns false if an interrupt has used slots since. */
static int take_slot(struct held_set *set, uintptr_t at, const struct held *held)
{
	const struct held *last = locks_slot_at(at) - (at & AT_NONE_HELD ? 1 : 0);

	/* An interrupt may have left another top, which means nothing now. */
	if (at & AT_NONE_HELD)
		locks_store(set->top, locks_none(set));
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!swap_own(&set->at, at, locks_linked_at(set, held)))
		return 0;
	if (held <= last)
		__atomic_fetch_add(&set->turns, (uintptr_t)SLOTS_END, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 1;
}

/* The next slot of SET, which is settled, such that neither it nor the one after it is
 * held.  *SKIPPED slots before it are to be skipped.  NULL if there is none: more than
 * HELD_MAX locks are held.
 *
 * Changes nothing else: an interrupt may use these slots too, and leaves them free. */
static struct held *next_slot(struct held_set *set, unsigned *skipped)
{
	uintptr_t serial = locks_last_serial(set) + SLOT_SIZE;

	for (*skipped = 0; *skipped < SLOTS; ++*skipped, serial += SLOT_SIZE) {
		struct held *held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));
		struct held *after =
			locks_slot(set, (uint32_t)(serial + SLOT_SIZE) & (SLOTS_END - 1));

		if (locks_is_held(held)) {
			locks_store(held->serial, locks_serial(set, held));
			set_change_kind(held, 0, KIND_OF_FLAGS(HELD_SKIPPED));
		} else if (locks_is_held(after)) {
			locks_store(held->lock, NULL);
		} else {
			return held;
		}
	}
	return NULL;
}

/* Use the next free slot. */
static struct held *take_free_slot(struct held_set *set)
{
	struct held *held;
	unsigned skipped;
	uintptr_t at;

	do {
		at = locks_load(set->at);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		held = next_slot(set, &skipped);
		if (!held)
			return NULL;
	} while (!take_slot(set, at, held));
	set_add_calls(set, -2 * (int)skipped);
	return held;
}

struct held *set_skip_slot(struct held_set *set)
{
	struct held *held;

	spinrule_assert(set->busy);
	locks_settle(set);
	held = take_free_slot(set);
	if (!held)
		return NULL;
	set_add_calls(set, -2);
	locks_fill(held, NULL, 0, NULL);
	return held;
}

void set_forget(struct held_set *set, struct held *held, struct spinrule_site *site)
{
	struct held *above = NULL;
	unsigned flags = locks_flags(held);

	spinrule_assert(set->busy && held != locks_none(set));

	for (struct held *other = set_youngest(set); other != held; other = set_below(set, other)) {
		/* Another thread has released it, and set_youngest has unlinked it. */
		if (!other) {
			locks_mark_released(held, &set_reasons[SET_BY_ANOTHER]);
			return;
		}
		above = other;
	}
	if (!above && !(flags & (HELD_SKIPPED | HELD_GHOST))) {
		locks_store(set->top, locks_below(set, held));
		locks_mark_released(held, site);
	} else {
		struct held *record = held, *taken, *below = locks_below(set, held);

		/* Unlink it first: an interrupt finds whole links. */
		if (!above)
			locks_store(set->top, below);
		else if (below != locks_none(set))
			locks_store(above->below, below);
		else
			set_change_kind(above, KIND_OF_FLAGS(HELD_ON_TOP), 0);
		/* If it is the last slot it must not be linked again. */
		if (flags & HELD_GHOST)
			locks_mark_released(held, site);
		taken = set_skip_slot(set);
		if (!taken)
			flags |= HELD_GHOST;	/* no room to remember it */
		else if (flags & HELD_SKIPPED) {
			/* Its own slot is out of order: the release is recorded in the
			 * new one. */
			record = taken;
			locks_store(record->site, held->site);
			locks_store(record->lock, held->lock);
		}
		record->order = (uint32_t)locks_last_serial(set) | ORDER_IS_SERIAL |
				(flags & HELD_SKIPPED ? ORDER_IS_ELSEWHERE : 0);
		record->then = locks_place(set, locks_load(set->top));
		if (record != held || flags & HELD_GHOST) {
			/* Not part of the history: a ghost was never acquired. */
			locks_mark_released(held, site);
			locks_store(held->lock, NULL);
		}
		if (!(flags & HELD_GHOST)) {
			locks_mark_released(record, site);
			locks_set_mark(record, record->mark | MARK_ORDERED);
		}
	}
	if (set_is_reason(site))
		set_add_calls(set, -1);
	locks_settle(set);
	locks_reopen(set);
}

/* The number of locks that SET, which is settled, holds. */
static unsigned count_linked(struct held_set *set)
{
	unsigned count = 0;

	/* An interrupt that left a lock held may just have made a circle of the links. */
	for (struct held *held = set->top; held != locks_none(set) && count <= SLOTS;
	     held = locks_below(set, held))
		count++;
	return count;
}

/* Remove the locks that other threads have released from the middle of SET.  Returns
 * true if there is room now. */
static COLD int make_room(struct held_set *set)
{
	struct held *held = set_youngest(set);
	unsigned steps = 0;

	while (held && steps++ <= SLOTS) {
		struct held *next = set_below(set, held);

		if (locks_load(held->lock) == LOCK_TAKEN)
			set_forget(set, held, &set_reasons[SET_BY_ANOTHER]);
		held = next;
	}
	return count_linked(set) < HELD_MAX;
}

/* Put LOCK into HELD, a slot that was taken, on top of the other locks.
 *
 * An interrupt that comes before HELD is linked may have found that nothing is held: then
 * it has marked SET so, and has used the slots after HELD. */
static void fill_on_top(struct held_set *set, struct held *held, void *lock, uint32_t kind,
			struct spinrule_site *site)
{
	locks_set_mark(held, MARK_CLAIMED);
	do {
		uintptr_t at = locks_load(set->at);
		struct held *top = at & AT_NONE_HELD ? locks_none(set) : locks_load(set->top);

		if (top == held)
			break;
		locks_store(held->below, top);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		if (at & AT_NONE_HELD) {
			locks_store(set->top, held);
			__atomic_signal_fence(__ATOMIC_SEQ_CST);
			swap_own(&set->at, at, locks_linked_at(set, locks_slot_at(at) - 1));
		} else {
			swap_own((uintptr_t *)&set->top, (uintptr_t)top, (uintptr_t)held);
		}
	} while (1);
	locks_fill(held, lock,
		   held->below != locks_none(set) ? kind | KIND_OF_FLAGS(HELD_ON_TOP) : kind, site);
}

struct held *set_remember(struct held_set *set, void *lock, void *handle, uint32_t kind,
			  struct spinrule_site *site)
{
	struct held *held;

	spinrule_assert(set->busy && lock && lock != LOCK_TAKEN);
	set_youngest(set);
	if (count_linked(set) >= HELD_MAX && !make_room(set)) {
		locks_incomplete(
			"a thread holds more spin locks at a time than the runtime has room for");
		return NULL;
	}
	held = take_free_slot(set);
	if (!held)
		return NULL;
	if (set->slowly & SET_LOCKS_SLOWLY)
		kind |= KIND_OF_FLAGS(HELD_SLOWLY);
	fill_on_top(set, held, lock, kind, site);
	locks_store(held->handle, handle);
	return held;
}

struct held *locks_push(struct held_set *set, void *lock, uint32_t kind,
			struct spinrule_site *site)
{
	uintptr_t at = locks_load(set->at);
	struct held *held;

	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	held = locks_next(set);
	if (held->mark & 1 || !take_slot(set, at, held))
		held = take_free_slot(set);
	/* Interrupts have filled all of them. */
	if (!held)
		held = locks_last(set);
	fill_on_top(set, held, lock, kind, site);
	return held;
}

int locks_pop_other(struct held_set *set, const void *lock, uint32_t kind, unsigned irql,
		    struct spinrule_site *site)
{
	const uint32_t all_irqls = KIND_IRQL(0xff), on_top = KIND_OF_FLAGS(HELD_ON_TOP);
	const uintptr_t at = locks_load(set->at);
	struct held *younger = set->top, *held;
	uintptr_t was = locks_load(younger->mark), is, mark;

	if ((at & AT_STATE) != AT_LINKED || !(was & 1) || !(was & on_top) ||
	    !locks_peek(site->executed))
		return 0;
	held = younger->below;
	mark = locks_load(held->mark);
	if (locks_load(held->lock) != lock || (mark & ~(uintptr_t)all_irqls) != kind ||
	    locks_load(younger->lock) == LOCK_TAKEN)
		return 0;
	is = was - on_top;
	if ((mark & all_irqls) != KIND_IRQL(irql)) {
		if ((is & ~(uintptr_t)all_irqls) != KIND_RAISING || kind != KIND_RAISING ||
		    (is & all_irqls) != KIND_IRQL(irql))
			return 0;
		is = KIND_RAISING + (mark & all_irqls);
	}
	if (!swap_own(&younger->mark, was, is))
		return 0;
	/* One lock is left, so no other release out of turn comes before the next
	 * acquire. */
	held->order = ((uint32_t)locks_load(set->turns) + locks_place(set, locks_slot_at(at))) |
		      ORDER_IS_SERIAL;
	held->then = locks_place(set, younger);
	locks_set_mark(held, (uintptr_t)site | MARK_ORDERED);
	return 1;
}

struct held *locks_claim_in_next_turn(struct held_set *set, const struct spinrule_site *site)
{
	uintptr_t at = locks_load(set->at);

	if (!(at & AT_LINKED) || !locks_peek(site->executed) ||
	    locks_slot_at(at) + 1 != locks_none(set) || locks_is_in_use(&set->slots[0]) ||
	    !swap_own(&set->at, at, (uintptr_t)&set->slots[0] + AT_LINKED))
		return NULL;
	__atomic_fetch_add(&set->turns, (uintptr_t)SLOTS_END, __ATOMIC_RELAXED);
	return locks_link_claimed(set, &set->slots[0], locks_load(set->top));
}
