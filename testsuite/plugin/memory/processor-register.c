/* { dg-do compile } */
/* { dg-undecided "good_in_helper good_may_have_moved good_entered_at_dispatch good_threaded good_two_roles" } */
/* A volatile asm that reads a register of the processor yields one value, and what that
 * leads to stays the same, as long as the thread stays on its processor: code that may
 * move it runs below DISPATCH_LEVEL only.  */
/* SPDX-License-Identifier: MIT */

#include "wdm-lite.h"

struct control { PVOID self; ULONG number; UCHAR in_dpc; };
struct extension { KSPIN_LOCK lock, other; KIRQL irql; ULONG count; };

void elsewhere(void);

static inline struct control *this_processor(void)
{
	struct control *found;

	__asm__ __volatile__("mov %%gs:0x20, %0" : "=r" (found));
	return found;
}

static inline ULONG_PTR read_segment(ULONG_PTR offset)
{
	ULONG_PTR value;

	__asm__ __volatile__("mov %%gs:%1, %0" : "=r" (value) : "m" (*(ULONG_PTR *)offset));
	return value;
}

void good_way_of_processor(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE queue)
{
	if (this_processor()->in_dpc)
		KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, queue);
	else
		KeAcquireInStackQueuedSpinLock(lock, queue);
	if (this_processor()->in_dpc)
		KeReleaseInStackQueuedSpinLockFromDpcLevel(queue);
	else
		KeReleaseInStackQueuedSpinLock(queue);
}

void warn_other_byte(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE queue)
{
	if (this_processor()->in_dpc)
		KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, queue);
	else
		KeAcquireInStackQueuedSpinLock(lock, queue);
	if (this_processor()->number)
		KeReleaseInStackQueuedSpinLockFromDpcLevel(queue);	/* { dg-warning "'lock' is acquired by 'KeAcquireInStackQueuedSpinLock' but released by" } */
	else
		KeReleaseInStackQueuedSpinLock(queue);	/* { dg-warning "'lock' is acquired by 'KeAcquireInStackQueuedSpinLockAtDpcLevel' but released by" } */
}

KDEFERRED_ROUTINE good_while_held, warn_other_place, warn_written, good_in_helper;
DRIVER_DISPATCH good_may_have_moved;

/* A lock is held: the call does not move the thread.  */
VOID NTAPI good_while_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (read_segment(0x30))
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	elsewhere();
	if (read_segment(0x30))
		KeReleaseSpinLockFromDpcLevel(&ext->other);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_other_place(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (read_segment(0x30))
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	elsewhere();
	if (read_segment(0x38))
		KeReleaseSpinLockFromDpcLevel(&ext->other);	/* { dg-warning "'ext->other' is released but not held" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->other' is still held at return" } */

VOID NTAPI warn_written(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (read_segment(0x30))
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	__asm__ __volatile__("mov %0, %%gs:0x30" : : "r" (arg1) : "memory");
	if (read_segment(0x30))
		KeReleaseSpinLockFromDpcLevel(&ext->other);	/* { dg-warning "'ext->other' is released but not held" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->other' is still held at return" } */

/* The helper does not know that its caller holds a lock.  */
static void release_by_processor(struct extension *ext)
{
	elsewhere();
	if (this_processor()->in_dpc)
		KeReleaseSpinLockFromDpcLevel(&ext->other);
}

VOID NTAPI good_in_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (this_processor()->in_dpc)
		KeAcquireSpinLockAtDpcLevel(&ext->other);
	release_by_processor(ext);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* Between the two reads the thread may run on another processor: nothing is claimed. */
NTSTATUS NTAPI good_may_have_moved(PDEVICE_OBJECT device, PIRP irp)
{
	struct extension *ext = device->DeviceExtension;
	KIRQL irql;
	BOOLEAN low = !this_processor()->in_dpc;

	elsewhere();
	if (!low)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (this_processor()->in_dpc)
		KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* Entered at DISPATCH_LEVEL: the thread stays on its processor, without a lock as well. */
KDEFERRED_ROUTINE good_entered_at_dispatch, warn_entered_at_dispatch, good_threaded, good_two_roles;

VOID NTAPI good_entered_at_dispatch(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	KIRQL irql;
	BOOLEAN low = !this_processor()->in_dpc;

	elsewhere();
	if (!low)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (this_processor()->in_dpc)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_entered_at_dispatch(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	KIRQL irql;
	BOOLEAN low = !this_processor()->in_dpc;

	elsewhere();
	if (!low)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (!this_processor()->in_dpc)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held" } */
}	/* { dg-warning "'ext->lock' is still held at return" } */

/* A threaded DPC may be entered at PASSIVE_LEVEL, and so may a routine of two roles: nothing is claimed. */
VOID NTAPI good_threaded(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	KIRQL irql;
	BOOLEAN low = !this_processor()->in_dpc;

	elsewhere();
	if (!low)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (this_processor()->in_dpc)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI good_two_roles(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct extension *ext = context;
	KIRQL irql;
	BOOLEAN low = !this_processor()->in_dpc;

	elsewhere();
	if (!low)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (this_processor()->in_dpc)
		KeReleaseSpinLock(&ext->lock, irql);
}

void call_at_passive_level(PDRIVER_UNLOAD routine);

void start(PKDPC dpc, PVOID context)
{
	KeInitializeThreadedDpc(dpc, good_threaded, context);
	call_at_passive_level((PDRIVER_UNLOAD)good_two_roles);
}
