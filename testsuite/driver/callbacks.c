/* callbacks.c - what the kernel calls by itself: timer DPCs, work items, cancel and completion routines.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

/* drive: good_cancel warn_cancel_kept warn_cancel_again: --send CODE --cancel */
static DRIVER_DISPATCH good_timer, warn_timer, warn_timer_held, good_work_item, warn_work_item, good_cancel, warn_cancel_kept,
	warn_cancel_again, good_completion, warn_completion, good_together;

const PDRIVER_DISPATCH scenarios[] = {
	good_timer, warn_timer, warn_timer_held, good_work_item, warn_work_item, good_cancel, warn_cancel_kept,
	warn_cancel_again, good_completion, warn_completion, good_together, NULL
};

static KDEFERRED_ROUTINE tick, tick_twice, tick_held;
static IO_WORKITEM_ROUTINE work, work_held;
static DRIVER_CANCEL cancel, cancel_kept, cancel_again;
static IO_COMPLETION_ROUTINE completed, completed_held;
static KSTART_ROUTINE count;

static KSPIN_LOCK lock;
static ULONG counter;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

/* ---- timers ---- */

/* One shot of a timer.  Each has objects of its own: Wine may hang when a timer that fired is set again. */
struct shot {
	KTIMER timer;
	KDPC dpc;
	KEVENT done;
	KSPIN_LOCK lock;
	ULONG ticks;
};

static BOOLEAN shoot(PKDEFERRED_ROUTINE routine, struct shot *shot)
{
	LARGE_INTEGER soon = { .QuadPart = -10000 };

	KeInitializeSpinLock(&shot->lock);
	KeInitializeEvent(&shot->done, NotificationEvent, FALSE);
	KeInitializeDpc(&shot->dpc, routine, shot);
	KeInitializeTimer(&shot->timer);
	KeSetTimer(&shot->timer, soon, &shot->dpc);
	return wait_for(&shot->done);
}

