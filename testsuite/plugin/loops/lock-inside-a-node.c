/* { dg-do compile } */
/* Down a list whose nodes have their lock somewhere inside: the pointer of each round goes on to name the lock that is held.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	struct node *next;
	int count;
	KSPIN_LOCK lock;
};

struct ext {
	KSPIN_LOCK lock;
	struct node *head;
};

DRIVER_STARTIO good_next_before_this, warn_last_one_kept, warn_next_one_dropped, good_this_after_the_one_before,
	warn_one_before_kept, good_held_in_a_variable, warn_held_in_a_variable, good_one_at_a_time, warn_one_at_a_time,
	good_from_the_head_lock, warn_from_the_head_lock;

VOID NTAPI good_next_before_this(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node = ext->head, *next;

	KeAcquireSpinLockAtDpcLevel(&node->lock);
	while ((next = node->next)) {
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		node = next;
	}
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI warn_last_one_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node = ext->head, *next;

	KeAcquireSpinLockAtDpcLevel(&node->lock);
	while ((next = node->next)) {
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		node = next;
	}
}	/* { dg-warning "'node->lock' is still held at return" "no round" } */
/* { dg-warning "'next->lock' is still held at return" "some rounds" { target *-*-* } .-1 } */

VOID NTAPI warn_next_one_dropped(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node = ext->head, *next;

	KeAcquireSpinLockAtDpcLevel(&node->lock);
	while ((next = node->next)) {
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&next->lock);
		node = next;
	}
	KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "'node->lock' is released but not held" "the first is" } */
}	/* { dg-warning "'node->lock' is still held at return" "the first" } */

VOID NTAPI good_this_after_the_one_before(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *before = NULL;

	for (node = ext->head; node; node = node->next) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (before)
			KeReleaseSpinLockFromDpcLevel(&before->lock);
		before = node;
	}
	if (before)
		KeReleaseSpinLockFromDpcLevel(&before->lock);
}

VOID NTAPI warn_one_before_kept(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *before = NULL;

	for (node = ext->head; node; node = node->next) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (before)
			KeReleaseSpinLockFromDpcLevel(&before->lock);
		before = node;
	}
}	/* { dg-warning "'node->lock' is still held at return" "the last" } */

VOID NTAPI good_held_in_a_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KSPIN_LOCK *held = &ext->lock;
	struct node *node;

	KeAcquireSpinLockAtDpcLevel(held);
	for (node = ext->head; node; node = node->next) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		KeReleaseSpinLockFromDpcLevel(held);
		held = &node->lock;
	}
	KeReleaseSpinLockFromDpcLevel(held);
}

VOID NTAPI warn_held_in_a_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KSPIN_LOCK *held = &ext->lock;
	struct node *node;

	KeAcquireSpinLockAtDpcLevel(held);
	for (node = ext->head; node; node = node->next) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		held = &node->lock;
	}
	KeReleaseSpinLockFromDpcLevel(held);
}	/* { dg-warning "is still held at return" "others" } */

VOID NTAPI good_one_at_a_time(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *held = NULL;

	for (node = ext->head; node; node = node->next)
		if (node->count == 3) {
			if (held)
				KeReleaseSpinLockFromDpcLevel(&held->lock);
			held = node;
			KeAcquireSpinLockAtDpcLevel(&held->lock);
		}
	if (held)
		KeReleaseSpinLockFromDpcLevel(&held->lock);
}

VOID NTAPI warn_one_at_a_time(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *held = NULL;

	for (node = ext->head; node; node = node->next)
		if (node->count == 3) {
			if (held)
				KeReleaseSpinLockFromDpcLevel(&held->lock);
			held = node;
			KeAcquireSpinLockAtDpcLevel(&held->lock);
		}
	if (!held)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "the other way round" } */
}	/* { dg-warning "'held->lock' is still held at return" "the other way round" } */

VOID NTAPI good_from_the_head_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *next;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	node = ext->head;
	if (!node) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return;
	}
	KeAcquireSpinLockAtDpcLevel(&node->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	for (; node->next && node->count != 3; node = next) {
		next = node->next;
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	node->count++;
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI warn_from_the_head_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct node *node, *next;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	node = ext->head;
	if (!node)
		return;	/* { dg-warning "'ext->lock' is still held at return" "an empty list" } */
	KeAcquireSpinLockAtDpcLevel(&node->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	for (; node->next && node->count != 3; node = next) {
		next = node->next;
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	node->count++;
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}

static void walk(struct node *head)
{
	struct node *node, *next;

	KeAcquireSpinLockAtDpcLevel(&head->lock);
	for (node = head; node->next; node = next) {
		next = node->next;
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		node->count++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}

void good_walk(struct ext *ext)
{
	walk(ext->head);
}
