/* { dg-do compile } */
/* Cancel-safe queues: the lock is taken and dropped by callbacks of one line, the IRQL waits in the device extension or at the caller.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _WIN32
#include <ddk/csq.h>
#else
typedef struct _IO_CSQ IO_CSQ, *PIO_CSQ;
typedef VOID (NTAPI *PIO_CSQ_ACQUIRE_LOCK)(PIO_CSQ Csq, PKIRQL Irql);
typedef VOID (NTAPI *PIO_CSQ_RELEASE_LOCK)(PIO_CSQ Csq, KIRQL Irql);
typedef VOID (NTAPI *PIO_CSQ_INSERT_IRP)(PIO_CSQ Csq, PIRP Irp);
typedef VOID (NTAPI *PIO_CSQ_REMOVE_IRP)(PIO_CSQ Csq, PIRP Irp);
typedef PIRP (NTAPI *PIO_CSQ_PEEK_NEXT_IRP)(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext);
typedef VOID (NTAPI *PIO_CSQ_COMPLETE_CANCELED_IRP)(PIO_CSQ Csq, PIRP Irp);
struct _IO_CSQ {
	ULONG Type;
	PIO_CSQ_INSERT_IRP CsqInsertIrp;
	PIO_CSQ_REMOVE_IRP CsqRemoveIrp;
	PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp;
	PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock;
	PIO_CSQ_RELEASE_LOCK CsqReleaseLock;
	PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp;
};
NTSTATUS IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP Insert, PIO_CSQ_REMOVE_IRP Remove, PIO_CSQ_PEEK_NEXT_IRP Peek,
	PIO_CSQ_ACQUIRE_LOCK Acquire, PIO_CSQ_RELEASE_LOCK Release, PIO_CSQ_COMPLETE_CANCELED_IRP Complete);
#endif

typedef struct _DEVICE_EXTENSION {
	IO_CSQ Queue;
	KSPIN_LOCK QueueLock;
	KIRQL QueueIrql;
	LIST_ENTRY Pending;
	LONG Depth;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

VOID NTAPI good_acquire_to_the_caller(PIO_CSQ Csq, PKIRQL Irql)
{
	PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, Queue);

	KeAcquireSpinLock(&Extension->QueueLock, Irql);
}

VOID NTAPI good_release_from_the_caller(PIO_CSQ Csq, KIRQL Irql)
{
	PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, Queue);

	KeReleaseSpinLock(&Extension->QueueLock, Irql);
}

VOID NTAPI good_acquire_to_the_extension(PIO_CSQ Csq, PKIRQL Irql)
{
	PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, Queue);

	UNREFERENCED_PARAMETER(Irql);
	KeAcquireSpinLock(&Extension->QueueLock, &Extension->QueueIrql);
}

VOID NTAPI good_release_from_the_extension(PIO_CSQ Csq, KIRQL Irql)
{
	PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, Queue);

	UNREFERENCED_PARAMETER(Irql);
	KeReleaseSpinLock(&Extension->QueueLock, Extension->QueueIrql);
}

/* Called between the two above, with the lock held. */
VOID NTAPI good_insert(PIO_CSQ Csq, PIRP Irp)
{
	PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, Queue);

	InsertTailList(&Extension->Pending, &Irp->Tail.Overlay.ListEntry);
	Extension->Depth++;
}

/* Drops the lock to look elsewhere, and does not take it again. */
VOID NTAPI warn_insert(PIO_CSQ Csq, PIRP Irp)
{
	PDEVICE_EXTENSION Extension = CONTAINING_RECORD(Csq, DEVICE_EXTENSION, Queue);

	KeReleaseSpinLock(&Extension->QueueLock, Extension->QueueIrql);
	KeReleaseSpinLock(&Extension->QueueLock, Extension->QueueIrql);	/* { dg-warning "QueueLock' is released but not held .spinrule-release-unheld." "acquire was meant" } */
}

extern VOID NTAPI remove_irp(PIO_CSQ Csq, PIRP Irp);
extern PIRP NTAPI peek_next_irp(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext);
extern VOID NTAPI complete_canceled_irp(PIO_CSQ Csq, PIRP Irp);

NTSTATUS set_up(PDEVICE_EXTENSION Extension, BOOLEAN Keep)
{
	KeInitializeSpinLock(&Extension->QueueLock);
	InitializeListHead(&Extension->Pending);
	if (Keep)
		return IoCsqInitialize(&Extension->Queue, good_insert, remove_irp, peek_next_irp,
			good_acquire_to_the_extension, good_release_from_the_extension, complete_canceled_irp);
	return IoCsqInitialize(&Extension->Queue, warn_insert, remove_irp, peek_next_irp,
		good_acquire_to_the_caller, good_release_from_the_caller, complete_canceled_irp);
}

/* The driver calls its own callbacks directly as well. */
DRIVER_DISPATCH good_calls_its_own_callbacks, warn_calls_its_own_callbacks;

NTSTATUS NTAPI good_calls_its_own_callbacks(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
	KIRQL irql;

	good_acquire_to_the_caller(&Extension->Queue, &irql);
	if (Extension->Depth > 100) {
		good_release_from_the_caller(&Extension->Queue, irql);
		return STATUS_DEVICE_BUSY;
	}
	InsertTailList(&Extension->Pending, &Irp->Tail.Overlay.ListEntry);
	good_release_from_the_caller(&Extension->Queue, irql);
	return STATUS_PENDING;
}

NTSTATUS NTAPI warn_calls_its_own_callbacks(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
	KIRQL irql;

	good_acquire_to_the_caller(&Extension->Queue, &irql);
	if (Extension->Depth > 100)
		return STATUS_DEVICE_BUSY;	/* { dg-warning "QueueLock' is still held at return .spinrule-held-at-return." "too deep" } */
	InsertTailList(&Extension->Pending, &Irp->Tail.Overlay.ListEntry);
	good_release_from_the_caller(&Extension->Queue, irql);
	return STATUS_PENDING;
}

/* The extension, the queue in it, and the lock by name are one lock. */
IO_TIMER_ROUTINE good_callback_and_name, warn_callback_and_name;

VOID NTAPI good_callback_and_name(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
	KIRQL irql;

	good_acquire_to_the_extension(&Extension->Queue, &irql);
	Extension->Depth = 0;
	KeReleaseSpinLock(&Extension->QueueLock, Extension->QueueIrql);
}

VOID NTAPI warn_callback_and_name(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	PDEVICE_EXTENSION Extension = DeviceObject->DeviceExtension;
	KIRQL irql;

	good_acquire_to_the_extension(&Extension->Queue, &irql);
	Extension->Depth = 0;
	KeReleaseSpinLock(&Extension->QueueLock, Extension->QueueIrql);
	good_release_from_the_extension(&Extension->Queue, irql);	/* { dg-warning "QueueLock' is released but not held .spinrule-release-unheld." "released by name" } */
}
