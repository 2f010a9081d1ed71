/* { dg-do compile } */
/* A device with transfers: completions, a timer, StartIo, a thread, guards, and helpers that return locked.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

extern int work(void);
extern void use(void *);

typedef struct _TX {
	LIST_ENTRY Link;
	ULONG State;
	PVOID Buffer;
	ULONG Length;
	LONG Refs;
	struct _TX *Next;
} TX, *PTX;

typedef struct _DEV {
	KSPIN_LOCK Lock, TxLock, StatLock;
	LIST_ENTRY Pending, Done;
	ULONG State, Outstanding, Max, Errors, Generation;
	KEVENT Idle;
	KTIMER Timer;
	KDPC TimerDpc;
	PIRP Current;
	BOOLEAN Stopped, TimerOn;
	PDEVICE_OBJECT Self;
	LONG Users;
	KIRQL OldIrql;
	PTX Free;

	union {
		KSPIN_LOCK A;
		KSPIN_LOCK B;
	} U;

	KLOCK_QUEUE_HANDLE Handle;
	PVOID Map;
} DEV, *PDEV;

typedef struct _GUARD {
	PDEV Dev;
	KIRQL Irql;
	BOOLEAN Held;
} GUARD, *PGUARD;

extern NTSTATUS submit(PDEV, PTX);
extern PTX make_tx(ULONG);
extern VOID free_tx(PTX);
extern BOOLEAN hw_ready(PDEV);
extern VOID kick(PDEV);
extern VOID done(PIRP, NTSTATUS);
IO_COMPLETION_ROUTINE good_completion, warn_completion;
KDEFERRED_ROUTINE good_timer, warn_timer;
DRIVER_STARTIO good_startio, warn_startio;
DRIVER_UNLOAD good_unload;
DRIVER_DISPATCH good_close, warn_close, good_queue, warn_queue;
KSTART_ROUTINE good_thread, warn_thread;

NTSTATUS NTAPI good_completion(PDEVICE_OBJECT d, PIRP irp, PVOID ctx)
{
	PDEV dev = ctx;
	KIRQL q;
	BOOLEAN last;
	PTX t = irp->Tail.Overlay.DriverContext[0];
	if (irp->PendingReturned)
		IoMarkIrpPending(irp);
	KeAcquireSpinLock(&dev->TxLock, &q);
	RemoveEntryList(&t->Link);
	last = --dev->Outstanding == 0 && dev->Stopped;
	if (!NT_SUCCESS(irp->IoStatus.Status)) {
		switch (irp->IoStatus.Status) {
		case STATUS_CANCELLED:
		case STATUS_DELETE_PENDING:
			break;
		default:
			if (++dev->Errors < 5 && !dev->Stopped) {
				InsertHeadList(&dev->Pending, &t->Link);
				KeReleaseSpinLock(&dev->TxLock, q);
				kick(dev);
				return STATUS_MORE_PROCESSING_REQUIRED;
			}
		}
	}
	InsertTailList(&dev->Done, &t->Link);
	KeReleaseSpinLock(&dev->TxLock, q);
	if (last)
		KeSetEvent(&dev->Idle, 0, FALSE);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_completion(PDEVICE_OBJECT d, PIRP irp, PVOID ctx)
{
	PDEV dev = ctx;
	KIRQL q;
	BOOLEAN last;
	PTX t = irp->Tail.Overlay.DriverContext[0];
	if (irp->PendingReturned)
		IoMarkIrpPending(irp);
	KeAcquireSpinLock(&dev->TxLock, &q);
	RemoveEntryList(&t->Link);
	last = --dev->Outstanding == 0 && dev->Stopped;
	if (!NT_SUCCESS(irp->IoStatus.Status)) {
		switch (irp->IoStatus.Status) {
		case STATUS_CANCELLED:
		case STATUS_DELETE_PENDING:
			break;
		default:
			if (++dev->Errors < 5 && !dev->Stopped) {
				InsertHeadList(&dev->Pending, &t->Link);
				kick(dev);
				return STATUS_MORE_PROCESSING_REQUIRED;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
			}
		}
	}
	InsertTailList(&dev->Done, &t->Link);
	KeReleaseSpinLock(&dev->TxLock, q);
	if (last)
		KeSetEvent(&dev->Idle, 0, FALSE);
	return STATUS_SUCCESS;
}

VOID NTAPI good_timer(PKDPC dpc, PVOID ctx, PVOID a, PVOID b)
{
	PDEV dev = ctx;
	LARGE_INTEGER due;
	PIRP victim = NULL;
	KeAcquireSpinLockAtDpcLevel(&dev->Lock);
	if (!dev->TimerOn)
		goto unlock;
	if (dev->Current && dev->Generation != 0 && --dev->Generation == 0) {
		victim = dev->Current;
		dev->Current = NULL;
		if (IoSetCancelRoutine(victim, NULL) == NULL)
			victim = NULL;
	}
	if (dev->State != 4) {
		due.QuadPart = -10000;
		KeSetTimer(&dev->Timer, due, &dev->TimerDpc);
	} else
		dev->TimerOn = FALSE;
unlock:
	KeReleaseSpinLockFromDpcLevel(&dev->Lock);
	if (victim)
		done(victim, STATUS_TIMEOUT);
}

VOID NTAPI warn_timer(PKDPC dpc, PVOID ctx, PVOID a, PVOID b)
{
	PDEV dev = ctx;
	LARGE_INTEGER due;
	PIRP victim = NULL;
	KeAcquireSpinLockAtDpcLevel(&dev->Lock);
	if (!dev->TimerOn)
		goto unlock;
	if (dev->Current && dev->Generation != 0 && --dev->Generation == 0) {
		victim = dev->Current;
		dev->Current = NULL;
		KeReleaseSpinLockFromDpcLevel(&dev->Lock);
		if (IoSetCancelRoutine(victim, NULL) == NULL)
			goto unlock;
		done(victim, STATUS_TIMEOUT);
		return;
	}
	if (dev->State != 4) {
		due.QuadPart = -10000;
		KeSetTimer(&dev->Timer, due, &dev->TimerDpc);
	} else
		dev->TimerOn = FALSE;
unlock:
	KeReleaseSpinLockFromDpcLevel(&dev->Lock);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}

VOID NTAPI good_startio(PDEVICE_OBJECT d, PIRP irp)
{
	PDEV dev = d->DeviceExtension;
	KIRQL q;
	IoAcquireCancelSpinLock(&q);
	if (irp != d->CurrentIrp || irp->Cancel) {
		IoReleaseCancelSpinLock(q);
		return;
	}
	IoSetCancelRoutine(irp, NULL);
	IoReleaseCancelSpinLock(q);
	KeAcquireSpinLock(&dev->Lock, &q);
	while (!hw_ready(dev)) {
		if (dev->Errors++ > 3) {
			KeReleaseSpinLock(&dev->Lock, q);
			done(irp, STATUS_DEVICE_NOT_READY);
			IoStartNextPacket(d, TRUE);
			return;
		}
		KeReleaseSpinLock(&dev->Lock, q);
		KeStallExecutionProcessor(10);
		KeAcquireSpinLock(&dev->Lock, &q);
	}
	dev->Current = irp;
	KeReleaseSpinLock(&dev->Lock, q);
}

VOID NTAPI warn_startio(PDEVICE_OBJECT d, PIRP irp)
{
	PDEV dev = d->DeviceExtension;
	KIRQL q;
	IoAcquireCancelSpinLock(&q);
	if (irp != d->CurrentIrp || irp->Cancel) {
		IoReleaseCancelSpinLock(q);
		return;
	}
	IoSetCancelRoutine(irp, NULL);
	KeAcquireSpinLock(&dev->Lock, &q);
	IoReleaseCancelSpinLock(q);
	while (!hw_ready(dev)) {
		if (dev->Errors++ > 3) {
			done(irp, STATUS_DEVICE_NOT_READY);
			IoStartNextPacket(d, TRUE);
			return;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
		}
		KeReleaseSpinLock(&dev->Lock, q);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "one variable, released in the order acquired" } */
		KeStallExecutionProcessor(10);
		KeAcquireSpinLock(&dev->Lock, &q);
	}
	dev->Current = irp;
	KeReleaseSpinLock(&dev->Lock, q);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "one variable, released in the order acquired" } */
}

