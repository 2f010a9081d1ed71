/* { dg-do compile } */
/* A serial port as its driver is written: queues, cancelling, timeouts, ioctls, PnP and power.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

extern int work(void);
extern void use(void *);

typedef struct _SER {
	PDEVICE_OBJECT Self, Lower;
	KSPIN_LOCK ControlLock, BufferLock, ReadLock;
	LIST_ENTRY ReadQueue, WriteQueue, MaskQueue;
	PIRP CurrentReadIrp, CurrentWriteIrp, CurrentMaskIrp;
	ULONG BufferSize, CharsInBuffer, WriteLength, HistoryMask, IsrWaitMask, Flags, ErrorWord;
	PUCHAR Base, Read, Write;
	PULONG IrpMaskLocation;
	struct _KINTERRUPT *Interrupt;
	KDPC CompleteDpc, CommWaitDpc;
	KTIMER ReadTotalTimer;
	BOOLEAN Removed, Suspended;
	LONG Refs;
	KEVENT RemoveEvent;
	ULONG State, PrevState;
	PVOID Pool;
} SER, *PSER;

#define SERIAL_FLAG_BUSY 1
#define SERIAL_FLAG_XOFF 2
extern BOOLEAN copy_some(PSER, PIRP);
extern void start(PSER, PIRP);
extern NTSTATUS power_up(PSER);
DRIVER_CANCEL SerialCancelQueued;
DRIVER_DISPATCH good_serial_read, warn_serial_read, good_serial_ioctl, warn_serial_ioctl, good_pnp, warn_pnp, good_power, warn_power, good_cleanup, warn_cleanup;
KDEFERRED_ROUTINE good_comm_wait_dpc, warn_comm_wait_dpc, good_read_timeout, warn_read_timeout;

/* typical: start or queue with cancel lock */
NTSTATUS good_start_or_queue(PSER ext, PIRP irp, PLIST_ENTRY queue, PIRP *current)
{
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	if (IsListEmpty(queue) && *current == NULL) {
		*current = irp;
		IoReleaseCancelSpinLock(old);
		start(ext, irp);
		return STATUS_PENDING;
	}
	if (irp->Cancel) {
		IoReleaseCancelSpinLock(old);
		irp->IoStatus.Status = STATUS_CANCELLED;
		IoCompleteRequest(irp, 0);
		return STATUS_CANCELLED;
	}
	irp->IoStatus.Status = STATUS_PENDING;
	IoMarkIrpPending(irp);
	InsertTailList(queue, &irp->Tail.Overlay.ListEntry);
	IoSetCancelRoutine(irp, SerialCancelQueued);
	IoReleaseCancelSpinLock(old);
	return STATUS_PENDING;
}

NTSTATUS warn_start_or_queue(PSER ext, PIRP irp, PLIST_ENTRY queue, PIRP *current)
{
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	if (IsListEmpty(queue) && *current == NULL) {
		*current = irp;
		IoReleaseCancelSpinLock(old);
		start(ext, irp);
		return STATUS_PENDING;
	}
	if (irp->Cancel) {
		irp->IoStatus.Status = STATUS_CANCELLED;
		IoCompleteRequest(irp, 0);
		return STATUS_CANCELLED;	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." } */
	}
	irp->IoStatus.Status = STATUS_PENDING;
	IoMarkIrpPending(irp);
	InsertTailList(queue, &irp->Tail.Overlay.ListEntry);
	IoSetCancelRoutine(irp, SerialCancelQueued);
	IoReleaseCancelSpinLock(old);
	return STATUS_PENDING;
}

/* get next irp: loop over queue */
VOID good_get_next(PSER ext, PIRP *current, PLIST_ENTRY queue, PIRP *next, BOOLEAN complete)
{
	PIRP oldIrp;
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	oldIrp = *current;
	if (!IsListEmpty(queue)) {
		PLIST_ENTRY head = RemoveHeadList(queue);
		*next = CONTAINING_RECORD(head, IRP, Tail.Overlay.ListEntry);
		IoSetCancelRoutine(*next, NULL);
	} else {
		*next = NULL;
	}
	*current = *next;
	IoReleaseCancelSpinLock(old);
	if (complete && oldIrp) {
		IoCompleteRequest(oldIrp, 1);
	}
}

