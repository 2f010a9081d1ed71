/* { dg-do compile } */
/* StorPort's locks: an adapter has one of each kind; the handle releases.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;
typedef BOOLEAN HW_STARTIO(PVOID extension, PVOID request);
typedef BOOLEAN HW_INTERRUPT(PVOID extension);
typedef VOID HW_DPC_ROUTINE(PVOID dpc, PVOID extension, PVOID first, PVOID second);

extern ULONG StorPortNotification(int type, PVOID extension, ...);

static inline VOID StorPortAcquireSpinLock(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle)
{
	StorPortNotification(9, extension, lock, context, handle);
}

static inline VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle)
{
	StorPortNotification(10, extension, handle);
}

struct extension {
	int queued;
	int dpc[8];
	int completion_dpc[8];
};

HW_STARTIO good_start, warn_start;

BOOLEAN good_start(PVOID context, PVOID request)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	if (extension->queued) {
		StorPortReleaseSpinLock(extension, &handle);
		return FALSE;
	}
	extension->queued = 1;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

BOOLEAN warn_start(PVOID context, PVOID request)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	if (extension->queued)
		return FALSE;	/* { dg-warning "'InterruptLock' is still held at return .spinrule-held-at-return." "queued" } */
	extension->queued = 1;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

/* In the order that StorPort asks for.  */
void good_two_kinds(struct extension *extension)
{
	STOR_LOCK_HANDLE start, interrupt;

	StorPortAcquireSpinLock(extension, StartIoLock, NULL, &start);
	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &interrupt);
	extension->queued = 0;
	StorPortReleaseSpinLock(extension, &interrupt);
	StorPortReleaseSpinLock(extension, &start);
}

void warn_one_kind_twice(struct extension *extension)
{
	STOR_LOCK_HANDLE start, interrupt;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &start);
	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &interrupt);	/* { dg-warning "'InterruptLock' is acquired while already held .spinrule-double-acquire." "twice" } */
	extension->queued = 0;
	StorPortReleaseSpinLock(extension, &interrupt);
	StorPortReleaseSpinLock(extension, &start);
}

void good_two_dpcs(struct extension *extension)
{
	STOR_LOCK_HANDLE first, second;

	StorPortAcquireSpinLock(extension, DpcLock, extension->dpc, &first);
	StorPortAcquireSpinLock(extension, DpcLock, extension->completion_dpc, &second);
	extension->queued = 0;
	StorPortReleaseSpinLock(extension, &second);
	StorPortReleaseSpinLock(extension, &first);
}

void warn_one_dpc_twice(struct extension *extension)
{
	STOR_LOCK_HANDLE first, second;

	StorPortAcquireSpinLock(extension, DpcLock, extension->dpc, &first);
	StorPortAcquireSpinLock(extension, DpcLock, extension->dpc, &second);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "one DPC" } */
	extension->queued = 0;
	StorPortReleaseSpinLock(extension, &second);
	StorPortReleaseSpinLock(extension, &first);
}

void warn_released_twice(struct extension *extension)
{
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, StartIoLock, NULL, &handle);
	extension->queued = 0;
	StorPortReleaseSpinLock(extension, &handle);
	StorPortReleaseSpinLock(extension, &handle);	/* { dg-warning "is released but not held .spinrule-release-unheld." "again" } */
}

/* A wrapper gets the kind.  */
static void guard(struct extension *extension, STOR_SPINLOCK kind, PSTOR_LOCK_HANDLE handle)
{
	StorPortAcquireSpinLock(extension, kind, NULL, handle);
}

void good_kind_by_parameter(struct extension *extension)
{
	STOR_LOCK_HANDLE start, interrupt;

	guard(extension, StartIoLock, &start);
	guard(extension, InterruptLock, &interrupt);
	extension->queued = 0;
	StorPortReleaseSpinLock(extension, &interrupt);
	StorPortReleaseSpinLock(extension, &start);
}

void warn_kind_by_parameter(struct extension *extension)
{
	STOR_LOCK_HANDLE first, second;

	guard(extension, InterruptLock, &first);
	guard(extension, InterruptLock, &second);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "one kind" } */
	StorPortReleaseSpinLock(extension, &second);
	StorPortReleaseSpinLock(extension, &first);
}

/* ---- entered with the interrupt lock held ---- */

