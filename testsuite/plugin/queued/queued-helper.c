/* { dg-do compile } */
/* In-stack queued spin locks whose handle is given to helpers.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK other;
	KLOCK_QUEUE_HANDLE saved;
	LIST_ENTRY queue;
	int count;
};

/* Helpers that are given the handle. */
static void enter(struct ext *ext, PKLOCK_QUEUE_HANDLE handle)
{
	KeAcquireInStackQueuedSpinLock(&ext->lock, handle);
}

static void leave(PKLOCK_QUEUE_HANDLE handle)
{
	KeReleaseInStackQueuedSpinLock(handle);
}

DRIVER_DISPATCH good_through_helpers, warn_through_helpers;

NTSTATUS NTAPI good_through_helpers(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KLOCK_QUEUE_HANDLE handle;

	enter(ext, &handle);
	if (ext->count > 3) {
		leave(&handle);
		return STATUS_DEVICE_BUSY;
	}
	leave(&handle);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_through_helpers(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KLOCK_QUEUE_HANDLE handle;

	enter(ext, &handle);
	if (ext->count > 3)
		return STATUS_DEVICE_BUSY;	/* { dg-warning "is still held at return .spinrule-held-at-return." "busy" } */
	leave(&handle);
	return STATUS_SUCCESS;
}
