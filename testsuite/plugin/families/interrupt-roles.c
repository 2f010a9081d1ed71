/* { dg-do compile } */
/* Routines around which the system holds the lock of an interrupt, or of a message: it stays held, and a driver may call them without it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifndef _WIN32
typedef struct _KINTERRUPT *PKINTERRUPT;
typedef BOOLEAN NTAPI KSERVICE_ROUTINE(PKINTERRUPT interrupt, PVOID context);
typedef KSERVICE_ROUTINE *PKSERVICE_ROUTINE;
extern KIRQL NTAPI KeAcquireInterruptSpinLock(PKINTERRUPT interrupt);
extern VOID NTAPI KeReleaseInterruptSpinLock(PKINTERRUPT interrupt, KIRQL irql);
#endif
typedef BOOLEAN NTAPI MESSAGE_ROUTINE(PKINTERRUPT interrupt, PVOID context, ULONG message) __attribute__((spinrule_role("KMESSAGE_SERVICE_ROUTINE")));

struct device {
	PKINTERRUPT interrupt;
	KIRQL irql;
	ULONG status;
};

DRIVER_DISPATCH good_poll, good_poll_held, warn_poll_dropped;

static KSPIN_LOCK own;

static int update(struct device *device)
{
	device->status++;
	return device->status != 0;
}

static int update_locked(PKINTERRUPT interrupt, struct device *device)
{
	KIRQL irql = KeAcquireInterruptSpinLock(interrupt);
	int changed = update(device);

	KeReleaseInterruptSpinLock(interrupt, irql);
	return changed;
}

/* ---- WDM ---- */

BOOLEAN NTAPI good_service(PKINTERRUPT interrupt, PVOID context)
{
	return update(context);
}

BOOLEAN NTAPI warn_service_again(PKINTERRUPT interrupt, PVOID context)
{
	KIRQL irql = KeAcquireInterruptSpinLock(interrupt);	/* { dg-warning "'interrupt' is acquired while already held .spinrule-double-acquire." "held at the entry" } */
	/* { dg-note "is entered with 'interrupt' held" "says so" { target *-*-* } .-3 } */

	update(context);
	KeReleaseInterruptSpinLock(interrupt, irql);
	return TRUE;
}

BOOLEAN NTAPI warn_service_helper(PKINTERRUPT interrupt, PVOID context)
{
	return update_locked(interrupt, context);	/* { dg-warning "'interrupt' is acquired while already held .spinrule-double-acquire." "by a helper" } */
}

/* The lock of another interrupt.  */
BOOLEAN NTAPI good_service_other(PKINTERRUPT interrupt, PVOID context)
{
	struct device *device = context;

	if (device->interrupt == interrupt)
		return update(device);
	return update_locked(device->interrupt, device);
}

BOOLEAN NTAPI warn_service_dropped(PKINTERRUPT interrupt, PVOID context)
{
	struct device *device = context;

	KeReleaseInterruptSpinLock(interrupt, device->irql);
	return TRUE;	/* { dg-warning "'interrupt' is left in another state than the function's annotation says .spinrule-annotation-mismatch." "the system releases it" } */
}

BOOLEAN NTAPI warn_service_dropped_twice(PKINTERRUPT interrupt, PVOID context)
{
	struct device *device = context;

	KeReleaseInterruptSpinLock(interrupt, device->irql);
	KeReleaseInterruptSpinLock(interrupt, device->irql);	/* { dg-warning "'interrupt' is released but not held .spinrule-release-unheld." "twice" } */
	device->irql = KeAcquireInterruptSpinLock(interrupt);
	return TRUE;
}

/* The driver's own lock is another one.  */
BOOLEAN NTAPI good_service_own(PKINTERRUPT interrupt, PVOID context)
{
	KeAcquireSpinLockAtDpcLevel(&own);
	update(context);
	KeReleaseSpinLockFromDpcLevel(&own);
	return TRUE;
}

BOOLEAN NTAPI warn_service_own(PKINTERRUPT interrupt, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&own);	/* { dg-warning "'own' is released but not held .spinrule-release-unheld." "not the interrupt's" } */
	return TRUE;
}

/* Dropped and taken again.  */
BOOLEAN NTAPI good_service_open(PKINTERRUPT interrupt, PVOID context)
{
	struct device *device = context;

	KeReleaseInterruptSpinLock(interrupt, device->irql);
	device->irql = KeAcquireInterruptSpinLock(interrupt);
	return TRUE;
}

