/* { dg-do compile } */
/* Functions that are callbacks because they are declared with a role type.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

DRIVER_DISPATCH good_dispatch, warn_dispatch_returns_held, warn_dispatch_releases_unheld;

NTSTATUS NTAPI good_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_dispatch_returns_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
	return STATUS_SUCCESS;	/* { dg-warning "spin lock 'ext->lock' is still held at return .spinrule-held-at-return." "return" } */
}

NTSTATUS NTAPI warn_dispatch_releases_unheld(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "never acquired" } */
	return STATUS_SUCCESS;
}

/* The same bodies in functions that are no callbacks are helpers. */
NTSTATUS good_no_callback_returns_held(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	return STATUS_SUCCESS;
}

NTSTATUS good_no_callback_releases(struct ext *ext)
{
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return STATUS_SUCCESS;
}

KDEFERRED_ROUTINE good_dpc, warn_dpc;

VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "end" } */

static KSTART_ROUTINE warn_static_declaration;

static VOID NTAPI warn_static_declaration(PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "end" } */

PKSTART_ROUTINE keep_it = warn_static_declaration;

typedef KDEFERRED_ROUTINE MY_DPC;
MY_DPC good_typedef_of_a_role, warn_typedef_of_a_role;

VOID NTAPI good_typedef_of_a_role(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_typedef_of_a_role(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "never acquired" } */
}

IO_TIMER_ROUTINE warn_io_timer;
IO_WORKITEM_ROUTINE warn_work_item;
WORKER_THREAD_ROUTINE warn_worker;
IO_COMPLETION_ROUTINE warn_completion;
DRIVER_ADD_DEVICE warn_add_device;
DRIVER_UNLOAD warn_unload;
DRIVER_STARTIO warn_start_io;
IO_DPC_ROUTINE warn_io_dpc;
KSYNCHRONIZE_ROUTINE warn_synchronized;
KSERVICE_ROUTINE warn_interrupt;

static KSPIN_LOCK lock;

VOID NTAPI warn_io_timer(PDEVICE_OBJECT device, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "timer" } */
}

VOID NTAPI warn_work_item(PDEVICE_OBJECT device, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "work item" } */
}

VOID NTAPI warn_worker(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "worker" } */
}

NTSTATUS NTAPI warn_completion(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "completion" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT device)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "add device" } */
	return STATUS_SUCCESS;
}

VOID NTAPI warn_unload(PDRIVER_OBJECT driver)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "unload" } */
}

VOID NTAPI warn_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "start I/O" } */
}

VOID NTAPI warn_io_dpc(PKDPC dpc, PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "I/O DPC" } */
}

BOOLEAN NTAPI warn_synchronized(PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "synchronized" } */
	return TRUE;
}

BOOLEAN NTAPI warn_interrupt(struct _KINTERRUPT *interrupt, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "interrupt" } */
	return TRUE;
}