static VOID NTAPI tick(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
	struct shot *shot = context;

	KeAcquireSpinLockAtDpcLevel(&shot->lock);
	shot->ticks++;
	KeReleaseSpinLockFromDpcLevel(&shot->lock);
	KeSetEvent(&shot->done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS NTAPI good_timer(PDEVICE_OBJECT device, PIRP irp)
{
	static struct shot shots[32];
	static ULONG next;
	struct shot *shot = &shots[next++ % 32];
	KIRQL irql;
	ULONG ticks;

	shoot(tick, shot);
	KeAcquireSpinLock(&shot->lock, &irql);
	ticks = shot->ticks;
	KeReleaseSpinLock(&shot->lock, irql);
	return complete(irp, ticks == 1 ? STATUS_SUCCESS : STATUS_TIMEOUT, ticks);
}

static VOID NTAPI tick_twice(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
	struct shot *shot = context;

	KeAcquireSpinLockAtDpcLevel(&shot->lock);	/* warn_timer: acquired */
	KeAcquireSpinLockAtDpcLevel(&shot->lock);	/* warn_timer: double-acquire 'shot->lock' */
	shot->ticks++;
	KeReleaseSpinLockFromDpcLevel(&shot->lock);
	KeReleaseSpinLockFromDpcLevel(&shot->lock);
	KeSetEvent(&shot->done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS NTAPI warn_timer(PDEVICE_OBJECT device, PIRP irp)
{
	static struct shot shot;

	shoot(tick_twice, &shot);
	return complete(irp, STATUS_SUCCESS, shot.ticks);
}

static VOID NTAPI tick_held(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
	struct shot *shot = context;

	KeSetEvent(&shot->done, IO_NO_INCREMENT, FALSE);
	KeAcquireSpinLockAtDpcLevel(&shot->lock);	/* warn_timer_held: acquired */
	shot->ticks++;
}							/* warn_timer_held: held-at-return 'shot->lock' */

static NTSTATUS NTAPI warn_timer_held(PDEVICE_OBJECT device, PIRP irp)
{
	static struct shot shot, next;

	shoot(tick_held, &shot);
	/* Timers fire one after the other: when the next is done, the first has returned. */
	shoot(tick, &next);
	return complete(irp, STATUS_SUCCESS, shot.ticks);
}

/* ---- work items ---- */

struct job {
	KEVENT done;
	KSPIN_LOCK lock;
	ULONG done_count;
};

static BOOLEAN queue_job(PDEVICE_OBJECT device, PIO_WORKITEM_ROUTINE routine, struct job *job)
{
	PIO_WORKITEM item = IoAllocateWorkItem(device);
	BOOLEAN is_done;

	KeInitializeSpinLock(&job->lock);
	KeInitializeEvent(&job->done, NotificationEvent, FALSE);
	IoQueueWorkItem(item, routine, DelayedWorkQueue, job);
	is_done = wait_for(&job->done);
	IoFreeWorkItem(item);
	return is_done;
}

static VOID NTAPI work(PDEVICE_OBJECT device, PVOID context)
{
	struct job *job = context;
	KIRQL irql;

	KeAcquireSpinLock(&job->lock, &irql);
	job->done_count++;
	KeReleaseSpinLock(&job->lock, irql);
	KeSetEvent(&job->done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS NTAPI good_work_item(PDEVICE_OBJECT device, PIRP irp)
{
	static struct job job;
	BOOLEAN is_done = queue_job(device, work, &job);

	return complete(irp, is_done ? STATUS_SUCCESS : STATUS_TIMEOUT, 0);
}

static VOID NTAPI work_held(PDEVICE_OBJECT device, PVOID context)
{
	struct job *job = context;
	KIRQL irql;

	KeSetEvent(&job->done, IO_NO_INCREMENT, FALSE);
	KeAcquireSpinLock(&job->lock, &irql);	/* warn_work_item: acquired */
	job->done_count++;
}						/* warn_work_item: held-at-return 'job->lock' */

static NTSTATUS NTAPI warn_work_item(PDEVICE_OBJECT device, PIRP irp)
{
	static struct job job;
	LARGE_INTEGER moment = { .QuadPart = -1000000 };

	queue_job(device, work_held, &job);
	KeDelayExecutionThread(KernelMode, FALSE, &moment);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* ---- cancel routines: the kernel calls them with the cancel spin lock held ---- */

static NTSTATUS pend(PIRP irp, PDRIVER_CANCEL routine)
{
	IoMarkIrpPending(irp);
	IoSetCancelRoutine(irp, routine);
	return STATUS_PENDING;
}

static VOID NTAPI cancel(PDEVICE_OBJECT device, PIRP irp)
{
	IoReleaseCancelSpinLock(irp->CancelIrql);
	complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI good_cancel(PDEVICE_OBJECT device, PIRP irp)
{
	return pend(irp, cancel);
}

static VOID NTAPI cancel_kept(PDEVICE_OBJECT device, PIRP irp)
{
	complete(irp, STATUS_CANCELLED, 0);
}	/* warn_cancel_kept: held-at-return CancelSpinlockRelease */

static NTSTATUS NTAPI warn_cancel_kept(PDEVICE_OBJECT device, PIRP irp)
{
	return pend(irp, cancel_kept);
}

static VOID NTAPI cancel_again(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);	/* warn_cancel_again: double-acquire CancelSpinlockRelease */
	IoReleaseCancelSpinLock(irql);
	IoReleaseCancelSpinLock(irp->CancelIrql);
	complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI warn_cancel_again(PDEVICE_OBJECT device, PIRP irp)
{
	return pend(irp, cancel_again);
}

/* ---- completion routines ---- */

static KSPIN_LOCK completion_lock;

static NTSTATUS NTAPI completed(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&completion_lock, &irql);
	counter++;
	KeReleaseSpinLock(&completion_lock, irql);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS NTAPI completed_held(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&completion_lock, &irql);	/* warn_completion: acquired */
	counter++;
	return STATUS_MORE_PROCESSING_REQUIRED;		/* warn_completion: held-at-return 'completion_lock' */
}

/* Send a request of our own to our own device, with ROUTINE to be called when it is complete. */
static NTSTATUS send(PDEVICE_OBJECT device, PIO_COMPLETION_ROUTINE routine)
{
	PIRP own = IoAllocateIrp(device->StackSize + 1, FALSE);
	NTSTATUS status;

	if (!own)
		return STATUS_INSUFFICIENT_RESOURCES;
	IoGetNextIrpStackLocation(own)->MajorFunction = IRP_MJ_CREATE;
	IoSetCompletionRoutine(own, routine, NULL, TRUE, TRUE, TRUE);
	status = IoCallDriver(device, own);
	IoFreeIrp(own);
	return status;
}

static NTSTATUS NTAPI good_completion(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = counter;
	NTSTATUS status = send(device, completed);

	return complete(irp, counter == before + 1 ? status : STATUS_UNSUCCESSFUL, 0);
}

static NTSTATUS NTAPI warn_completion(PDEVICE_OBJECT device, PIRP irp)
{
	send(device, completed_held);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* ---- all at once, on one lock ---- */

enum { ROUNDS = 20000, SHOTS = 20 };

static VOID NTAPI count(PVOID context)
{
	KIRQL irql;

	for (int i = 0; i < ROUNDS; i++) {
		KeAcquireSpinLock(&lock, &irql);
		counter++;
		KeReleaseSpinLock(&lock, irql);
	}
	PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS NTAPI good_together(PDEVICE_OBJECT device, PIRP irp)
{
	static struct shot shots[SHOTS];
	static struct job job;
	PVOID first, second;
	ULONG total, fired = 0;
	KIRQL irql;

	RtlZeroMemory(shots, sizeof shots);
	KeAcquireSpinLock(&lock, &irql);
	counter = 0;
	KeReleaseSpinLock(&lock, irql);

	first = start_thread(count, NULL);
	second = start_thread(count, NULL);
	for (int i = 0; i < SHOTS; i++)
		shoot(tick, &shots[i]);
	queue_job(device, work, &job);
	join_thread(first);
	join_thread(second);

	KeAcquireSpinLock(&lock, &irql);
	total = counter;
	KeReleaseSpinLock(&lock, irql);
	for (int i = 0; i < SHOTS; i++)
		fired += shots[i].ticks;
	return complete(irp, total == 2 * ROUNDS && fired == SHOTS ? STATUS_SUCCESS : STATUS_DATA_ERROR, total);
}