const PKSERVICE_ROUTINE routines[] = {
	good_service, warn_service_again, warn_service_helper, good_service_other, warn_service_dropped, warn_service_dropped_twice,
	good_service_open, good_service_own, warn_service_own,
};

/* A driver that polls has no interrupt.  */
NTSTATUS NTAPI good_poll(PDEVICE_OBJECT device_object, PIRP irp)
{
	struct device *device = device_object->DeviceExtension;

	good_service(NULL, device);
	good_service(device->interrupt, device);
	return 0;
}

NTSTATUS NTAPI good_poll_held(PDEVICE_OBJECT device_object, PIRP irp)
{
	struct device *device = device_object->DeviceExtension;
	KIRQL irql = KeAcquireInterruptSpinLock(device->interrupt);

	good_service(device->interrupt, device);
	KeReleaseInterruptSpinLock(device->interrupt, irql);
	device->irql = KeAcquireInterruptSpinLock(device->interrupt);
	good_service_open(device->interrupt, device);
	KeReleaseInterruptSpinLock(device->interrupt, device->irql);
	return 0;
}

NTSTATUS NTAPI warn_poll_dropped(PDEVICE_OBJECT device_object, PIRP irp)
{
	struct device *device = device_object->DeviceExtension;

	good_service_open(device->interrupt, device);	/* { dg-warning "is released but not held .spinrule-release-unheld." "it releases the lock" } */
	return 0;
}

MESSAGE_ROUTINE good_message_routine, warn_message_routine;

BOOLEAN NTAPI good_message_routine(PKINTERRUPT interrupt, PVOID context, ULONG message)
{
	return update(context);
}

BOOLEAN NTAPI warn_message_routine(PKINTERRUPT interrupt, PVOID context, ULONG message)
{
	return update_locked(interrupt, context);	/* { dg-warning "'interrupt' is acquired while already held .spinrule-double-acquire." "message" } */
}

/* ---- KMDF ---- */

typedef struct WDFINTERRUPT__ *WDFINTERRUPT;
typedef struct WDFDEVICE__ *WDFDEVICE;
typedef HANDLE WDFOBJECT, WDFCONTEXT;
typedef BOOLEAN EVT_WDF_INTERRUPT_ISR(WDFINTERRUPT interrupt, ULONG message);
typedef NTSTATUS EVT_WDF_INTERRUPT_ENABLE(WDFINTERRUPT interrupt, WDFDEVICE device);
typedef NTSTATUS EVT_WDF_INTERRUPT_DISABLE(WDFINTERRUPT interrupt, WDFDEVICE device);
typedef BOOLEAN EVT_WDF_INTERRUPT_SYNCHRONIZE(WDFINTERRUPT interrupt, WDFCONTEXT context);
typedef VOID EVT_WDF_INTERRUPT_DPC(WDFINTERRUPT interrupt, WDFOBJECT object);
typedef VOID EVT_WDF_INTERRUPT_WORKITEM(WDFINTERRUPT interrupt, WDFOBJECT object);
extern VOID WdfInterruptAcquireLock(WDFINTERRUPT interrupt);
extern VOID WdfInterruptReleaseLock(WDFINTERRUPT interrupt);

EVT_WDF_INTERRUPT_ISR good_isr, warn_isr;
EVT_WDF_INTERRUPT_ENABLE good_enable, warn_enable;
EVT_WDF_INTERRUPT_DISABLE good_disable, warn_disable;
EVT_WDF_INTERRUPT_SYNCHRONIZE good_synchronize, warn_synchronize;
EVT_WDF_INTERRUPT_DPC good_dpc, warn_dpc;
EVT_WDF_INTERRUPT_WORKITEM good_workitem, warn_workitem;

static ULONG interrupts;

static void count(WDFINTERRUPT interrupt)
{
	WdfInterruptAcquireLock(interrupt);
	interrupts++;
	WdfInterruptReleaseLock(interrupt);
}

BOOLEAN good_isr(WDFINTERRUPT interrupt, ULONG message)
{
	interrupts++;
	return TRUE;
}

BOOLEAN warn_isr(WDFINTERRUPT interrupt, ULONG message)
{
	count(interrupt);	/* { dg-warning "'interrupt' is acquired while already held .spinrule-double-acquire." "service routine" } */
	return TRUE;
}

NTSTATUS good_enable(WDFINTERRUPT interrupt, WDFDEVICE device)
{
	return good_isr(interrupt, 0) ? 0 : -1;
}