VOID good_kill_all(PDEVICE_OBJECT dev, PLIST_ENTRY queue, PIRP *current)
{
	KIRQL cancelIrql;
	PDRIVER_CANCEL cancelRoutine;

	IoAcquireCancelSpinLock(&cancelIrql);
	while (!IsListEmpty(queue)) {
		PIRP last = CONTAINING_RECORD(queue->Blink, IRP, Tail.Overlay.ListEntry);
		RemoveEntryList(queue->Blink);
		cancelRoutine = last->CancelRoutine;
		last->CancelIrql = cancelIrql;
		last->CancelRoutine = NULL;
		last->Cancel = TRUE;
		cancelRoutine(dev, last);
		IoAcquireCancelSpinLock(&cancelIrql);
	}
	if (*current) {
		cancelRoutine = (*current)->CancelRoutine;
		(*current)->Cancel = TRUE;
		if (cancelRoutine) {
			(*current)->CancelRoutine = NULL;
			(*current)->CancelIrql = cancelIrql;
			cancelRoutine(dev, *current);
		} else {
			IoReleaseCancelSpinLock(cancelIrql);
		}
	} else {
		IoReleaseCancelSpinLock(cancelIrql);
	}
}

VOID warn_kill_all(PDEVICE_OBJECT dev, PLIST_ENTRY queue, PIRP *current)
{
	KIRQL cancelIrql;
	PDRIVER_CANCEL cancelRoutine;

	IoAcquireCancelSpinLock(&cancelIrql);
	while (!IsListEmpty(queue)) {
		PIRP last = CONTAINING_RECORD(queue->Blink, IRP, Tail.Overlay.ListEntry);
		RemoveEntryList(queue->Blink);
		cancelRoutine = last->CancelRoutine;
		last->CancelIrql = cancelIrql;
		last->CancelRoutine = NULL;
		last->Cancel = TRUE;
		cancelRoutine(dev, last);
		IoAcquireCancelSpinLock(&cancelIrql);
	}
	if (*current) {
		cancelRoutine = (*current)->CancelRoutine;
		(*current)->Cancel = TRUE;
		if (cancelRoutine) {
			(*current)->CancelRoutine = NULL;
			(*current)->CancelIrql = cancelIrql;
			cancelRoutine(dev, *current);
		}
	} else {
		IoReleaseCancelSpinLock(cancelIrql);
	}
}	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." } */