/* guards */
static VOID guard_enter(PGUARD g, PDEV dev)
{
	g->Dev = dev;
	KeAcquireSpinLock(&dev->Lock, &g->Irql);
	g->Held = TRUE;
}

static VOID guard_leave(PGUARD g)
{
	if (g->Held) {
		g->Held = FALSE;
		KeReleaseSpinLock(&g->Dev->Lock, g->Irql);
	}
}

NTSTATUS NTAPI good_close(PDEVICE_OBJECT d, PIRP irp)
{
	GUARD g;
	PDEV dev = d->DeviceExtension;
	NTSTATUS s = STATUS_SUCCESS;
	guard_enter(&g, dev);
	if (--dev->Users > 0)
		goto out;
	dev->State = 0;
	guard_leave(&g);
	s = submit(dev, NULL);
out:
	guard_leave(&g);
	return s;
}

NTSTATUS NTAPI warn_close(PDEVICE_OBJECT d, PIRP irp)
{
	GUARD g;
	PDEV dev = d->DeviceExtension;
	NTSTATUS s = STATUS_SUCCESS;
	guard_enter(&g, dev);
	if (--dev->Users > 0)
		return s;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	dev->State = 0;
	guard_leave(&g);
	s = submit(dev, NULL);
	guard_leave(&g);
	return s;
}

