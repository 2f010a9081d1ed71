/* { dg-do compile } */
/* Callees that are entered with the lock held, drop it and take it again.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	LIST_ENTRY queue;
	int count;
};

extern void complete(PLIST_ENTRY);

static void complete_one(struct ext *ext)
{
	PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

	KeReleaseSpinLock(&ext->lock, ext->irql);
	complete(entry);
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

static void complete_by_pointer(PLIST_ENTRY entry, PKSPIN_LOCK lock, KIRQL *irql)
{
	KeReleaseSpinLock(lock, *irql);
	complete(entry);
	KeAcquireSpinLock(lock, irql);
}

/* Entered held, returns free. */
static void complete_and_leave(struct ext *ext)
{
	PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

	KeReleaseSpinLock(&ext->lock, ext->irql);
	complete(entry);
}

void good_in_a_loop(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	while (!IsListEmpty(&ext->queue))
		complete_one(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_in_a_loop(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	do
		complete_and_leave(ext);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "second round" } */
	while (!IsListEmpty(&ext->queue));
}

void good_by_pointer(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	while (!IsListEmpty(&ext->queue))
		complete_by_pointer(RemoveHeadList(&ext->queue), &ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_by_pointer(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	while (!IsListEmpty(&ext->queue))
		complete_by_pointer(RemoveHeadList(&ext->queue), &ext->lock, &irql);
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "the callee retook it" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

IO_COMPLETION_ROUTINE good_leave_through_the_callee, warn_leave_twice;

NTSTATUS NTAPI good_leave_through_the_callee(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count) {
		complete_and_leave(ext);
		return STATUS_SUCCESS;
	}
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_leave_twice(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count)
		complete_and_leave(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "the callee left" } */
	return STATUS_SUCCESS;
}
