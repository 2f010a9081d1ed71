/* { dg-do compile } */
/* A mistake behind a loop is shown on the path that goes round the loop least.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	PVOID owner;
};

DRIVER_DISPATCH good_kept, warn_exchanged;

NTSTATUS NTAPI good_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PLIST_ENTRY entry, next;
	KIRQL irql, cancel;

	IoAcquireCancelSpinLock(&cancel);
	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->queue.Flink; entry != &ext->queue; entry = next) {
		next = entry->Flink;
		if (CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry)->Cancel)
			continue;
		RemoveEntryList(entry);
	}
	KeReleaseSpinLock(&ext->lock, irql);
	IoReleaseCancelSpinLock(cancel);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_exchanged(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PLIST_ENTRY entry, next;
	KIRQL irql, cancel;

	IoAcquireCancelSpinLock(&cancel);	/* { dg-note "\\(1\\) the cancel spin lock acquired here" "cancel" } */
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "\\(2\\) 'ext->lock' acquired here" "acquire" } */
	for (entry = ext->queue.Flink; entry != &ext->queue; entry = next) { /* { dg-note "\\(3\\) taking the branch where 'entry' is '" "loop" } */
		next = entry->Flink;
		if (CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry)->Cancel)
			continue;
		RemoveEntryList(entry);
	}
	KeReleaseSpinLock(&ext->lock, cancel);	/* { dg-warning "with an IRQL that its acquire did not save" "warning" } */
	/* { dg-note "\\(4\\) 'ext->lock' released here" "release" { target *-*-* } .-1 } */
	IoReleaseCancelSpinLock(irql); /* { dg-warning "with an IRQL that its acquire did not save" "other warning" } */
	return STATUS_SUCCESS;
}
