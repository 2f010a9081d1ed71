/* outside.c - threads that are in no callback, as far as Spinrule knows: each gets a set of held locks for the time in which it
 * holds one, and mostly the same again.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

#include "../../runtime/spinrule.h"

SPINRULE_THREADS(16);

static DRIVER_DISPATCH good_pairs, good_come_and_go, good_many_at_once, warn_released_again, warn_taken_again, warn_other_holds;

const PDRIVER_DISPATCH scenarios[] = {
	good_pairs, good_come_and_go, good_many_at_once, warn_released_again, warn_taken_again, warn_other_holds, NULL
};

enum { THREADS = 4, ROUNDS = 20000, COMING_AND_GOING = 300, MANY = 48 };

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

/* What a thread does is known only when it runs, so nothing says that it is a routine of a thread. */
struct work {
	VOID (*routine)(PVOID context);
	PVOID context;
};

static VOID NTAPI work(PVOID context)
{
	struct work *work = context;

	work->routine(work->context);
}

/* Start THREADS threads at once that do ROUTINE, each with a context of SIZE bytes of its own, and wait for them. */
static void run(ULONG threads, VOID (*routine)(PVOID), PVOID contexts, ULONG size)
{
	static struct work works[MANY];
	static PVOID started[MANY];
	/* No address of a routine, as far as the plugin sees. */
	PKSTART_ROUTINE start;

	__asm__("lea %1, %0" : "=r"(start) : "m"(*(char *)work));
	for (ULONG i = 0; i < threads; i++) {
		works[i].routine = routine;
		works[i].context = (char *)contexts + i * size;
		started[i] = start_thread(start, &works[i]);
	}
	for (ULONG i = 0; i < threads; i++)
		join_thread(started[i]);
}

struct own {
	KSPIN_LOCK first, second, third;
	ULONG rounds;
};

static VOID count(PVOID context)
{
	struct own *own = context;
	KIRQL irql;

	for (int i = 0; i < ROUNDS; i++) {
		/* One lock. */
		KeAcquireSpinLock(&own->first, &irql);
		own->rounds++;
		KeReleaseSpinLock(&own->first, irql);

		/* Three, and not the youngest first. */
		KeAcquireSpinLock(&own->first, &irql);
		KeAcquireSpinLockAtDpcLevel(&own->second);
		KeAcquireSpinLockAtDpcLevel(&own->third);
		own->rounds++;
		KeReleaseSpinLockFromDpcLevel(&own->second);
		KeReleaseSpinLockFromDpcLevel(&own->third);
		KeReleaseSpinLock(&own->first, irql);

		/* One at DPC level, one that all threads share. */
		KeRaiseIrql(DISPATCH_LEVEL, &irql);
		KeAcquireSpinLockAtDpcLevel(&counter_lock);
		counter++;
		KeReleaseSpinLockFromDpcLevel(&counter_lock);
		KeLowerIrql(irql);
	}
}

static NTSTATUS NTAPI good_pairs(PDEVICE_OBJECT device, PIRP irp)
{
	static struct own owns[THREADS];
	ULONG rounds = 0;

	RtlZeroMemory(owns, sizeof owns);
	counter = 0;
	run(THREADS, count, owns, sizeof *owns);
	for (int i = 0; i < THREADS; i++)
		rounds += owns[i].rounds;
	return complete(irp, rounds == 2 * THREADS * ROUNDS && counter == THREADS * ROUNDS ? STATUS_SUCCESS : STATUS_DATA_ERROR, counter);
}

static VOID count_once(PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&counter_lock, &irql);
	counter++;
	KeReleaseSpinLock(&counter_lock, irql);
}

/* Many more threads, one after the other, than there are sets. */
static NTSTATUS NTAPI good_come_and_go(PDEVICE_OBJECT device, PIRP irp)
{
	counter = 0;
	for (int i = 0; i < COMING_AND_GOING; i++)
		run(THREADS, count_once, NULL, 0);
	return complete(irp, counter == COMING_AND_GOING * THREADS ? STATUS_SUCCESS : STATUS_DATA_ERROR, counter);
}

static LONG arrived;

/* Each has held a lock before and has not ended when the others do it, so they take each other's sets. */
static VOID meet(PVOID context)
{
	count_once(NULL);
	InterlockedIncrement(&arrived);
	for (int i = 0; i < 500 && arrived < MANY; i++) {
		LARGE_INTEGER moment = { .QuadPart = -10000 };

		KeDelayExecutionThread(KernelMode, FALSE, &moment);
	}
	count_once(NULL);
}

static NTSTATUS NTAPI good_many_at_once(PDEVICE_OBJECT device, PIRP irp)
{
	counter = 0;
	arrived = 0;
	run(MANY, meet, NULL, 0);
	return complete(irp, counter == 2 * MANY ? STATUS_SUCCESS : STATUS_DATA_ERROR, counter);
}

static VOID releases_again(PVOID context)
{
	PKSPIN_LOCK lock = context;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
	KeReleaseSpinLock(lock, irql);		/* warn_released_again: release-unheld 'lock' */
}

static NTSTATUS NTAPI warn_released_again(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;

	run(1, releases_again, &lock, 0);
	return complete(irp, STATUS_SUCCESS, 0);
}

static VOID takes_again(PVOID context)
{
	PKSPIN_LOCK lock = context;
	KIRQL irql, again;

	KeAcquireSpinLock(lock, &irql);		/* warn_taken_again: acquired */
	KeAcquireSpinLock(lock, &again);	/* warn_taken_again: double-acquire 'lock' */
	KeReleaseSpinLock(lock, again);
	KeReleaseSpinLock(lock, irql);
}

static NTSTATUS NTAPI warn_taken_again(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;

	run(1, takes_again, &lock, 0);
	return complete(irp, STATUS_SUCCESS, 0);
}

struct handover {
	KSPIN_LOCK lock;
	KIRQL irql;
};

static VOID takes(PVOID context)
{
	struct handover *handover = context;

	KeAcquireSpinLock(&handover->lock, &handover->irql);	/* warn_other_holds: acquired */
}

static VOID releases(PVOID context)
{
	struct handover *handover = context;

	KeReleaseSpinLock(&handover->lock, handover->irql);	/* warn_other_holds: wrong-context 'handover->lock' */
}

/* Nothing is said of the end of the first thread, which nobody sees. */
static NTSTATUS NTAPI warn_other_holds(PDEVICE_OBJECT device, PIRP irp)
{
	static struct handover handover;

	run(1, takes, &handover, 0);
	run(1, releases, &handover, 0);
	return complete(irp, STATUS_SUCCESS, 0);
}