NTSTATUS warn_enable(WDFINTERRUPT interrupt, WDFDEVICE device)
{
	count(interrupt);	/* { dg-warning "'interrupt' is acquired while already held .spinrule-double-acquire." "enable" } */
	return 0;
}

NTSTATUS good_disable(WDFINTERRUPT interrupt, WDFDEVICE device)
{
	interrupts = 0;
	return 0;
}

NTSTATUS warn_disable(WDFINTERRUPT interrupt, WDFDEVICE device)
{
	WdfInterruptReleaseLock(interrupt);
	return 0;	/* { dg-warning "'interrupt' is left in another state than the function's annotation says .spinrule-annotation-mismatch." "disable" } */
}

BOOLEAN good_synchronize(WDFINTERRUPT interrupt, WDFCONTEXT context)
{
	interrupts--;
	return TRUE;
}

BOOLEAN warn_synchronize(WDFINTERRUPT interrupt, WDFCONTEXT context)
{
	count(interrupt);	/* { dg-warning "'interrupt' is acquired while already held .spinrule-double-acquire." "synchronize" } */
	return TRUE;
}

/* These are entered without the lock.  */
VOID good_dpc(WDFINTERRUPT interrupt, WDFOBJECT object)
{
	count(interrupt);
	WdfInterruptAcquireLock(interrupt);
	good_isr(interrupt, 0);
	WdfInterruptReleaseLock(interrupt);
	good_isr(interrupt, 1);
}

VOID warn_dpc(WDFINTERRUPT interrupt, WDFOBJECT object)
{
	WdfInterruptReleaseLock(interrupt);	/* { dg-warning "'interrupt' is released but not held .spinrule-release-unheld." "not entered with it" } */
}

VOID good_workitem(WDFINTERRUPT interrupt, WDFOBJECT object)
{
	count(interrupt);
}

VOID warn_workitem(WDFINTERRUPT interrupt, WDFOBJECT object)
{
	WdfInterruptAcquireLock(interrupt);
	if (interrupts)
		return;	/* { dg-warning "'interrupt' is still held at return .spinrule-held-at-return." "left" } */
	WdfInterruptReleaseLock(interrupt);
}

/* ---- StorPort: the message's lock or the interrupt lock, by the adapter's mode ---- */

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;
typedef BOOLEAN HW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE(PVOID extension, ULONG message);
typedef HW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE *PHW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE;
extern VOID StorPortAcquireSpinLock(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle);
extern VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle);
extern ULONG StorPortAcquireMSISpinLock(PVOID extension, ULONG message, ULONG *irql);
extern ULONG StorPortReleaseMSISpinLock(PVOID extension, ULONG message, ULONG irql);

struct adapter {
	ULONG completed;
};

HW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE good_message, good_message_start, warn_message, warn_all_messages, good_message_below;

static void complete(struct adapter *adapter, ULONG message, BOOLEAN is_interrupt)
{
	ULONG irql = 0;

	if (!is_interrupt)
		StorPortAcquireMSISpinLock(adapter, message, &irql);
	adapter->completed++;
	if (!is_interrupt)
		StorPortReleaseMSISpinLock(adapter, message, irql);
}

BOOLEAN good_message(PVOID context, ULONG message)
{
	complete(context, message, TRUE);
	return TRUE;
}

BOOLEAN good_message_start(PVOID context, ULONG message)
{
	struct adapter *adapter = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(adapter, DpcLock, &adapter->completed, &handle);
	adapter->completed++;
	StorPortReleaseSpinLock(adapter, &handle);
	return TRUE;
}

BOOLEAN warn_message(PVOID context, ULONG message)
{
	complete(context, message, FALSE);	/* { dg-warning "'message message' is acquired while already held .spinrule-double-acquire." "its own message" } */
	return TRUE;
}

/* This takes the lock of each message.  */
BOOLEAN warn_all_messages(PVOID context, ULONG message)
{
	struct adapter *adapter = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(adapter, InterruptLock, NULL, &handle);	/* { dg-warning "'InterruptLock' is acquired while already held .spinrule-double-acquire." "all messages" } */
	adapter->completed++;
	StorPortReleaseSpinLock(adapter, &handle);
	return TRUE;
}

/* Another one.  */
BOOLEAN good_message_below(PVOID context, ULONG message)
{
	if (message)
		complete(context, message - 1, FALSE);
	return TRUE;
}

/* A crash dump is written without interrupts.  */
BOOLEAN good_dump(PVOID context)
{
	return good_message(context, 0);
}
