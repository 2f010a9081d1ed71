/* The memory of a lock that is left held is nobody's by the time that the runtime releases it: it is not touched, and the IRQL is
 * given back all the same.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: history=0 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'there' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^spinrule: spin lock 'there' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^spinrule: spin lock 'there' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^goes on$ */
/* expect: ^spinrule: 3 violations, 3 lock calls checked */

#include "by-hand.h"

#include <sys/mman.h>

static DRIVER_DISPATCH warn_unmapped, warn_forbidden, warn_unmapped_queued;

static KSPIN_LOCK *map(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static NTSTATUS NTAPI warn_unmapped(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KSPIN_LOCK *there = map();
	KIRQL old;

	KeAcquireSpinLock(there, &old);
	munmap(there, 4096);
	return 0;
}

/* As some heaps do with what is free, to find who uses it. */
static NTSTATUS NTAPI warn_forbidden(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KSPIN_LOCK *there = map();
	KIRQL old;

	KeAcquireSpinLock(there, &old);
	mprotect(there, 4096, PROT_NONE);
	return 0;
}

static NTSTATUS NTAPI warn_unmapped_queued(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KSPIN_LOCK *there = map();
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(there, &handle);
	munmap(there, 4096);
	return 0;
}

static void run(PDRIVER_DISPATCH routine)
{
	routine(NULL, NULL);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

int main(void)
{
	run(warn_unmapped);
	run(warn_forbidden);
	run(warn_unmapped_queued);
	say("goes on");
	return 0;
}
