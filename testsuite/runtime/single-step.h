/* single-step.h - an interrupt at each instruction of what the runtime does: the programs single-step-*.c, which differ in
 * their options.
 *
 * Each of OPERATIONS is run under the processor's single-step flag again and again.  The handler of the trap does one of
 * INTERRUPTS, in turn, which leaves no lock held, each DISTANCE instructions, from each STRIDE-th possible start.
 * Nothing may be reported, no lock may be left held, and checking must stay complete.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SINGLE_STEP_H
#define SINGLE_STEP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "by-hand.h"

#if defined __x86_64__ && defined __linux__

#include <signal.h>

static KSPIN_LOCK locks[4], in_handler[3];
/* Instructions to the next interrupt. */
static volatile long to_go;
/* More than the runtime needs to get on; less of both finds more, and takes longer. */
#ifndef DISTANCE
#define DISTANCE 67
#define STRIDE 8
#endif

/* ---- what interrupts ---- */

static void pair(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&in_handler[0], &irql);
	KeReleaseSpinLock(&in_handler[0], irql);
}

static void nested(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&in_handler[0], &irql);
	KeAcquireSpinLockAtDpcLevel(&in_handler[1]);
	KeAcquireSpinLockAtDpcLevel(&in_handler[2]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[2]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[1]);
	KeReleaseSpinLock(&in_handler[0], irql);
}

static void out_of_order(void)
{
	KeAcquireSpinLockAtDpcLevel(&in_handler[0]);
	KeAcquireSpinLockAtDpcLevel(&in_handler[1]);
	KeAcquireSpinLockAtDpcLevel(&in_handler[2]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[1]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[0]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[2]);
}

static void queued(void)
{
	KLOCK_QUEUE_HANDLE outer, inner;

	KeAcquireInStackQueuedSpinLock(&in_handler[0], &outer);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&in_handler[1], &inner);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
	KeReleaseInStackQueuedSpinLock(&outer);
}

static void try(void)
{
	if (KeTryToAcquireSpinLockAtDpcLevel(&in_handler[0]))
		KeReleaseSpinLockFromDpcLevel(&in_handler[0]);
}

KDEFERRED_ROUTINE dpc;

VOID NTAPI dpc(PKDPC unused, PVOID context, PVOID first, PVOID second)
{
	CALLBACK(KDEFERRED_ROUTINE);
	(void)unused, (void)context, (void)first, (void)second;
	nested();
}

static void callback(void)
{
	dpc(NULL, NULL, NULL, NULL);
}

static void (*const interrupts[])(void) = { pair, nested, out_of_order, queued, try, callback };

/* ---- what is interrupted ---- */

static void pair_of_locks(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[0], &irql);
	KeReleaseSpinLock(&locks[0], irql);
}

static void nested_locks(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[0], &irql);
	KeAcquireSpinLockAtDpcLevel(&locks[1]);
	KeAcquireSpinLockAtDpcLevel(&locks[2]);
	KeReleaseSpinLockFromDpcLevel(&locks[2]);
	KeReleaseSpinLockFromDpcLevel(&locks[1]);
	KeReleaseSpinLock(&locks[0], irql);
}

static void locks_out_of_order(void)
{
	KIRQL first, second, third;

	KeAcquireSpinLock(&locks[0], &first);
	KeAcquireSpinLock(&locks[1], &second);
	KeAcquireSpinLock(&locks[2], &third);
	KeReleaseSpinLock(&locks[2], third);
	KeReleaseSpinLock(&locks[0], second);
	KeReleaseSpinLock(&locks[1], first);
}

static void hand_over_hand(void)
{
	KeAcquireSpinLockAtDpcLevel(&locks[0]);
	KeAcquireSpinLockAtDpcLevel(&locks[1]);
	KeReleaseSpinLockFromDpcLevel(&locks[0]);
	KeAcquireSpinLockAtDpcLevel(&locks[2]);
	KeReleaseSpinLockFromDpcLevel(&locks[1]);
	KeAcquireSpinLockAtDpcLevel(&locks[3]);
	KeReleaseSpinLockFromDpcLevel(&locks[3]);
	KeReleaseSpinLockFromDpcLevel(&locks[2]);
}

static void queued_locks(void)
{
	KLOCK_QUEUE_HANDLE outer, inner;

	KeAcquireInStackQueuedSpinLock(&locks[0], &outer);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&locks[1], &inner);
	KeReleaseInStackQueuedSpinLock(&outer);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
}

static void other_locks(void)
{
	KIRQL irql, cancel;

	IoAcquireCancelSpinLock(&cancel);
	irql = KeAcquireQueuedSpinLock(LockQueueMasterLock);
	if (KeTryToAcquireSpinLockAtDpcLevel(&locks[0]))
		KeReleaseSpinLockFromDpcLevel(&locks[0]);
	KeReleaseQueuedSpinLock(LockQueueMasterLock, irql);
	KeInitializeSpinLock(&locks[0]);
	IoReleaseCancelSpinLock(cancel);
}

DRIVER_DISPATCH dispatch;

NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	(void)device, (void)irp;
	pair_of_locks();
	return 0;
}

static void callback_with_locks(void)
{
	dispatch(NULL, NULL);
}

static void (*const operations[])(void) = {
	pair_of_locks, nested_locks, locks_out_of_order, hand_over_hand, queued_locks, other_locks, callback_with_locks,
};

/* ---- single steps ---- */

static void trapped(int number)
{
	static unsigned count;

	(void)number;
	if (--to_go > 0)
		return;
	to_go = DISTANCE;
	interrupts[count++ % (sizeof interrupts / sizeof *interrupts)]();
}

/* Below what the compiler keeps under the stack pointer. */
#define CHANGE_FLAGS(CHANGE) \
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\t" CHANGE ", (%%rsp)\n\tpopfq\n\tlea 128(%%rsp), %%rsp" ::: "memory", "cc")

/* Run OPERATION with interrupts: the first before instruction FIRST, the next ones each DISTANCE instructions later. */
static void run(void (*operation)(void), long first)
{
	to_go = first;
	CHANGE_FLAGS("orq $0x100");
	operation();
	CHANGE_FLAGS("andq $~0x100");
	for (unsigned i = 0; i < sizeof locks / sizeof *locks; i++)
		CHECK(!locks[i]);
	for (unsigned i = 0; i < sizeof in_handler / sizeof *in_handler; i++)
		CHECK(!in_handler[i]);
	CHECK(spinrule_violation_count() == 0);
}

int main(void)
{
	struct sigaction action = { .sa_handler = trapped };

	for (unsigned i = 0; i < sizeof interrupts / sizeof *interrupts; i++)
		interrupts[i]();
	sigaction(SIGTRAP, &action, NULL);
	for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++)
		for (long first = 1; first <= DISTANCE; first += STRIDE)
			run(operations[i], first);
	say("all instructions");
	return 0;
}

#else

/* Other processors have other flags. */
int main(void)
{
	say("all instructions");
	return 0;
}

#endif

#endif
