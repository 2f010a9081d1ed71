/* { dg-do compile } */
/* A queue handle keeps the IRQL that its acquire saved: whoever gets that may lower the IRQL after the release.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct thread {
	KSPIN_LOCK lock;
	int count;
	KIRQL wait_irql;
};

extern void leave(KIRQL irql);
extern void leave_through(struct thread *thread);
extern void work(int count);
extern ULONG_PTR current_thread(void);
extern VOID NTAPI KeAcquireInStackQueuedSpinLockRaiseToSynch(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle);

/* ---- handed by value ---- */

void good_handed_on(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	thread->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	leave(handle.OldIrql);
}

void warn_other_number_handed_on(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	thread->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "another number" } */
	work(thread->count);
}

/* ---- in a callee ---- */

static void swap(struct thread *thread, PKLOCK_QUEUE_HANDLE handle)
{
	if (thread->count) {
		KeReleaseInStackQueuedSpinLockFromDpcLevel(handle);
		leave(handle->OldIrql);
	} else {
		KeReleaseInStackQueuedSpinLock(handle);
	}
}

void good_swapped(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	swap(thread, &handle);
}

static void drop(struct thread *thread, PKLOCK_QUEUE_HANDLE handle)
{
	thread->count++;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(handle);
	work(thread->count);
}

void warn_dropped(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	drop(thread, &handle);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "in a callee" } */
}

/* ---- kept in an object that is handed on ---- */

void good_kept_in_a_thread(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	thread->wait_irql = handle.OldIrql;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	leave_through(thread);
}

/* The thread is a number that is cast.  */
void good_kept_in_the_current_thread(void)
{
	struct thread *thread = (struct thread *)current_thread();
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	thread->wait_irql = handle.OldIrql;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	leave_through(thread);
}

/* ---- left to the caller ---- */

void good_kept_for_the_caller(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	thread->wait_irql = handle.OldIrql;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	work(1);
}

KIRQL good_returned(struct thread *thread)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLockRaiseToSynch(&thread->lock, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	return handle.OldIrql;
}

DRIVER_DISPATCH warn_kept_by_a_callback, warn_irql_does_not_release;

NTSTATUS NTAPI warn_kept_by_a_callback(PDEVICE_OBJECT device, PIRP irp)
{
	struct thread *thread = device->DeviceExtension;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&thread->lock, &handle);
	thread->wait_irql = handle.OldIrql;
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "kept for nobody" } */
	return STATUS_SUCCESS;
}

/* While the lock is held, its handle releases it and nothing else.  */
NTSTATUS NTAPI warn_irql_does_not_release(PDEVICE_OBJECT device, PIRP irp)
{
	struct thread *thread = device->DeviceExtension;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&thread->lock, &handle);
	thread->count++;
	leave(handle.OldIrql);
	return STATUS_SUCCESS;	/* { dg-warning "'thread->lock' is still held at return .spinrule-held-at-return." "the handle is here" } */
}
