/* { dg-do compile } */
/* Down a list hand over hand: the lock of the node before is released once that of the next one is held.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	KSPIN_LOCK lock;
	struct node *next;
	int count;
};

DRIVER_DISPATCH good_down_the_list, warn_last_one_kept, warn_one_before_kept;

NTSTATUS NTAPI good_down_the_list(PDEVICE_OBJECT device, PIRP irp)
{
	struct node *node = device->DeviceExtension, *before = NULL;

	while (node) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (before)
			KeReleaseSpinLockFromDpcLevel(&before->lock);
		before = node;
		node = node->next;
	}
	if (before)
		KeReleaseSpinLockFromDpcLevel(&before->lock);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_last_one_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct node *node = device->DeviceExtension, *before = NULL;

	while (node) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (before)
			KeReleaseSpinLockFromDpcLevel(&before->lock);
		before = node;
		node = node->next;
	}
	return STATUS_SUCCESS;	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "the last one" } */
}

NTSTATUS NTAPI warn_one_before_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct node *node = device->DeviceExtension, *before = NULL;

	while (node) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		before = node;
		node = node->next;
	}
	if (before)
		KeReleaseSpinLockFromDpcLevel(&before->lock);
	return STATUS_SUCCESS;	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "the ones before" } */
}