HW_INTERRUPT good_interrupt, warn_interrupt, good_interrupt_dpc, warn_interrupt_helper, warn_interrupt_kind;
HW_DPC_ROUTINE good_dpc, good_poll, warn_dpc;

BOOLEAN good_interrupt(PVOID context)
{
	struct extension *extension = context;

	extension->queued++;
	return TRUE;
}

BOOLEAN warn_interrupt(PVOID context)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);	/* { dg-warning "'InterruptLock' is acquired while already held .spinrule-double-acquire." "held at the entry" } */
	extension->queued++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

/* Another lock.  */
BOOLEAN good_interrupt_dpc(PVOID context)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, DpcLock, extension->dpc, &handle);
	extension->queued++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

static void count(struct extension *extension)
{
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	extension->queued++;
	StorPortReleaseSpinLock(extension, &handle);
}

BOOLEAN warn_interrupt_helper(PVOID context)
{
	count(context);	/* { dg-warning "'InterruptLock' is acquired while already held .spinrule-double-acquire." "by a helper" } */
	return TRUE;
}

BOOLEAN warn_interrupt_kind(PVOID context)
{
	STOR_LOCK_HANDLE handle;

	guard(context, InterruptLock, &handle);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "by a wrapper" } */
	StorPortReleaseSpinLock(context, &handle);
	return TRUE;
}

VOID good_dpc(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	good_interrupt(extension);
	StorPortReleaseSpinLock(extension, &handle);
}

/* Where there is no interrupt, a driver calls the routine itself.  */
VOID good_poll(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	good_interrupt(context);
}

VOID warn_dpc(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	good_interrupt(extension);
}	/* { dg-warning "'InterruptLock' is still held at return .spinrule-held-at-return." "the routine keeps it" } */

/* ---- locks of messages ---- */

static inline ULONG StorPortAcquireMSISpinLock(PVOID extension, ULONG message, ULONG *irql)
{
	return StorPortNotification(20, extension, message, irql);
}

static inline ULONG StorPortReleaseMSISpinLock(PVOID extension, ULONG message, ULONG irql)
{
	return StorPortNotification(21, extension, message, irql);
}

HW_DPC_ROUTINE good_message, warn_message, good_status, warn_status, good_two_messages, warn_two_messages;

VOID good_message(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	ULONG irql, message = (ULONG)extension->queued;

	StorPortAcquireMSISpinLock(extension, message, &irql);
	extension->queued++;
	StorPortReleaseMSISpinLock(extension, message, irql);
}

VOID warn_message(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	ULONG irql, message = (ULONG)extension->queued;

	StorPortAcquireMSISpinLock(extension, message, &irql);
	if (!first)
		return;	/* { dg-warning "'message message' is still held at return .spinrule-held-at-return." "one way" } */
	StorPortReleaseMSISpinLock(extension, message, irql);
}

/* The status is looked at, as a lock is acquired where it is 0.  */
VOID good_status(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	ULONG irql;

	if (StorPortAcquireMSISpinLock(extension, 1, &irql) != 0)
		return;
	extension->queued++;
	StorPortReleaseMSISpinLock(extension, 1, irql);
}

VOID warn_status(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	ULONG irql;

	if (StorPortAcquireMSISpinLock(extension, 1, &irql) == 0)
		return;	/* { dg-warning "'message 1' is still held at return .spinrule-held-at-return." "acquired" } */
	extension->queued++;
}

VOID good_two_messages(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	ULONG irql, above;

	StorPortAcquireMSISpinLock(extension, 0, &irql);
	StorPortAcquireMSISpinLock(extension, 1, &above);
	extension->queued++;
	StorPortReleaseMSISpinLock(extension, 1, above);
	StorPortReleaseMSISpinLock(extension, 0, irql);
}

VOID warn_two_messages(PVOID dpc, PVOID context, PVOID first, PVOID second)
{
	struct extension *extension = context;
	ULONG irql, above;

	StorPortAcquireMSISpinLock(extension, 0, &irql);
	StorPortAcquireMSISpinLock(extension, 0, &above);	/* { dg-warning "'message 0' is acquired while already held .spinrule-double-acquire." "one message" } */
	extension->queued++;
	StorPortReleaseMSISpinLock(extension, 0, above);
	StorPortReleaseMSISpinLock(extension, 0, irql);
}
