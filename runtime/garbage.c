/* garbage.c - locks and queue handles that an acquire must not use.
 *
 * SPDX-License-Identifier: MIT
 */

#include "garbage.h"

#include "locks-fast.h"
#include "owner.h"
#include "set.h"
#include "violation.h"

/* A KLOCK_QUEUE_HANDLE; the lowest two bits of LOCK are the kernel's own. */
struct queue_handle {
	uintptr_t next, lock;
};

/* A thread that acquires or releases may just be writing the words that are looked at. */
enum { LOOKS = 16, MOMENTS = 64 };

static void wait_a_moment(void)
{
	for (volatile int moment = 0; moment < MOMENTS; moment++)
		;
}

static int is_gone(uintptr_t place)
{
	return port_look_at((const void *)place) == PORT_WORD_GONE;
}

int garbage_is_word(uintptr_t word)
{
	/* Odd: the sign of another copy of the runtime, which is in another library. */
	if (word & 1)
		return (word & (SLOT_SIZE - 1)) != 1 || is_gone(word - 1);
	return is_gone(word & ~(uintptr_t)3);
}

/* The same for a word that may lead to memory that is no handle of LOCK.  It may be a
 * handle that its thread writes to at this moment: the caller looks again. */
__attribute__((no_sanitize("thread"))) static int
leads_to_no_handle(uintptr_t word, const void *lock)
{
	const struct queue_handle *handle = (const struct queue_handle *)(word & ~(uintptr_t)3);
	uintptr_t there;

	if (garbage_is_word(word))
		return 1;
	if (word & 1)
		return 0;
	if (is_gone((uintptr_t)&handle->lock))
		return 1;
	/* On Wine an acquire writes it after the lock leads to the handle, and a release
	 * clears it before the lock does not; and a thread may lose the processor in
	 * between, for longer than anyone looks. */
	there = locks_load(handle->lock) & ~(uintptr_t)3;
	return there && there != (uintptr_t)lock && !owner_queues_with(handle);
}

COLD int garbage_is_in(const void *lock)
{
	uintptr_t first = 0, word;

	for (int i = 0; i < LOOKS; i++) {
		if (port_look_at(lock) != PORT_WORD_OTHER)
			return 0;
		word = locks_load(*(const uintptr_t *)lock);
		if ((i && word != first) || !word || !leads_to_no_handle(word, lock))
			return 0;
		first = word;
		wait_a_moment();
	}
	return 1;
}

COLD void garbage_report(void *lock, enum spinrule_group group, struct spinrule_site *site)
{
	violation_on(SPINRULE_UNINITIALIZED, lock, group, site, NULL, 0, -1);
}

/* True if a thread holds LOCK by HANDLE, which it then stays to do. */
static int is_in_use(const struct held_set *mine, const void *lock, const void *handle,
		     struct owner *owner)
{
	for (int i = 0; i < 2; i++) {
		if (!owner_find(mine, NULL, handle, owner) || owner->copy.lock != lock)
			return 0;
		wait_a_moment();
	}
	return 1;
}

COLD void garbage_acquiring(void *lock, const void *which, enum spinrule_group group,
			    struct spinrule_site *site)
{
	const struct queue_handle *handle = which;
	struct held_set *set = set_of_this_thread();
	uintptr_t word;
	struct owner owner;

	if (garbage_is_in(lock)) {
		word = locks_load(*(const uintptr_t *)lock);
		garbage_report(lock, group, site);
		__atomic_compare_exchange_n((uintptr_t *)lock, &word, 0, 0, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
	}
	if (!handle || port_look_at(lock) == PORT_WORD_FREE ||
	    (locks_load(handle->lock) & ~(uintptr_t)3) != (uintptr_t)lock ||
	    !is_in_use(set, lock, handle, &owner))
		return;
	violation_on(SPINRULE_HANDLE_IN_USE, lock, group, site, &owner.copy, owner.thread, -1);
	/* The owner takes it off its set, then off the lock. */
	while (is_in_use(set, lock, handle, &owner))
		port_pause();
	while (port_look_at(lock) == PORT_WORD_OTHER &&
	       locks_load(*(const uintptr_t *)lock) == (uintptr_t)handle)
		port_pause();
}

/* The slot of SET in which a lock is held by HANDLE; or NULL.  Usually one lock is held,
 * and by another handle: that is seen without a search. */
static const struct held *slot_of_handle(struct held_set *set, const void *handle)
{
	uintptr_t at = locks_load(set->at);

	if (at & AT_NONE_HELD || (!(at & AT_STATE) && locks_slot_at(at)->handle != handle))
		return NULL;
	return set_find_handle(set, handle);
}

int garbage_is_handle_in_use(void *lock, const void *which, enum spinrule_group group,
			     struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	const struct held *held = set ? slot_of_handle(set, which) : NULL;

	/* Code that is not instrumented may have released it: then it leads elsewhere. */
	if (!held || held->lock == lock || port_look_at(held->lock) != PORT_WORD_OTHER ||
	    locks_load(*(const uintptr_t *)held->lock) != (uintptr_t)which)
		return 0;
	violation_on(SPINRULE_HANDLE_IN_USE, lock, group, site, held, port_thread_number(), -1);
	return 1;
}
