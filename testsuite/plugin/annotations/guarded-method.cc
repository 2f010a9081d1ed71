/* { dg-do compile } */
/* { dg-options "-fplugin-arg-spinrule-warn=unguarded" } */
/* Members that are annotated with the lock that guards them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct queue {
	KSPIN_LOCK lock;
	_Guarded_by_(lock) int count;
	void set(int n) { count = n; }
};

extern "C" {
DRIVER_DISPATCH good_held, warn_free, warn_by_method;
}

extern "C" NTSTATUS NTAPI good_held(PDEVICE_OBJECT device, PIRP)
{
	queue *q = (queue *)device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&q->lock, &irql);
	q->count = 1;
	q->set(2);
	KeReleaseSpinLock(&q->lock, irql);
	return 0;
}

extern "C" NTSTATUS NTAPI warn_free(PDEVICE_OBJECT device, PIRP)
{
	queue *q = (queue *)device->DeviceExtension;

	q->count = 1;	/* { dg-warning "is not held where data that it guards is written" "free" } */
	return 0;
}

extern "C" NTSTATUS NTAPI warn_by_method(PDEVICE_OBJECT device, PIRP)
{
	queue *q = (queue *)device->DeviceExtension;

	q->set(1);	/* { dg-warning "is not held where data that it guards is written" "method" } */
	return 0;
}
