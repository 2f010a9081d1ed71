/* { dg-do compile } */
/* Functions that are callbacks because they are passed to a DDI.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KDPC dpc;
	KDPC broken_dpc;
	KTIMER timer;
	WORK_QUEUE_ITEM item;
	PIO_WORKITEM work;
	struct _KINTERRUPT *interrupt;
	HANDLE thread;
	int count;
};

static KSPIN_LOCK lock;

static VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

static VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "KeInitializeDpc" } */

static VOID NTAPI warn_thread(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "PsCreateSystemThread" } */
}

static NTSTATUS NTAPI good_completion(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_completion(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (!irp->PendingReturned)
		return STATUS_SUCCESS;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "IoSetCompletionRoutine" } */
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

static VOID NTAPI warn_timer(PDEVICE_OBJECT device, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "IoInitializeTimer" } */
}

static VOID NTAPI warn_work_item(PDEVICE_OBJECT device, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "IoQueueWorkItem" } */
}

static VOID NTAPI warn_worker(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "ExInitializeWorkItem" } */
}

static BOOLEAN NTAPI warn_isr(struct _KINTERRUPT *interrupt, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "IoConnectInterrupt" } */
	return TRUE;
}

static BOOLEAN NTAPI warn_synchronized(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "KeSynchronizeExecution" } */
	return TRUE;
}

void start(PDEVICE_OBJECT device, PIRP irp, struct ext *ext)
{
	KeInitializeDpc(&ext->dpc, good_dpc, ext);
	KeInitializeDpc(&ext->broken_dpc, warn_dpc, ext);
	PsCreateSystemThread(&ext->thread, 0, NULL, NULL, NULL, warn_thread, ext);
	IoInitializeTimer(device, warn_timer, ext);
	IoQueueWorkItem(ext->work, warn_work_item, DelayedWorkQueue, ext);
	ExInitializeWorkItem(&ext->item, warn_worker, ext);
	IoConnectInterrupt(&ext->interrupt, warn_isr, ext, NULL, 3, 3, 3, 0, FALSE, 1, FALSE);
	KeSynchronizeExecution(ext->interrupt, warn_synchronized, ext);
}

void forward(PIRP irp, struct ext *ext, int broken)
{
	if (broken)
		IoSetCompletionRoutine(irp, warn_completion, ext, TRUE, TRUE, TRUE);
	else
		IoSetCompletionRoutine(irp, good_completion, ext, TRUE, TRUE, TRUE);
}
