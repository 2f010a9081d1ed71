/* { dg-do compile } */
/* { dg-undecided "good_interrupt_by_field" } */
/* A StorPort lock that a helper takes unless its caller is the routine of the interrupt, which is entered with it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;

extern VOID StorPortAcquireSpinLock(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle);
extern VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle);

typedef BOOLEAN HW_INTERRUPT(PVOID extension);
typedef VOID HW_DPC_ROUTINE(PVOID dpc, PVOID extension, PVOID first, PVOID second);

struct adapter {
	int has_messages, queues;
	char dpcs[4][32];
};

void *next_done(struct adapter *adapter, ULONG queue);
void complete(struct adapter *adapter, void *request);

static void lock_queue(struct adapter *adapter, ULONG queue, PSTOR_LOCK_HANDLE handle, BOOLEAN in_interrupt)
{
	if (in_interrupt)
		return;
	if (!adapter->has_messages)
		StorPortAcquireSpinLock(adapter, InterruptLock, NULL, handle);
	else if (adapter->queues > 1)
		StorPortAcquireSpinLock(adapter, DpcLock, &adapter->dpcs[queue], handle);
	else
		StorPortAcquireSpinLock(adapter, StartIoLock, NULL, handle);
}

static void unlock_queue(struct adapter *adapter, PSTOR_LOCK_HANDLE handle, BOOLEAN in_interrupt)
{
	if (!in_interrupt)
		StorPortReleaseSpinLock(adapter, handle);
}

void good_process(struct adapter *adapter, ULONG queue, BOOLEAN in_interrupt)
{
	STOR_LOCK_HANDLE handle = { 0 };
	void *request;

	lock_queue(adapter, queue, &handle, in_interrupt);
	while ((request = next_done(adapter, queue)))
		complete(adapter, request);
	unlock_queue(adapter, &handle, in_interrupt);
}

HW_INTERRUPT good_interrupt, warn_interrupt, good_interrupt_by_field;
HW_DPC_ROUTINE good_dpc, warn_dpc;

BOOLEAN good_interrupt(PVOID extension)
{
	good_process(extension, 0, TRUE);
	return TRUE;
}

BOOLEAN warn_interrupt(PVOID extension)
{
	good_process(extension, 0, FALSE);	/* { dg-warning "'InterruptLock' is acquired while already held" "the wrong flag" } */
	return TRUE;
}

VOID good_dpc(PVOID dpc, PVOID extension, PVOID first, PVOID second)
{
	good_process(extension, (ULONG)(ULONG_PTR)first, FALSE);
}

VOID warn_dpc(PVOID dpc, PVOID extension, PVOID first, PVOID second)
{
	STOR_LOCK_HANDLE handle = { 0 };

	lock_queue(extension, 0, &handle, FALSE);
	unlock_queue(extension, &handle, TRUE);
}	/* { dg-warning "is still held at return" "the wrong flag" } */

static void lock_by_field(struct adapter *adapter, PSTOR_LOCK_HANDLE handle, BOOLEAN in_interrupt)
{
	if (!in_interrupt)
		StorPortAcquireSpinLock(adapter, adapter->has_messages ? StartIoLock : InterruptLock, NULL, handle);
}

/* Drops the lock in each round: the field may say something else in each.  */
void good_process_by_field(struct adapter *adapter, BOOLEAN in_interrupt)
{
	STOR_LOCK_HANDLE handle = { 0 };
	void *request;

	lock_by_field(adapter, &handle, in_interrupt);
	while ((request = next_done(adapter, 0))) {
		unlock_queue(adapter, &handle, in_interrupt);
		complete(adapter, request);
		lock_by_field(adapter, &handle, in_interrupt);
	}
	unlock_queue(adapter, &handle, in_interrupt);
}

BOOLEAN good_interrupt_by_field(PVOID extension)
{
	good_process_by_field(extension, TRUE);
	return TRUE;
}