NTSTATUS NTAPI good_serial_read(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	NTSTATUS status = STATUS_SUCCESS;
	KIRQL old;

	if (ext->Removed)
		return STATUS_DELETE_PENDING;
	irp->IoStatus.Information = 0;
	if (sp->Parameters.Read.Length == 0)
		goto complete;
	KeAcquireSpinLock(&ext->ReadLock, &old);
	if (ext->CurrentReadIrp) {
		InsertTailList(&ext->ReadQueue, &irp->Tail.Overlay.ListEntry);
		IoMarkIrpPending(irp);
		status = STATUS_PENDING;
	} else if (ext->CharsInBuffer >= sp->Parameters.Read.Length) {
		copy_some(ext, irp);
	} else {
		ext->CurrentReadIrp = irp;
		IoMarkIrpPending(irp);
		status = STATUS_PENDING;
	}
	KeReleaseSpinLock(&ext->ReadLock, old);
	if (status == STATUS_PENDING)
		return status;
complete:
	irp->IoStatus.Status = status;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

NTSTATUS NTAPI warn_serial_read(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	NTSTATUS status = STATUS_SUCCESS;
	KIRQL old;

	if (ext->Removed)
		return STATUS_DELETE_PENDING;
	irp->IoStatus.Information = 0;
	KeAcquireSpinLock(&ext->ReadLock, &old);
	if (sp->Parameters.Read.Length == 0)
		goto complete;
	if (ext->CurrentReadIrp) {
		InsertTailList(&ext->ReadQueue, &irp->Tail.Overlay.ListEntry);
		IoMarkIrpPending(irp);
		status = STATUS_PENDING;
	} else if (ext->CharsInBuffer >= sp->Parameters.Read.Length) {
		copy_some(ext, irp);
	} else {
		ext->CurrentReadIrp = irp;
		IoMarkIrpPending(irp);
		status = STATUS_PENDING;
	}
	KeReleaseSpinLock(&ext->ReadLock, old);
	if (status == STATUS_PENDING)
		return status;
complete:
	irp->IoStatus.Status = status;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
}

#define IOCTL_SET_BAUD CTL_CODE(FILE_DEVICE_UNKNOWN, 1, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_GET_BAUD CTL_CODE(FILE_DEVICE_UNKNOWN, 2, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_PURGE CTL_CODE(FILE_DEVICE_UNKNOWN, 3, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_WAIT CTL_CODE(FILE_DEVICE_UNKNOWN, 4, METHOD_BUFFERED, FILE_ANY_ACCESS)

NTSTATUS NTAPI good_serial_ioctl(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	NTSTATUS status;
	KIRQL old;

	switch (sp->Parameters.DeviceIoControl.IoControlCode) {
	case IOCTL_SET_BAUD:
		if (sp->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG)) {
			status = STATUS_BUFFER_TOO_SMALL;
			break;
		}
		KeAcquireSpinLock(&ext->ControlLock, &old);
		ext->State = *(PULONG)irp->AssociatedIrp.SystemBuffer;
		KeReleaseSpinLock(&ext->ControlLock, old);
		status = STATUS_SUCCESS;
		break;
	case IOCTL_GET_BAUD:
		KeAcquireSpinLock(&ext->ControlLock, &old);
		if (sp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG)) {
			KeReleaseSpinLock(&ext->ControlLock, old);
			status = STATUS_BUFFER_TOO_SMALL;
			break;
		}
		*(PULONG)irp->AssociatedIrp.SystemBuffer = ext->State;
		irp->IoStatus.Information = sizeof(ULONG);
		KeReleaseSpinLock(&ext->ControlLock, old);
		status = STATUS_SUCCESS;
		break;
	case IOCTL_PURGE: {
		ULONG mask = *(PULONG)irp->AssociatedIrp.SystemBuffer;
		if (!mask || mask & ~15u) {
			status = STATUS_INVALID_PARAMETER;
			break;
		}
		KeAcquireSpinLock(&ext->BufferLock, &old);
		if (mask & 1)
			ext->CharsInBuffer = 0;
		if (mask & 2) {
			KeReleaseSpinLock(&ext->BufferLock, old);
			copy_some(ext, irp);
			KeAcquireSpinLock(&ext->BufferLock, &old);
		}
		if (mask & 4)
			ext->Flags &= ~SERIAL_FLAG_XOFF;
		KeReleaseSpinLock(&ext->BufferLock, old);
		status = STATUS_SUCCESS;
		break;
	}
	case IOCTL_WAIT:
		KeAcquireSpinLock(&ext->ControlLock, &old);
		if (ext->CurrentMaskIrp || !ext->IsrWaitMask) {
			status = STATUS_INVALID_PARAMETER;
		} else if (ext->HistoryMask) {
			*(PULONG)irp->AssociatedIrp.SystemBuffer = ext->HistoryMask;
			ext->HistoryMask = 0;
			status = STATUS_SUCCESS;
		} else {
			ext->CurrentMaskIrp = irp;
			IoMarkIrpPending(irp);
			KeReleaseSpinLock(&ext->ControlLock, old);
			return STATUS_PENDING;
		}
		KeReleaseSpinLock(&ext->ControlLock, old);
		break;
	default:
		status = STATUS_INVALID_DEVICE_REQUEST;
	}
	irp->IoStatus.Status = status;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

NTSTATUS NTAPI warn_serial_ioctl(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	NTSTATUS status;
	KIRQL old;

	switch (sp->Parameters.DeviceIoControl.IoControlCode) {
	case IOCTL_SET_BAUD:
		KeAcquireSpinLock(&ext->ControlLock, &old);
		ext->State = *(PULONG)irp->AssociatedIrp.SystemBuffer;
		KeReleaseSpinLock(&ext->ControlLock, old);
		status = STATUS_SUCCESS;
		break;
	case IOCTL_PURGE: {
		ULONG mask = *(PULONG)irp->AssociatedIrp.SystemBuffer;
		KeAcquireSpinLock(&ext->BufferLock, &old);
		if (mask & 1)
			ext->CharsInBuffer = 0;
		if (mask & 2) {
			KeReleaseSpinLock(&ext->BufferLock, old);
			copy_some(ext, irp);
			KeAcquireSpinLock(&ext->BufferLock, &old);
		}
		KeReleaseSpinLock(&ext->BufferLock, old);
		status = STATUS_SUCCESS;
		break;
	}
	case IOCTL_WAIT:
		KeAcquireSpinLock(&ext->ControlLock, &old);
		if (ext->CurrentMaskIrp || !ext->IsrWaitMask) {
			status = STATUS_INVALID_PARAMETER;
			break;
		} else if (ext->HistoryMask) {
			*(PULONG)irp->AssociatedIrp.SystemBuffer = ext->HistoryMask;
			ext->HistoryMask = 0;
			status = STATUS_SUCCESS;
		} else {
			ext->CurrentMaskIrp = irp;
			IoMarkIrpPending(irp);
			KeReleaseSpinLock(&ext->ControlLock, old);
			return STATUS_PENDING;
		}
		KeReleaseSpinLock(&ext->ControlLock, old);
		break;
	default:
		status = STATUS_INVALID_DEVICE_REQUEST;
	}
	irp->IoStatus.Status = status;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
}

