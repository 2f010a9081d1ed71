/* { dg-do compile } */
/* One return among many that forgets the release: what real drivers get wrong most.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY list;
	int count;
	BOOLEAN open;
};

extern PVOID allocate(void);
extern void add(struct ext *, PVOID);

DRIVER_DISPATCH good_all_returns, warn_allocation_failed, warn_list_empty, warn_unsupported_code;

NTSTATUS NTAPI good_all_returns(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PVOID memory;
	KIRQL irql;

	if (!ext->open)
		return STATUS_DEVICE_NOT_READY;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (IsListEmpty(&ext->list)) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_PENDING;
	}
	memory = allocate();
	if (!memory) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	add(ext, memory);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_allocation_failed(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PVOID memory;
	KIRQL irql;

	if (!ext->open)
		return STATUS_DEVICE_NOT_READY;
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (IsListEmpty(&ext->list)) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_PENDING;
	}
	memory = allocate();
	if (!memory)
		return STATUS_INSUFFICIENT_RESOURCES;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "allocation failed" } */
	add(ext, memory);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_list_empty(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PVOID memory;
	KIRQL irql;

	if (!ext->open)
		return STATUS_DEVICE_NOT_READY;
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (IsListEmpty(&ext->list))
		return STATUS_PENDING;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "list empty" } */
	memory = allocate();
	if (!memory) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	add(ext, memory);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_unsupported_code(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	switch (ext->count) {
	case 1:
		ext->count++;
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_SUCCESS;
	case 2:
		break;
	default:
		return STATUS_NOT_SUPPORTED;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "default case" } */
	}
	ext->count--;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

KDEFERRED_ROUTINE good_release_in_use, warn_release_left_out;

VOID NTAPI good_release_in_use(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (ext->count++ > 100) {
		ext->count = 0;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return;
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_release_left_out(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->count++ > 100) {
		ext->count = 0;
#if 0
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
#endif
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "release compiled out" } */
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}
