/* { dg-do compile } */
/* PnP and power dispatch: switches over minor functions with state under a lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

enum { MN_START = 0, MN_QUERY_REMOVE = 1, MN_REMOVE = 2, MN_CANCEL_REMOVE = 3, MN_STOP = 4, MN_QUERY_STOP = 5, MN_SURPRISE = 0x17 };
enum { MN_SET_POWER = 2, MN_QUERY_POWER = 3 };

typedef enum _PNP_STATE { NotStarted, Started, StopPending, Stopped, RemovePending, SurpriseRemoved, Deleted } PNP_STATE;

typedef struct _FDO {
	PDEVICE_OBJECT Lower;
	KSPIN_LOCK StateLock;
	PNP_STATE State, PreviousState;
	KSPIN_LOCK QueueLock;
	LIST_ENTRY Queue;
	LONG Outstanding;
	ULONG PowerState;
	BOOLEAN Holding;
	KEVENT Removed;
} FDO, *PFDO;

static NTSTATUS forward(PFDO Fdo, PIRP Irp)
{
	return IoCallDriver(Fdo->Lower, Irp);
}

static NTSTATUS complete(PIRP Irp, NTSTATUS Status)
{
	Irp->IoStatus.Status = Status;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
	return Status;
}

extern NTSTATUS start_device(PFDO);
extern void drain(PFDO);

DRIVER_DISPATCH good_pnp, warn_pnp, good_power, warn_power, good_queued_or_passed, warn_queued_or_passed;

NTSTATUS NTAPI good_pnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PFDO fdo = DeviceObject->DeviceExtension;
	NTSTATUS status;
	KIRQL irql;

	switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
	case MN_START:
		status = start_device(fdo);
		if (NT_SUCCESS(status)) {
			KeAcquireSpinLock(&fdo->StateLock, &irql);
			fdo->State = Started;
			KeReleaseSpinLock(&fdo->StateLock, irql);
		}
		return complete(Irp, status);

	case MN_QUERY_STOP:
	case MN_QUERY_REMOVE:
		KeAcquireSpinLock(&fdo->StateLock, &irql);
		if (fdo->Outstanding > 1) {
			KeReleaseSpinLock(&fdo->StateLock, irql);
			return complete(Irp, STATUS_UNSUCCESSFUL);
		}
		fdo->PreviousState = fdo->State;
		fdo->State = IoGetCurrentIrpStackLocation(Irp)->MinorFunction == MN_QUERY_STOP ? StopPending : RemovePending;
		KeReleaseSpinLock(&fdo->StateLock, irql);
		break;

	case MN_CANCEL_REMOVE:
		KeAcquireSpinLock(&fdo->StateLock, &irql);
		if (fdo->State == RemovePending)
			fdo->State = fdo->PreviousState;
		KeReleaseSpinLock(&fdo->StateLock, irql);
		break;

	case MN_SURPRISE:
		KeAcquireSpinLock(&fdo->StateLock, &irql);
		fdo->State = SurpriseRemoved;
		KeReleaseSpinLock(&fdo->StateLock, irql);
		drain(fdo);
		break;

	case MN_REMOVE:
		KeAcquireSpinLock(&fdo->StateLock, &irql);
		if (fdo->State != SurpriseRemoved) {
			fdo->State = Deleted;
			KeReleaseSpinLock(&fdo->StateLock, irql);
			drain(fdo);
		} else {
			fdo->State = Deleted;
			KeReleaseSpinLock(&fdo->StateLock, irql);
		}
		KeWaitForSingleObject(&fdo->Removed, Executive, KernelMode, FALSE, NULL);
		break;

	default:
		break;
	}
	return forward(fdo, Irp);
}

NTSTATUS NTAPI warn_pnp(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PFDO fdo = DeviceObject->DeviceExtension;
	KIRQL irql;

	switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
	case MN_QUERY_STOP:
	case MN_QUERY_REMOVE:
		KeAcquireSpinLock(&fdo->StateLock, &irql);
		if (fdo->Outstanding > 1)
			return complete(Irp, STATUS_UNSUCCESSFUL);	/* { dg-warning "'fdo->StateLock' is still held at return .spinrule-held-at-return." "busy" } */
		fdo->PreviousState = fdo->State;
		fdo->State = IoGetCurrentIrpStackLocation(Irp)->MinorFunction == MN_QUERY_STOP ? StopPending : RemovePending;
		KeReleaseSpinLock(&fdo->StateLock, irql);
		break;

	case MN_CANCEL_REMOVE:
		KeAcquireSpinLock(&fdo->StateLock, &irql);
		if (fdo->State == RemovePending)
			fdo->State = fdo->PreviousState;
		KeReleaseSpinLock(&fdo->StateLock, irql);
		break;

	default:
		break;
	}
	return forward(fdo, Irp);
}