VOID NTAPI good_comm_wait_dpc(PKDPC dpc, PVOID ctx, PVOID a, PVOID b)
{
	PSER ext = ctx;
	PIRP irp;
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	irp = ext->CurrentMaskIrp;
	if (irp) {
		ext->CurrentMaskIrp = NULL;
		IoSetCancelRoutine(irp, NULL);
		IoReleaseCancelSpinLock(old);
		irp->IoStatus.Status = STATUS_SUCCESS;
		IoCompleteRequest(irp, 1);
	} else {
		IoReleaseCancelSpinLock(old);
	}
}

VOID NTAPI warn_comm_wait_dpc(PKDPC dpc, PVOID ctx, PVOID a, PVOID b)
{
	PSER ext = ctx;
	PIRP irp;
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	if (ext->CurrentMaskIrp) {
		irp = ext->CurrentMaskIrp;
		ext->CurrentMaskIrp = NULL;
		IoSetCancelRoutine(irp, NULL);
		IoReleaseCancelSpinLock(old);
		irp->IoStatus.Status = STATUS_SUCCESS;
		IoCompleteRequest(irp, 1);
	}
	IoReleaseCancelSpinLock(old);	/* { dg-warning "the cancel spin lock is released but not held .spinrule-release-unheld." } */
}

/* try to complete, helper is called with the cancel lock held and releases it */
static VOID TryToComplete(PSER ext, KIRQL irqlForRelease, NTSTATUS status, PIRP *current, ULONG ref)
{
	PIRP irp = *current;

	ext->Refs &= ~ref;
	if (ext->Refs == 0) {
		*current = NULL;
		IoReleaseCancelSpinLock(irqlForRelease);
		irp->IoStatus.Status = status;
		IoCompleteRequest(irp, 0);
	} else {
		IoReleaseCancelSpinLock(irqlForRelease);
	}
}

VOID NTAPI good_read_timeout(PKDPC dpc, PVOID ctx, PVOID a, PVOID b)
{
	PSER ext = ctx;
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	if (ext->Flags & SERIAL_FLAG_BUSY) {
		ext->ErrorWord |= 2;
		if (!ext->CurrentReadIrp) {
			IoReleaseCancelSpinLock(old);
			return;
		}
		TryToComplete(ext, old, STATUS_TIMEOUT, &ext->CurrentReadIrp, 2);
		return;
	}
	TryToComplete(ext, old, STATUS_TIMEOUT, &ext->CurrentReadIrp, 1);
}

VOID NTAPI warn_read_timeout(PKDPC dpc, PVOID ctx, PVOID a, PVOID b)
{
	PSER ext = ctx;
	KIRQL old;

	IoAcquireCancelSpinLock(&old);
	if (ext->Flags & SERIAL_FLAG_BUSY) {
		ext->ErrorWord |= 2;
		if (!ext->CurrentReadIrp) {
			IoReleaseCancelSpinLock(old);
		}
		TryToComplete(ext, old, STATUS_TIMEOUT, &ext->CurrentReadIrp, 2);	/* { dg-warning "the cancel spin lock is released but not held .spinrule-release-unheld." } */
		return;
	}
	TryToComplete(ext, old, STATUS_TIMEOUT, &ext->CurrentReadIrp, 1);
}

/* remove lock style counting under a spin lock */
static NTSTATUS IoIncrement(PSER ext)
{
	KIRQL old;
	KeAcquireSpinLock(&ext->ControlLock, &old);
	if (ext->Removed) {
		KeReleaseSpinLock(&ext->ControlLock, old);
		return STATUS_DELETE_PENDING;
	}
	ext->Refs++;
	KeReleaseSpinLock(&ext->ControlLock, old);
	return STATUS_SUCCESS;
}

static VOID IoDecrement(PSER ext)
{
	KIRQL old;
	BOOLEAN last = FALSE;
	KeAcquireSpinLock(&ext->ControlLock, &old);
	if (--ext->Refs == 0)
		last = TRUE;
	KeReleaseSpinLock(&ext->ControlLock, old);
	if (last)
		KeSetEvent(&ext->RemoveEvent, 0, FALSE);
}

