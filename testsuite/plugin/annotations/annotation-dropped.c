/* { dg-do compile } */
/* Helpers that are called with a lock held, drop it to call functions of other files, and take it again.  The lock is found
   through memory, as a handle is.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct adapter {
	KSPIN_LOCK *lock;
	KSPIN_LOCK *other;
	int waiting;
	int failed;
};

extern void trace(int level, const char *text);
extern void complete(struct adapter *adapter, int request);
extern int next(struct adapter *adapter, int *request);

_Requires_lock_held_(adapter->lock)
void good_drop(struct adapter *adapter)
{
	KeReleaseSpinLockFromDpcLevel(adapter->lock);
	complete(adapter, 1);
	KeAcquireSpinLockAtDpcLevel(adapter->lock);
}

_Requires_lock_held_(adapter->lock)
void good_drop_in_loop(struct adapter *adapter)
{
	int request;

	if (adapter->failed)
		trace(1, "failed");
	trace(2, "drop");
	for (;;) {
		if (next(adapter, &request) < 0) {
			if (request)
				trace(1, "no request");
			break;
		}
		adapter->waiting--;
		KeReleaseSpinLockFromDpcLevel(adapter->lock);
		complete(adapter, request);
		KeAcquireSpinLockAtDpcLevel(adapter->lock);
	}
	trace(2, "dropped");
}

void good_callers(struct adapter *adapter)
{
	KIRQL irql;

	KeAcquireSpinLock(adapter->lock, &irql);
	good_drop(adapter);
	good_drop_in_loop(adapter);
	KeReleaseSpinLock(adapter->lock, irql);
}

void warn_caller(struct adapter *adapter)
{
	KIRQL irql;

	KeAcquireSpinLock(adapter->lock, &irql);
	good_drop(adapter);
	KeAcquireSpinLock(adapter->lock, &irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "held again" } */
}

/* Without the acquire before it: one mistake, one warning.  */
struct annotated {
	KSPIN_LOCK lock;
};

extern void finish(struct annotated *box);

_Requires_lock_held_(box->lock)
static __attribute__((noinline)) void good_retaken(struct annotated *box)
{
	KeReleaseSpinLockFromDpcLevel(&box->lock);
	finish(box);
	KeAcquireSpinLockAtDpcLevel(&box->lock);
}

DRIVER_STARTIO warn_not_held, good_held, warn_queued;

void NTAPI warn_not_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct annotated *box = device->DeviceExtension;

	(void)irp;
	good_retaken(box);	/* { dg-warning "'box->lock' is not held at a call that requires it .spinrule-call-unheld." "free" } */
}

void NTAPI good_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct annotated *box = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	KeAcquireSpinLock(&box->lock, &irql);
	good_retaken(box);
	KeReleaseSpinLock(&box->lock, irql);
}

/* How the helper releases the lock is seen, whatever its annotation is.  */
void NTAPI warn_queued(PDEVICE_OBJECT device, PIRP irp)
{
	struct annotated *box = device->DeviceExtension;
	KLOCK_QUEUE_HANDLE handle;

	(void)irp;
	KeAcquireInStackQueuedSpinLock(&box->lock, &handle);
	good_retaken(box);	/* { dg-warning "'box->lock' is acquired by 'KeAcquireInStackQueuedSpinLock' but released by 'good_retaken'" "another kind" } */
	KeReleaseSpinLockFromDpcLevel(&box->lock);
}
