/* An in-stack queued lock whose owner, or whose next owner, has lost the processor in the middle of its acquire or release: a
 * system may have led the lock to the handle, and not the handle to the lock, or the other way round.  That is no lock that was
 * never initialized, however long it stays so.  The words of the handles are set by hand, so it does stay so.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: wait=0 */
/* expect: ^a release of code that is not instrumented$ */
/* expect: ^a release$ */
/* expect: ^an acquire of a thread without locks so far$ */
/* expect: ^an acquire$ */
/* expect: ^spinrule: 0 violations, 24 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK queue, other;
/* Of this thread, of one that waits for it, of one that comes while the words are wrong.  Each is used once: a handle that a
 * thread had before is known. */
struct handles {
	KLOCK_QUEUE_HANDLE first, second, third;
};
static struct handles foreign, releasing, acquiring, acquiring_again;

/* Wait until HANDLE is the last one of the queue. */
static void wait_for_last(PKLOCK_QUEUE_HANDLE handle)
{
	while (*(KSPIN_LOCK volatile *)&queue != (KSPIN_LOCK)handle)
		rest();
}

static thread_result THREAD_CALL acquire(void *handle)
{
	KeAcquireInStackQueuedSpinLock(&queue, handle);
	KeReleaseInStackQueuedSpinLock(handle);
	return 0;
}

static thread_result THREAD_CALL acquire_another_first(void *handle)
{
	KIRQL irql;

	KeAcquireSpinLock(&other, &irql);
	KeReleaseSpinLock(&other, irql);
	return acquire(handle);
}

/* The owner has cleared its handle, and the lock still leads there. */
static void in_the_middle_of_a_release(struct handles *handles)
{
	thread comes;

	KeAcquireInStackQueuedSpinLock(&queue, &handles->first);
	handles->first.LockQueue.Lock = NULL;
	comes = thread_start(acquire, &handles->second);
	wait_for_last(&handles->second);
	handles->first.LockQueue.Lock = &queue;
	KeReleaseInStackQueuedSpinLock(&handles->first);
	thread_join(comes);
}

/* The same of code that is not instrumented. */
static void in_the_middle_of_a_foreign_release(struct handles *handles)
{
	thread comes;

	queue = (KSPIN_LOCK)&handles->first;
	comes = thread_start(acquire, &handles->second);
	while (!handles->first.LockQueue.Next)
		rest();
	handles->second.LockQueue.Lock = &queue;
	thread_join(comes);
}

/* The lock leads to the handle of a thread that waits, and there is what was there before. */
static void in_the_middle_of_an_acquire(struct handles *handles, thread_result (THREAD_CALL *routine)(void *))
{
	PKSPIN_LOCK waits;
	thread is_waiting, comes;

	KeAcquireInStackQueuedSpinLock(&queue, &handles->first);
	is_waiting = thread_start(routine, &handles->second);
	wait_for_last(&handles->second);
	waits = handles->second.LockQueue.Lock;
	handles->second.LockQueue.Lock = (PKSPIN_LOCK)((char *)&other + 1);
	comes = thread_start(acquire, &handles->third);
	wait_for_last(&handles->third);
	handles->second.LockQueue.Lock = waits;
	KeReleaseInStackQueuedSpinLock(&handles->first);
	thread_join(is_waiting);
	thread_join(comes);
}

int main(void)
{
	KLOCK_QUEUE_HANDLE handle;

	/* Each place is executed. */
	acquire_another_first(&handle);
	in_the_middle_of_a_foreign_release(&foreign);
	say("a release of code that is not instrumented");
	in_the_middle_of_a_release(&releasing);
	say("a release");
	in_the_middle_of_an_acquire(&acquiring, acquire);
	say("an acquire of a thread without locks so far");
	in_the_middle_of_an_acquire(&acquiring_again, acquire_another_first);
	say("an acquire");
	CHECK(queue == 0 && other == 0);
	return 0;
}