/* queue with preallocated entry, pop free list */
static PTX get_tx(PDEV dev)
{
	PTX t;
	KIRQL q;
	KeAcquireSpinLock(&dev->TxLock, &q);
	t = dev->Free;
	if (t)
		dev->Free = t->Next;
	KeReleaseSpinLock(&dev->TxLock, q);
	return t ? t : make_tx(3);
}

static VOID put_tx(PDEV dev, PTX t)
{
	KIRQL q;
	KeAcquireSpinLock(&dev->TxLock, &q);
	t->Next = dev->Free;
	dev->Free = t;
	KeReleaseSpinLock(&dev->TxLock, q);
}

NTSTATUS NTAPI good_queue(PDEVICE_OBJECT d, PIRP irp)
{
	PDEV dev = d->DeviceExtension;
	PTX t = get_tx(dev);
	KLOCK_QUEUE_HANDLE h;
	NTSTATUS s;
	if (!t)
		return STATUS_INSUFFICIENT_RESOURCES;
	KeAcquireInStackQueuedSpinLock(&dev->TxLock, &h);
	if (dev->Stopped || dev->Outstanding >= dev->Max) {
		s = dev->Stopped ? STATUS_DELETE_PENDING : STATUS_DEVICE_BUSY;
		KeReleaseInStackQueuedSpinLock(&h);
		put_tx(dev, t);
		goto complete;
	}
	dev->Outstanding++;
	InsertTailList(&dev->Pending, &t->Link);
	KeReleaseInStackQueuedSpinLock(&h);
	s = submit(dev, t);
	if (NT_SUCCESS(s))
		return STATUS_PENDING;
	KeAcquireInStackQueuedSpinLock(&dev->TxLock, &h);
	RemoveEntryList(&t->Link);
	if (--dev->Outstanding == 0) {
		KeReleaseInStackQueuedSpinLock(&h);
		KeSetEvent(&dev->Idle, 0, FALSE);
	} else
		KeReleaseInStackQueuedSpinLock(&h);
	put_tx(dev, t);
complete:
	irp->IoStatus.Status = s;
	IoCompleteRequest(irp, 0);
	return s;
}

NTSTATUS NTAPI warn_queue(PDEVICE_OBJECT d, PIRP irp)
{
	PDEV dev = d->DeviceExtension;
	PTX t = get_tx(dev);
	KLOCK_QUEUE_HANDLE h;
	NTSTATUS s;
	if (!t)
		return STATUS_INSUFFICIENT_RESOURCES;
	KeAcquireInStackQueuedSpinLock(&dev->TxLock, &h);
	if (dev->Stopped || dev->Outstanding >= dev->Max) {
		s = dev->Stopped ? STATUS_DELETE_PENDING : STATUS_DEVICE_BUSY;
		put_tx(dev, t);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
		KeReleaseInStackQueuedSpinLock(&h);
		goto complete;
	}
	dev->Outstanding++;
	InsertTailList(&dev->Pending, &t->Link);
	KeReleaseInStackQueuedSpinLock(&h);
	s = submit(dev, t);
	if (NT_SUCCESS(s))
		return STATUS_PENDING;
	put_tx(dev, t);
complete:
	irp->IoStatus.Status = s;
	IoCompleteRequest(irp, 0);
	return s;
}

