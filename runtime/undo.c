/* undo.c - releasing a lock for a driver that has not released it, or not in the right
 * way.
 *
 * SPDX-License-Identifier: MIT
 */

#include "undo.h"

#include "port.h"

/* A KLOCK_QUEUE_HANDLE, in every kernel. */
struct queue_handle {
	uintptr_t next, lock;	/* the lowest two bits of LOCK are the kernel's own */
	uint8_t irql;
};

/* True if LOCK's memory was freed while the lock was held: its content is not that of
 * a lock that is held. */
static int is_gone(const void *lock)
{
	enum port_word word = port_look_at(lock);

	return word != PORT_WORD_NOTHING && word != PORT_WORD_TAKEN;
}

/* The same for a queue whose first handle is HANDLE.  LOCK's memory is the last
 * handle: HANDLE itself if no thread waits.  A thread that has just queued is about to
 * write HANDLE's NEXT. */
static int is_queue_gone(const struct queue_handle *handle, const void *lock)
{
	enum { LOOKS = 1000 };
	uintptr_t last;

	for (int i = 0; i < LOOKS; i++)
		switch (port_look_at(lock)) {
		case PORT_WORD_NOTHING:
		case PORT_WORD_TAKEN:
			return 0;
		case PORT_WORD_GONE:
		case PORT_WORD_FREE:
			return 1;
		case PORT_WORD_OTHER:
			last = locks_load(*(const uintptr_t *)lock) & ~(uintptr_t)3;
			if (locks_load(handle->next) || last == (uintptr_t)handle)
				return 0;
		}
	return 1;
}

/* The same for a reader/writer lock, which lies in a word. */
static int is_shared_gone(const void *lock)
{
	const uintptr_t word = (uintptr_t)lock & ~(uintptr_t)(sizeof word - 1);

	return port_look_at((const void *)word) == PORT_WORD_GONE;
}

static void undo_shared(void *lock, enum spinrule_group group, uint8_t irql)
{
	int is_raised = spinrule_group_level(group) == SPINRULE_RAISES;

	if (is_shared_gone(lock)) {
		if (is_raised)
			port_lower_irql(irql);
	} else if (group == SPINRULE_GROUP_EX_SHARED) {
		port_ExReleaseSpinLockShared(lock, irql);
	} else if (group == SPINRULE_GROUP_EX_SHARED_DPC) {
		port_ExReleaseSpinLockSharedFromDpcLevel(lock);
	} else if (is_raised) {
		port_ExReleaseSpinLockExclusive(lock, irql);
	} else {
		port_ExReleaseSpinLockExclusiveFromDpcLevel(lock);
	}
}

static void undo_queued(void *which, void *lock, int is_raised)
{
	const struct queue_handle *handle = which;

	/* The handle is on some stack: if its frame is gone, the lock cannot be
	 * released. */
	if (port_look_at(&handle->lock) == PORT_WORD_GONE ||
	    (handle->lock & ~(uintptr_t)3) != (uintptr_t)lock)
		return;
	if (is_queue_gone(handle, lock)) {
		if (is_raised)
			port_lower_irql(handle->irql);
	} else if (is_raised) {
		port_KeReleaseInStackQueuedSpinLock(which);
	} else {
		port_KeReleaseInStackQueuedSpinLockFromDpcLevel(which);
	}
}

uint8_t undo_irql_in(const void *handle)
{
	return ((const struct queue_handle *)handle)->irql;
}

void undo_acquire(const struct held *held)
{
	void *lock = held->lock;
	uint8_t irql = locks_flags(held) & HELD_KNOWS_IRQL ? locks_irql(held) : PORT_DISPATCH_LEVEL;

	spinrule_assert(lock && lock != LOCK_TAKEN && locks_is_held(held));
	spinrule_assert(!(locks_flags(held) & HELD_GHOST));
	/* Of a table of the user's own: as for the last groups below. */
	if (locks_group(held) > SPINRULE_GROUPS - 1)
		return;
	switch (locks_group(held)) {
	case SPINRULE_GROUP_RAISING:
		if (is_gone(lock))
			port_lower_irql(irql);
		else
			port_KeReleaseSpinLock(lock, irql);
		break;
	case SPINRULE_GROUP_DPC:
		if (!is_gone(lock))
			port_KeReleaseSpinLockFromDpcLevel(lock);
		break;
	case SPINRULE_GROUP_QUEUED:
	case SPINRULE_GROUP_QUEUED_DPC:
		undo_queued(held->handle, lock, locks_group(held) == SPINRULE_GROUP_QUEUED);
		break;
	case SPINRULE_GROUP_NUMBERED:
		spinrule_assert(locks_number_of(lock) >= 0);
		port_KeReleaseQueuedSpinLock((unsigned)locks_number_of(lock), irql);
		break;
	case SPINRULE_GROUP_CANCEL:
		port_IoReleaseCancelSpinLock(
			locks_flags(held) & HELD_KNOWS_IRQL ? irql : PORT_PASSIVE_LEVEL);
		break;
	case SPINRULE_GROUP_EX_SHARED:
	case SPINRULE_GROUP_EX_SHARED_DPC:
	case SPINRULE_GROUP_EX_EXCLUSIVE:
	case SPINRULE_GROUP_EX_EXCLUSIVE_DPC:
		undo_shared(lock, locks_group(held), irql);
		break;
	case SPINRULE_GROUP_EX_CONVERTED:
	case SPINRULE_GROUP_ANY:
	case SPINRULE_GROUPS:
		spinrule_assert(!"a held lock has a group");
		break;
		/* Only the driver itself calls their routines. */
#define SPINRULE_SEEN_GROUP(NAME, ...) case SPINRULE_GROUP_##NAME:
#include "rule.def"
		break;
	}
}
