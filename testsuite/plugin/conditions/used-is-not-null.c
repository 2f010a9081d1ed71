/* { dg-do compile } */
/* A pointer through which a lock was taken, or a field read, is not null afterwards.  */
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
	struct node *current;
	int count;
};

extern int match(struct node *);
extern struct node *lookup(struct ext *);

DRIVER_STARTIO good_found_record, warn_found_record, good_looked_up, warn_looked_up, good_read_before, good_in_a_field;

VOID NTAPI good_found_record(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *found = NULL;
	PLIST_ENTRY entry;

	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (match(node)) {
			found = node;
			break;
		}
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	if (found)
		KeReleaseSpinLockFromDpcLevel(&found->lock);
}

VOID NTAPI warn_found_record(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *found = NULL;
	PLIST_ENTRY entry;

	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		node = CONTAINING_RECORD(entry, struct node, link);
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (match(node))
			break;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	if (found)
		KeReleaseSpinLockFromDpcLevel(&found->lock);
}	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "not remembered" } */

VOID NTAPI good_looked_up(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node = lookup(ext);

	KeAcquireSpinLockAtDpcLevel(&node->lock);
	ext->count++;
	if (node)
		KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI warn_looked_up(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node = lookup(ext);

	KeAcquireSpinLockAtDpcLevel(&node->lock);
	ext->count++;
	node = lookup(ext);
	if (!node)
		return;		/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "another node" } */
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI good_read_before(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node = lookup(ext);
	KIRQL irql;

	ext->count = node->key;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (node == NULL)
		return;
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI good_in_a_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	KeAcquireSpinLockAtDpcLevel(&ext->current->lock);
	ext->count++;
	if (ext->current)
		KeReleaseSpinLockFromDpcLevel(&ext->current->lock);
}