/* unload: lists, two locks in turn */
VOID NTAPI good_unload(PDRIVER_OBJECT drv)
{
	PDEVICE_OBJECT d = drv->DeviceObject, next;
	while (d) {
		PDEV dev = d->DeviceExtension;
		KIRQL q;
		next = d->NextDevice;
		KeAcquireSpinLock(&dev->Lock, &q);
		dev->Stopped = TRUE;
		while (!IsListEmpty(&dev->Done)) {
			PTX t = CONTAINING_RECORD(RemoveHeadList(&dev->Done), TX, Link);
			if (InterlockedDecrement(&t->Refs))
				continue;
			KeReleaseSpinLock(&dev->Lock, q);
			free_tx(t);
			KeAcquireSpinLock(&dev->Lock, &q);
		}
		if (dev->TimerOn) {
			dev->TimerOn = FALSE;
			KeReleaseSpinLock(&dev->Lock, q);
			KeCancelTimer(&dev->Timer);
		} else
			KeReleaseSpinLock(&dev->Lock, q);
		IoDeleteDevice(d);
		d = next;
	}
}

/* thread */
VOID NTAPI good_thread(PVOID ctx)
{
	PDEV dev = ctx;
	KIRQL q;
	PLIST_ENTRY e;
	for (;;) {
		KeWaitForSingleObject(&dev->Idle, Executive, KernelMode, FALSE, NULL);
		KeAcquireSpinLock(&dev->Lock, &q);
		if (dev->Stopped)
			break;
		while ((e = dev->Pending.Flink) != &dev->Pending) {
			PTX t = CONTAINING_RECORD(e, TX, Link);
			RemoveEntryList(e);
			if (t->State == 2) {
				InsertTailList(&dev->Done, e);
				continue;
			}
			t->State = 1;
			KeReleaseSpinLock(&dev->Lock, q);
			if (!NT_SUCCESS(submit(dev, t)))
				free_tx(t);
			KeAcquireSpinLock(&dev->Lock, &q);
		}
		KeReleaseSpinLock(&dev->Lock, q);
	}
	dev->State = 9;
	KeReleaseSpinLock(&dev->Lock, q);
	PsTerminateSystemThread(STATUS_SUCCESS);
}

VOID NTAPI warn_thread(PVOID ctx)
{
	PDEV dev = ctx;
	KIRQL q;
	PLIST_ENTRY e;
	for (;;) {
		KeWaitForSingleObject(&dev->Idle, Executive, KernelMode, FALSE, NULL);
		KeAcquireSpinLock(&dev->Lock, &q);
		if (dev->Stopped)
			break;
		while ((e = dev->Pending.Flink) != &dev->Pending) {
			PTX t = CONTAINING_RECORD(e, TX, Link);
			RemoveEntryList(e);
			t->State = 1;
			KeReleaseSpinLock(&dev->Lock, q);
			if (!NT_SUCCESS(submit(dev, t)))
				free_tx(t);
			KeAcquireSpinLock(&dev->Lock, &q);
		}
		KeReleaseSpinLock(&dev->Lock, q);
	}
	dev->State = 9;
	PsTerminateSystemThread(STATUS_SUCCESS);	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
}