NTSTATUS NTAPI good_pnp(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	NTSTATUS status = IoIncrement(ext);
	KIRQL old;

	if (!NT_SUCCESS(status)) {
		irp->IoStatus.Status = status;
		IoCompleteRequest(irp, 0);
		return status;
	}
	switch (sp->MinorFunction) {
	case 0: /* start */
		status = power_up(ext);
		if (NT_SUCCESS(status)) {
			KeAcquireSpinLock(&ext->ControlLock, &old);
			ext->PrevState = ext->State;
			ext->State = 1;
			KeReleaseSpinLock(&ext->ControlLock, old);
		}
		irp->IoStatus.Status = status;
		IoCompleteRequest(irp, 0);
		IoDecrement(ext);
		return status;
	case 1: /* query remove */
		KeAcquireSpinLock(&ext->ControlLock, &old);
		if (ext->Refs > 1) {
			KeReleaseSpinLock(&ext->ControlLock, old);
			status = STATUS_DEVICE_BUSY;
			irp->IoStatus.Status = status;
			IoCompleteRequest(irp, 0);
			IoDecrement(ext);
			return status;
		}
		ext->State = 2;
		KeReleaseSpinLock(&ext->ControlLock, old);
		break;
	case 2: /* remove */
		KeAcquireSpinLock(&ext->ControlLock, &old);
		ext->Removed = TRUE;
		KeReleaseSpinLock(&ext->ControlLock, old);
		IoDecrement(ext);
		IoDecrement(ext);
		KeWaitForSingleObject(&ext->RemoveEvent, Executive, KernelMode, FALSE, NULL);
		status = IoCallDriver(ext->Lower, irp);
		IoDeleteDevice(dev);
		return status;
	default:
		break;
	}
	status = IoCallDriver(ext->Lower, irp);
	IoDecrement(ext);
	return status;
}

NTSTATUS NTAPI warn_pnp(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	NTSTATUS status = IoIncrement(ext);
	KIRQL old;

	if (!NT_SUCCESS(status)) {
		irp->IoStatus.Status = status;
		IoCompleteRequest(irp, 0);
		return status;
	}
	switch (sp->MinorFunction) {
	case 0: /* start */
		status = power_up(ext);
		irp->IoStatus.Status = status;
		IoCompleteRequest(irp, 0);
		IoDecrement(ext);
		return status;
	case 1: /* query remove */
		KeAcquireSpinLock(&ext->ControlLock, &old);
		if (ext->Refs > 1) {
			status = STATUS_DEVICE_BUSY;
			irp->IoStatus.Status = status;
			IoCompleteRequest(irp, 0);
			IoDecrement(ext);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
			KeReleaseSpinLock(&ext->ControlLock, old);
			return status;
		}
		ext->State = 2;
		KeReleaseSpinLock(&ext->ControlLock, old);
		break;
	default:
		break;
	}
	status = IoCallDriver(ext->Lower, irp);
	IoDecrement(ext);
	return status;
}

NTSTATUS NTAPI good_power(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	BOOLEAN drain = FALSE, queue = FALSE;
	KIRQL old;
	PIRP next;

	KeAcquireSpinLock(&ext->ControlLock, &old);
	switch (ext->State) {
	case 0:
		if (sp->MinorFunction == 2) {
			ext->State = 1;
			queue = TRUE;
		}
		break;
	case 1:
		ext->Suspended = TRUE;
		/* fallthrough */
	case 2:
		if (sp->MinorFunction == 3)
			drain = TRUE;
		break;
	default:
		KeReleaseSpinLock(&ext->ControlLock, old);
		irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
		IoCompleteRequest(irp, 0);
		return STATUS_DEVICE_NOT_READY;
	}
	if (queue) {
		IoMarkIrpPending(irp);
		InsertTailList(&ext->ReadQueue, &irp->Tail.Overlay.ListEntry);
		KeReleaseSpinLock(&ext->ControlLock, old);
		return STATUS_PENDING;
	}
	while (drain) {
		if (IsListEmpty(&ext->ReadQueue)) {
			drain = FALSE;
			continue;
		}
		next = CONTAINING_RECORD(RemoveHeadList(&ext->ReadQueue), IRP, Tail.Overlay.ListEntry);
		KeReleaseSpinLock(&ext->ControlLock, old);
		start(ext, next);
		KeAcquireSpinLock(&ext->ControlLock, &old);
	}
	KeReleaseSpinLock(&ext->ControlLock, old);
	return IoCallDriver(ext->Lower, irp);
}

