/* { dg-do compile } */
/* Writes to guarded data are reported only if an argument asks for it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct queue {
	KSPIN_LOCK lock;
	_Guarded_by_(lock) int count;
};

DRIVER_DISPATCH good_not_asked, warn_of_the_rest;

NTSTATUS NTAPI good_not_asked(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;

	(void)irp;
	queue->count = 0;
	return 0;
}

NTSTATUS NTAPI warn_of_the_rest(PDEVICE_OBJECT device, PIRP irp)
{
	struct queue *queue = device->DeviceExtension;
	KIRQL irql;

	(void)irp;
	queue->count = 0;
	KeAcquireSpinLock(&queue->lock, &irql);
	return 0;	/* { dg-warning "'queue->lock' is still held at return .spinrule-held-at-return." "leak" } */
}