/* statuses and output pointers */
static NTSTATUS reserve(PDEV dev, ULONG n, PTX *out, PKIRQL q)
{
	PTX t;
	*out = NULL;
	KeAcquireSpinLock(&dev->TxLock, q);
	if (dev->Outstanding + n > dev->Max) {
		KeReleaseSpinLock(&dev->TxLock, *q);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	t = dev->Free;
	if (!t) {
		KeReleaseSpinLock(&dev->TxLock, *q);
		return STATUS_DEVICE_BUSY;
	}
	dev->Free = t->Next;
	*out = t;
	return STATUS_SUCCESS;
}

NTSTATUS good_reserve(PDEV dev)
{
	PTX t;
	KIRQL q;
	NTSTATUS s = reserve(dev, 2, &t, &q);
	if (!NT_SUCCESS(s))
		return s;
	t->State = 1;
	KeReleaseSpinLock(&dev->TxLock, q);
	return submit(dev, t);
}

NTSTATUS good_reserve2(PDEV dev)
{
	PTX t;
	KIRQL q;
	reserve(dev, 2, &t, &q);
	if (!t)
		return STATUS_UNSUCCESSFUL;
	t->State = 1;
	KeReleaseSpinLock(&dev->TxLock, q);
	return submit(dev, t);
}

NTSTATUS good_reserve3(PDEV dev)
{
	PTX t;
	KIRQL q;
	NTSTATUS s;
	while ((s = reserve(dev, 2, &t, &q)) == STATUS_DEVICE_BUSY)
		work();
	if (s == STATUS_SUCCESS)
		KeReleaseSpinLock(&dev->TxLock, q);
	return s;
}

NTSTATUS warn_reserve(PDEV dev)
{
	PTX t;
	KIRQL q;
	NTSTATUS s = reserve(dev, 2, &t, &q);
	if (!NT_SUCCESS(s))
		return s;
	if (t->Length == 0)
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(&dev->TxLock, q);
	return submit(dev, t);
}

NTSTATUS warn_reserve2(PDEV dev)
{
	PTX t;
	KIRQL q;
	NTSTATUS s = reserve(dev, 2, &t, &q);
	if (s == STATUS_DEVICE_BUSY)
		return s;
	t->State = 1;
	KeReleaseSpinLock(&dev->TxLock, q);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
	return submit(dev, t);
}

/* union */
VOID good_union(PDEV dev)
{
	KIRQL q;
	KeAcquireSpinLock(&dev->U.A, &q);
	work();
	KeReleaseSpinLock(&dev->U.B, q);
}

VOID warn_union(PDEV dev)
{
	KIRQL q;
	KeAcquireSpinLock(&dev->U.A, &q);
	work();
	KeAcquireSpinLock(&dev->U.B, &q);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
}

/* array of pointers to locks, table of guards */
VOID good_table(PDEV dev)
{
	PKSPIN_LOCK l[2];
	KIRQL q[2];
	l[0] = &dev->Lock;
	l[1] = &dev->TxLock;
	KeAcquireSpinLock(l[0], &q[0]);
	KeAcquireSpinLock(l[1], &q[1]);
	work();
	KeReleaseSpinLock(l[1], q[1]);
	KeReleaseSpinLock(l[0], q[0]);
}

VOID warn_table(PDEV dev)
{
	PKSPIN_LOCK l[2];
	KIRQL q[2];
	l[0] = &dev->Lock;
	l[1] = &dev->TxLock;
	KeAcquireSpinLock(l[0], &q[0]);
	KeAcquireSpinLock(l[1], &q[1]);
	work();
	KeReleaseSpinLock(l[1], q[0]);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." } */
	KeReleaseSpinLock(l[0], q[0]);
}

/* ternary ddis */
VOID good_level(PDEV dev)
{
	KIRQL q = KeGetCurrentIrql();
	BOOLEAN low = q < DISPATCH_LEVEL;
	if (low)
		KeAcquireSpinLock(&dev->Lock, &q);
	else
		KeAcquireSpinLockAtDpcLevel(&dev->Lock);
	dev->State++;
	if (low)
		KeReleaseSpinLock(&dev->Lock, q);
	else
		KeReleaseSpinLockFromDpcLevel(&dev->Lock);
}

VOID good_level3(PDEV dev)
{
	KIRQL q;
	BOOLEAN at = KeGetCurrentIrql() >= DISPATCH_LEVEL;
	if (at)
		KeAcquireSpinLockAtDpcLevel(&dev->Lock);
	else
		KeAcquireSpinLock(&dev->Lock, &q);
	if (dev->Stopped) {
		if (at)
			KeReleaseSpinLockFromDpcLevel(&dev->Lock);
		else
			KeReleaseSpinLock(&dev->Lock, q);
		return;
	}
	dev->State++;
	if (at)
		KeReleaseSpinLockFromDpcLevel(&dev->Lock);
	else
		KeReleaseSpinLock(&dev->Lock, q);
}

VOID warn_level(PDEV dev)
{
	KIRQL q;
	BOOLEAN at = KeGetCurrentIrql() >= DISPATCH_LEVEL;
	if (at)
		KeAcquireSpinLockAtDpcLevel(&dev->Lock);
	else
		KeAcquireSpinLock(&dev->Lock, &q);
	dev->State++;
	if (!at)
		KeReleaseSpinLockFromDpcLevel(&dev->Lock);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." } */
	else
		KeReleaseSpinLock(&dev->Lock, q);	/* { dg-warning "is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." } */
}
