/* { dg-do compile } */
/* A list's entry compared with the list's head, in the loop and again after it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	int key;
	KSPIN_LOCK lock;
	LIST_ENTRY link;
};

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY list;
	int count;
};

DRIVER_STARTIO good_found_below_the_loop, warn_found_below_the_loop, good_dropped_where_found, warn_dropped_where_found;

VOID NTAPI good_found_below_the_loop(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node;
	PLIST_ENTRY entry;

	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		node = CONTAINING_RECORD(entry, struct node, link);
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (node->key == ext->count)
			break;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	if (entry != &ext->list) {
		node = CONTAINING_RECORD(entry, struct node, link);
		node->key = 0;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
}

VOID NTAPI warn_found_below_the_loop(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node;
	PLIST_ENTRY entry;

	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		node = CONTAINING_RECORD(entry, struct node, link);
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (node->key == ext->count)
			break;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	if (entry == &ext->list)
		ext->count = 0;
}	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "found" } */

/* The extension's lock is dropped where an entry was found, or below where none was. */
VOID NTAPI good_dropped_where_found(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PLIST_ENTRY entry;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		if (CONTAINING_RECORD(entry, struct node, link)->key == ext->count) {
			KeReleaseSpinLock(&ext->lock, irql);
			break;
		}
	}
	if (entry == &ext->list)
		KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_dropped_where_found(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	PLIST_ENTRY entry;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		if (CONTAINING_RECORD(entry, struct node, link)->key == ext->count) {
			ext->count++;
			break;
		}
	}
	if (entry == &ext->list)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "found" } */
