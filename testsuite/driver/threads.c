/* threads.c - system threads: a lock belongs to the thread that acquired it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static DRIVER_DISPATCH good_counter, good_own_locks, warn_other_thread, warn_other_thread_first, warn_thread_returns,
	warn_thread_terminates, warn_in_thread, good_threads_come_and_go;

const PDRIVER_DISPATCH scenarios[] = {
	good_counter, good_own_locks, warn_other_thread, warn_other_thread_first, warn_thread_returns,
	warn_thread_terminates, warn_in_thread, good_threads_come_and_go, NULL
};

static KSTART_ROUTINE count, count_own, holds, releases, returns_with_lock, terminates_with_lock, takes_twice, comes_and_goes;

enum { THREADS = 4, ROUNDS = 20000 };

static KSPIN_LOCK counter_lock;
static ULONG counter;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&counter_lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static VOID NTAPI count(PVOID context)
{
	KIRQL irql;

	for (int i = 0; i < ROUNDS; i++) {
		KeAcquireSpinLock(&counter_lock, &irql);
		counter++;
		KeReleaseSpinLock(&counter_lock, irql);
	}
	PsTerminateSystemThread(STATUS_SUCCESS);
}

/* Run ROUTINE in several threads at once, each with a context of SIZE bytes of its own. */
static void run_threads(PKSTART_ROUTINE routine, PVOID contexts, ULONG size)
{
	PVOID threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		threads[i] = start_thread(routine, (char *)contexts + i * size);
	for (int i = 0; i < THREADS; i++)
		join_thread(threads[i]);
}

/* The lock still does what it is for: no increment is lost. */
static NTSTATUS NTAPI good_counter(PDEVICE_OBJECT device, PIRP irp)
{
	counter = 0;
	run_threads(count, NULL, 0);
	return complete(irp, counter == THREADS * ROUNDS ? STATUS_SUCCESS : STATUS_DATA_ERROR, counter);
}

struct own {
	KSPIN_LOCK first, second;
	ULONG rounds;
};

static VOID NTAPI count_own(PVOID context)
{
	struct own *own = context;
	KIRQL irql;

	for (int i = 0; i < ROUNDS; i++) {
		KeAcquireSpinLock(&own->first, &irql);
		KeAcquireSpinLockAtDpcLevel(&own->second);
		own->rounds++;
		KeReleaseSpinLockFromDpcLevel(&own->second);
		KeReleaseSpinLock(&own->first, irql);
	}
	PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS NTAPI good_own_locks(PDEVICE_OBJECT device, PIRP irp)
{
	static struct own owns[THREADS];
	ULONG rounds = 0;

	RtlZeroMemory(owns, sizeof owns);
	run_threads(count_own, owns, sizeof *owns);
	for (int i = 0; i < THREADS; i++)
		rounds += owns[i].rounds;
	return complete(irp, rounds == THREADS * ROUNDS ? STATUS_SUCCESS : STATUS_DATA_ERROR, rounds);
}

/* A lock that one thread holds and another releases. */
struct handover {
	KSPIN_LOCK lock;
	KIRQL irql;
	KEVENT is_held, may_go_on;
};

static void handover_init(struct handover *handover)
{
	KeInitializeSpinLock(&handover->lock);
	KeInitializeEvent(&handover->is_held, NotificationEvent, FALSE);
	KeInitializeEvent(&handover->may_go_on, NotificationEvent, FALSE);
}

/* Holds the lock until it may go on, when another has released it. */
static VOID NTAPI holds(PVOID context)
{
	struct handover *handover = context;

	KeAcquireSpinLock(&handover->lock, &handover->irql);	/* warn_other_thread: acquired */
	KeSetEvent(&handover->is_held, IO_NO_INCREMENT, FALSE);
	/* No driver may wait with a spin lock held; this one must, to be sure of the order. */
	wait_for(&handover->may_go_on);
	PsTerminateSystemThread(STATUS_SUCCESS);	/* compile-time: held-at-return */
}

static NTSTATUS NTAPI warn_other_thread(PDEVICE_OBJECT device, PIRP irp)
{
	static struct handover handover;
	PVOID thread;

	handover_init(&handover);
	thread = start_thread(holds, &handover);
	wait_for(&handover.is_held);
	KeReleaseSpinLock(&handover.lock, handover.irql);	/* warn_other_thread: wrong-context 'handover.lock' */
	KeSetEvent(&handover.may_go_on, IO_NO_INCREMENT, FALSE);
	join_thread(thread);
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI releases(PVOID context)
{
	struct handover *handover = context;

	KeReleaseSpinLock(&handover->lock, handover->irql);	/* warn_other_thread_first: wrong-context 'handover->lock' */
	PsTerminateSystemThread(STATUS_SUCCESS);
}

/* The other way round: the dispatch routine holds it, a thread releases it. */
static NTSTATUS NTAPI warn_other_thread_first(PDEVICE_OBJECT device, PIRP irp)
{
	static struct handover mine;

	handover_init(&mine);
	KeAcquireSpinLock(&mine.lock, &mine.irql);	/* warn_other_thread_first: acquired */
	join_thread(start_thread(releases, &mine));
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI returns_with_lock(PVOID context)
{
	PKSPIN_LOCK lock = context;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);		/* warn_thread_returns: acquired */
}						/* warn_thread_returns: held-at-return */

static NTSTATUS NTAPI warn_thread_returns(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;

	join_thread(start_thread(returns_with_lock, &lock));
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI terminates_with_lock(PVOID context)
{
	PKSPIN_LOCK lock = context;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);			/* warn_thread_terminates: acquired */
	PsTerminateSystemThread(STATUS_SUCCESS);	/* warn_thread_terminates: held-at-return */
}

static NTSTATUS NTAPI warn_thread_terminates(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;

	join_thread(start_thread(terminates_with_lock, &lock));
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI takes_twice(PVOID context)
{
	struct handover *handover = context;
	KIRQL irql, again;

	KeAcquireSpinLock(&handover->lock, &irql);	/* warn_in_thread: acquired */
	KeAcquireSpinLock(&handover->lock, &again);	/* warn_in_thread: double-acquire 'handover->lock' */
	KeReleaseSpinLock(&handover->lock, again);
	KeReleaseSpinLock(&handover->lock, irql);
	PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS NTAPI warn_in_thread(PDEVICE_OBJECT device, PIRP irp)
{
	static struct handover mine;

	handover_init(&mine);
	join_thread(start_thread(takes_twice, &mine));
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI comes_and_goes(PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&counter_lock, &irql);
	counter++;
	KeReleaseSpinLock(&counter_lock, irql);
	PsTerminateSystemThread(STATUS_SUCCESS);
}

/* More threads one after the other than any table of threads has room for. */
static NTSTATUS NTAPI good_threads_come_and_go(PDEVICE_OBJECT device, PIRP irp)
{
	counter = 0;
	for (int i = 0; i < 300; i++)
		run_threads(comes_and_goes, NULL, 0);
	return complete(irp, counter == 300 * THREADS ? STATUS_SUCCESS : STATUS_DATA_ERROR, counter);
}
