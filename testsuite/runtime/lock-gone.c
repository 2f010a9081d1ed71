/* The memory of a lock that is left held is something else's by the time that the runtime releases it: it is not written to, and
 * the IRQL is given back all the same.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'block.lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^spinrule: spin lock 'block.lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^spinrule: spin lock 'block.lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^goes on$ */
/* expect: ^spinrule: 3 violations, 3 lock calls checked */

#include "by-hand.h"

/* A pointer, as a heap keeps them in what is free. */
#define POINTER ((ULONG_PTR)0x12340)

static union {
	KSPIN_LOCK lock;
	ULONG_PTR next;
} block;

static DRIVER_DISPATCH warn_reused, warn_reused_at_dpc, warn_reused_queued;

static NTSTATUS NTAPI warn_reused(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL old;

	KeAcquireSpinLock(&block.lock, &old);
	block.next = POINTER;
	return 0;
}

static NTSTATUS NTAPI warn_reused_at_dpc(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);

	KeAcquireSpinLockAtDpcLevel(&block.lock);
	block.next = POINTER;
	return 0;
}

static NTSTATUS NTAPI warn_reused_queued(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&block.lock, &handle);
	block.next = POINTER;
	return 0;
}

static void run(PDRIVER_DISPATCH routine)
{
	block.lock = 0;
	routine(NULL, NULL);
	CHECK(block.next == POINTER);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

int main(void)
{
	run(warn_reused);
	run(warn_reused_at_dpc);
	run(warn_reused_queued);
	say("goes on");
	return 0;
}