NTSTATUS NTAPI warn_power(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(irp);
	BOOLEAN drain = FALSE, queue = FALSE;
	KIRQL old;
	PIRP next;

	KeAcquireSpinLock(&ext->ControlLock, &old);
	switch (ext->State) {
	case 0:
		if (sp->MinorFunction == 2) {
			ext->State = 1;
			queue = TRUE;
		}
		break;
	case 1:
		ext->Suspended = TRUE;
		/* fallthrough */
	case 2:
		if (sp->MinorFunction == 3)
			drain = TRUE;
		break;
	default:
		KeReleaseSpinLock(&ext->ControlLock, old);
		irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
		IoCompleteRequest(irp, 0);
		return STATUS_DEVICE_NOT_READY;
	}
	if (queue) {
		IoMarkIrpPending(irp);
		InsertTailList(&ext->ReadQueue, &irp->Tail.Overlay.ListEntry);
		KeReleaseSpinLock(&ext->ControlLock, old);
		return STATUS_PENDING;
	}
	while (drain) {
		if (IsListEmpty(&ext->ReadQueue)) {
			drain = FALSE;
			continue;
		}
		next = CONTAINING_RECORD(RemoveHeadList(&ext->ReadQueue), IRP, Tail.Overlay.ListEntry);
		KeReleaseSpinLock(&ext->ControlLock, old);
		start(ext, next);
		if (next->Cancel)
			break;
		KeAcquireSpinLock(&ext->ControlLock, &old);
	}
	KeReleaseSpinLock(&ext->ControlLock, old);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
	return IoCallDriver(ext->Lower, irp);
}

/* cleanup: move to a local list under two locks */
NTSTATUS NTAPI good_cleanup(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	LIST_ENTRY local;
	PLIST_ENTRY e, n;
	KIRQL old, cancel;

	InitializeListHead(&local);
	IoAcquireCancelSpinLock(&cancel);
	KeAcquireSpinLock(&ext->ReadLock, &old);
	for (e = ext->ReadQueue.Flink; e != &ext->ReadQueue; e = n) {
		PIRP p = CONTAINING_RECORD(e, IRP, Tail.Overlay.ListEntry);
		n = e->Flink;
		if (IoGetCurrentIrpStackLocation(p)->Context != dev)
			continue;
		if (IoSetCancelRoutine(p, NULL) == NULL)
			continue;
		RemoveEntryList(e);
		InsertTailList(&local, e);
	}
	KeReleaseSpinLock(&ext->ReadLock, old);
	IoReleaseCancelSpinLock(cancel);
	while (!IsListEmpty(&local)) {
		PIRP p = CONTAINING_RECORD(RemoveHeadList(&local), IRP, Tail.Overlay.ListEntry);
		p->IoStatus.Status = STATUS_CANCELLED;
		IoCompleteRequest(p, 0);
	}
	irp->IoStatus.Status = STATUS_SUCCESS;
	IoCompleteRequest(irp, 0);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_cleanup(PDEVICE_OBJECT dev, PIRP irp)
{
	PSER ext = dev->DeviceExtension;
	LIST_ENTRY local;
	PLIST_ENTRY e, n;
	KIRQL old, cancel;

	InitializeListHead(&local);
	IoAcquireCancelSpinLock(&cancel);
	KeAcquireSpinLock(&ext->ReadLock, &old);
	for (e = ext->ReadQueue.Flink; e != &ext->ReadQueue; e = n) {
		PIRP p = CONTAINING_RECORD(e, IRP, Tail.Overlay.ListEntry);
		n = e->Flink;
		if (IoGetCurrentIrpStackLocation(p)->Context != dev)
			continue;
		if (IoSetCancelRoutine(p, NULL) == NULL)
			continue;
		RemoveEntryList(e);
		InsertTailList(&local, e);
	}
	KeReleaseSpinLock(&ext->ReadLock, cancel);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
	IoReleaseCancelSpinLock(old);	/* { dg-warning "the cancel spin lock is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
	while (!IsListEmpty(&local)) {
		PIRP p = CONTAINING_RECORD(RemoveHeadList(&local), IRP, Tail.Overlay.ListEntry);
		p->IoStatus.Status = STATUS_CANCELLED;
		IoCompleteRequest(p, 0);
	}
	return STATUS_SUCCESS;
}
