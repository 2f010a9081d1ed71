/* load.c - a driver at work on all sides at once: system threads, DPCs of timers, requests.  See load.exp.
 *
 * All of them share locks, and each counts under them, so a lock that does not keep others out is found out too.  Here and
 * there one breaks the rule, on lines that are marked "load: ID"; how often is known in the end.
 *
 *     0x801:ROUNDS   start the threads; each does so many rounds (32 bits, low byte first)
 *     0x802          a request: some work of its own, and timers
 *     0x803          wait for all; answers how many violations there were
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

enum { THREADS = 8, LOCKS = 16, SHOTS = 4096, SHOTS_OF_A_REQUEST = 32, ROUNDS_OF_A_REQUEST = 500, EVERY = 97 };

static DRIVER_DISPATCH begin, request, end;

const PDRIVER_DISPATCH scenarios[] = { begin, request, end, NULL };

static KSTART_ROUTINE works;
static KDEFERRED_ROUTINE shot;

static struct {
	KSPIN_LOCK lock;
	ULONG counter;
} table[LOCKS];

static struct worker {
	KSPIN_LOCK own;
	PVOID thread;
	ULONG number, rounds, random, increments, wrong;
} workers[THREADS + 1];		/* the last is the requests' */

/* A timer that was used in a kernel of Wine's cannot be set again: each shot has its own. */
static struct shot_of_timer {
	KTIMER timer;
	KDPC dpc;
} shots[SHOTS];
static KSPIN_LOCK shot_lock;
static ULONG shots_fired, increments_of_shots, wrong_of_shots;
static LONG shots_set;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	for (int i = 0; i < LOCKS; i++)
		KeInitializeSpinLock(&table[i].lock);
	for (int i = 0; i <= THREADS; i++)
		KeInitializeSpinLock(&workers[i].own);
	KeInitializeSpinLock(&shot_lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static ULONG random_below(struct worker *worker, ULONG limit)
{
	worker->random = worker->random * 1664525 + 1013904223;
	return (worker->random >> 16) % limit;
}

/* ---- what is right ---- */

static void count_at(struct worker *worker, ULONG i)
{
	table[i].counter++;
	worker->increments++;
}

static void one(struct worker *worker)
{
	ULONG i = random_below(worker, LOCKS);
	KIRQL irql;

	KeAcquireSpinLock(&table[i].lock, &irql);
	count_at(worker, i);
	KeReleaseSpinLock(&table[i].lock, irql);
}

/* In the order of the table, so that nobody waits for ever. */
static void two(struct worker *worker)
{
	ULONG i = random_below(worker, LOCKS - 1), j = i + 1 + random_below(worker, LOCKS - 1 - i);
	KIRQL irql;

	KeAcquireSpinLock(&table[i].lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&table[j].lock);
	count_at(worker, i);
	count_at(worker, j);
	KeReleaseSpinLockFromDpcLevel(&table[j].lock);
	KeReleaseSpinLock(&table[i].lock, irql);
}

/* ---- what is wrong ---- */

static void twice(PKSPIN_LOCK lock)
{
	KIRQL irql, again;

	KeAcquireSpinLock(lock, &irql);
	KeAcquireSpinLock(lock, &again);	/* load: double-acquire */
	KeReleaseSpinLock(lock, again);
	KeReleaseSpinLock(lock, irql);
}

static void unheld(PKSPIN_LOCK lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
	KeReleaseSpinLock(lock, irql);		/* load: release-unheld */
}

static void otherwise(PKSPIN_LOCK lock)
{
	KeAcquireSpinLockAtDpcLevel(lock);
	KeReleaseSpinLock(lock, PASSIVE_LEVEL);	/* load: mismatched-release */
}

static void again(PKSPIN_LOCK lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeInitializeSpinLock(lock);		/* load: reinit-held */
	(void)irql;
}

static void do_wrong(struct worker *worker)
{
	/* A lock that is held meanwhile may be anyone's. */
	PKSPIN_LOCK shared = &table[random_below(worker, LOCKS)].lock;

	switch (worker->wrong++ % 4) {
	case 0: twice(shared); break;
	case 1: unheld(&worker->own); break;
	case 2: otherwise(shared); break;
	case 3: again(&worker->own); break;
	}
}

static void work(struct worker *worker, ULONG rounds)
{
	for (ULONG i = 1; i <= rounds; i++) {
		if (i % EVERY == 0)
			do_wrong(worker);
		if (random_below(worker, 2))
			one(worker);
		else
			two(worker);
	}
}

/* ---- threads, timers, requests ---- */

static VOID NTAPI works(PVOID context)
{
	struct worker *worker = context;
	KIRQL irql;

	work(worker, worker->rounds);
	worker->wrong++;
	KeAcquireSpinLock(&worker->own, &irql);
}						/* load: held-at-return */

static VOID NTAPI shot(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	KeAcquireSpinLockAtDpcLevel(&table[0].lock);
	table[0].counter++;
	increments_of_shots++;
	KeReleaseSpinLockFromDpcLevel(&table[0].lock);
	KeAcquireSpinLockAtDpcLevel(&shot_lock);
	if (++shots_fired % 8 == 0) {
		wrong_of_shots++;
		return;				/* load: held-at-return */
	}
	KeReleaseSpinLockFromDpcLevel(&shot_lock);
}

static NTSTATUS NTAPI begin(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.InputBufferLength;
	ULONG rounds = length >= sizeof(ULONG) ? *(ULONG *)irp->AssociatedIrp.SystemBuffer : 10000;

	for (ULONG i = 0; i <= THREADS; i++) {
		workers[i].number = i;
		workers[i].rounds = rounds;
		workers[i].random = 2654435769u * (i + 1);
	}
	for (ULONG i = 0; i < THREADS; i++) {
		workers[i].thread = start_thread(works, &workers[i]);
		if (!workers[i].thread)
			return complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
	}
	return complete(irp, STATUS_SUCCESS, rounds);
}

static NTSTATUS NTAPI request(PDEVICE_OBJECT device, PIRP irp)
{
	LARGE_INTEGER soon;

	soon.QuadPart = -10000;		/* a millisecond */
	for (int i = 0; i < SHOTS_OF_A_REQUEST && shots_set < SHOTS; i++, shots_set++) {
		KeInitializeTimer(&shots[shots_set].timer);
		KeInitializeDpc(&shots[shots_set].dpc, shot, NULL);
		KeSetTimer(&shots[shots_set].timer, soon, &shots[shots_set].dpc);
	}
	work(&workers[THREADS], ROUNDS_OF_A_REQUEST);
	return complete(irp, STATUS_SUCCESS, shots_set);
}

static NTSTATUS NTAPI end(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG counted = 0, increments, wrong, fired;
	LARGE_INTEGER moment;
	KIRQL irql;

	for (int i = 0; i < THREADS; i++) {
		KeWaitForSingleObject(workers[i].thread, Executive, KernelMode, FALSE, NULL);
		ObDereferenceObject(workers[i].thread);
	}
	moment.QuadPart = -100000;
	for (;;) {
		KeAcquireSpinLock(&shot_lock, &irql);
		fired = shots_fired;
		KeReleaseSpinLock(&shot_lock, irql);
		if (fired == (ULONG)shots_set)
			break;
		KeDelayExecutionThread(KernelMode, FALSE, &moment);
	}
	/* The last one may be on its way out of this image, which is unloaded next. */
	for (int i = 0; i < 10; i++)
		KeDelayExecutionThread(KernelMode, FALSE, &moment);
	increments = increments_of_shots;
	wrong = wrong_of_shots;
	for (int i = 0; i <= THREADS; i++) {
		increments += workers[i].increments;
		wrong += workers[i].wrong;
	}
	for (int i = 0; i < LOCKS; i++)
		counted += table[i].counter;
	return complete(irp, counted == increments ? STATUS_SUCCESS : STATUS_DATA_ERROR, wrong);
}
