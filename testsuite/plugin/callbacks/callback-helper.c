/* { dg-do compile } */
/* Functions that are callbacks because a helper of the driver registers what it is given.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KDPC dpc;
	KDPC second_dpc;
	WORK_QUEUE_ITEM item;
	PIRP irp;
	int count;
};

static KSPIN_LOCK lock;

static void set_handler(PDRIVER_OBJECT driver, UCHAR major, PDRIVER_DISPATCH handler)
{
	driver->MajorFunction[major] = handler;
}

static NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_write(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "registered by a helper" } */
}

static void queue_dpc(struct ext *ext, PKDEFERRED_ROUTINE routine)
{
	KeInitializeDpc(&ext->dpc, routine, ext);
	KeInsertQueueDpc(&ext->dpc, NULL, NULL);
}

static VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "registered by a helper" } */
}

static void run_later(struct ext *ext, PWORKER_THREAD_ROUTINE routine)
{
	ExInitializeWorkItem(&ext->item, routine, ext);
	ExQueueWorkItem(&ext->item, DelayedWorkQueue);
}

static VOID NTAPI warn_worker(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "registered by a helper" } */
}

/* ---- two helpers deep, and beside a context ---- */

static void set_both(PDRIVER_OBJECT driver, PDRIVER_DISPATCH handler)
{
	set_handler(driver, IRP_MJ_DEVICE_CONTROL, handler);
	set_handler(driver, IRP_MJ_INTERNAL_DEVICE_CONTROL, handler);
}

static NTSTATUS NTAPI warn_control(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "two helpers deep" } */
	return STATUS_SUCCESS;
}

static NTSTATUS forward_and(PDEVICE_OBJECT lower, PIRP irp, PIO_COMPLETION_ROUTINE then, PVOID context)
{
	IoSetCompletionRoutine(irp, then, context, TRUE, TRUE, TRUE);
	return IoCallDriver(lower, irp);
}

static NTSTATUS NTAPI good_completed(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS NTAPI warn_completed(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = context;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count == 0)
		return STATUS_MORE_PROCESSING_REQUIRED;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "early return" } */
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

void set_up(PDRIVER_OBJECT driver, PDEVICE_OBJECT device, struct ext *ext)
{
	set_handler(driver, IRP_MJ_READ, good_read);
	set_handler(driver, IRP_MJ_WRITE, warn_write);
	set_both(driver, warn_control);
	queue_dpc(ext, warn_dpc);
	run_later(ext, warn_worker);
	forward_and(device, ext->irp, good_completed, ext);
	forward_and(device, ext->irp, warn_completed, ext);
}