/* The request is held back where the power is off: the same test decides twice. */
NTSTATUS NTAPI good_power(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PFDO fdo = DeviceObject->DeviceExtension;
	UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
	KIRQL irql = 0;

	if (minor == MN_SET_POWER) {
		KeAcquireSpinLock(&fdo->QueueLock, &irql);
		fdo->Holding = TRUE;
	}
	IoMarkIrpPending(Irp);
	switch (minor) {
	case MN_QUERY_POWER:
		return forward(fdo, Irp);
	case MN_SET_POWER:
		fdo->PowerState++;
		KeReleaseSpinLock(&fdo->QueueLock, irql);
		return STATUS_PENDING;
	}
	return complete(Irp, STATUS_NOT_SUPPORTED);
}

NTSTATUS NTAPI warn_power(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PFDO fdo = DeviceObject->DeviceExtension;
	UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
	KIRQL irql = 0;

	if (minor != MN_QUERY_POWER) {
		KeAcquireSpinLock(&fdo->QueueLock, &irql);
		fdo->Holding = TRUE;
	}
	IoMarkIrpPending(Irp);
	switch (minor) {
	case MN_QUERY_POWER:
		return forward(fdo, Irp);
	case MN_SET_POWER:
		fdo->PowerState++;
		KeReleaseSpinLock(&fdo->QueueLock, irql);
		return STATUS_PENDING;
	}
	return complete(Irp, STATUS_NOT_SUPPORTED);	/* { dg-warning "'fdo->QueueLock' is still held at return .spinrule-held-at-return." "another minor function" } */
}

/* A queue that holds requests back while the device is stopped; the status says what was done. */
static NTSTATUS queue_if_stopped(PFDO Fdo, PIRP Irp)
{
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&Fdo->QueueLock, &irql);
	switch (Fdo->State) {
	case Started:
		Fdo->Outstanding++;
		status = STATUS_SUCCESS;
		break;
	case StopPending:
	case Stopped:
	case RemovePending:
		IoMarkIrpPending(Irp);
		InsertTailList(&Fdo->Queue, &Irp->Tail.Overlay.ListEntry);
		status = STATUS_PENDING;
		break;
	default:
		status = STATUS_DELETE_PENDING;
		break;
	}
	KeReleaseSpinLock(&Fdo->QueueLock, irql);
	return status;
}

NTSTATUS NTAPI good_queued_or_passed(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PFDO fdo = DeviceObject->DeviceExtension;
	NTSTATUS status = queue_if_stopped(fdo, Irp);
	KIRQL irql;

	if (status == STATUS_PENDING)
		return status;
	if (!NT_SUCCESS(status))
		return complete(Irp, status);
	KeAcquireSpinLock(&fdo->QueueLock, &irql);
	fdo->Outstanding--;
	KeReleaseSpinLock(&fdo->QueueLock, irql);
	return forward(fdo, Irp);
}

NTSTATUS NTAPI warn_queued_or_passed(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PFDO fdo = DeviceObject->DeviceExtension;
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&fdo->QueueLock, &irql);
	status = queue_if_stopped(fdo, Irp);	/* { dg-warning "QueueLock' is acquired while already held .spinrule-double-acquire." "the callee takes it" } */
	fdo->Outstanding--;
	KeReleaseSpinLock(&fdo->QueueLock, irql);
	return NT_SUCCESS(status) ? forward(fdo, Irp) : complete(Irp, status);
}
