/* { dg-do compile } */
/* The lock is in the object that an entry of a list is in, or a field of it: CONTAINING_RECORD in the annotation.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#include "../../../runtime/spinrule-sal.h"

typedef struct {
	int number;
	LIST_ENTRY link;
	struct {
		int count;
		LIST_ENTRY free;
	} lists;
	KSPIN_LOCK lock;
} EXT, *PEXT;

struct node {
	LIST_ENTRY link;
	EXT *owner;
};

_Requires_lock_held_(CONTAINING_RECORD(entry, EXT, link)->lock)
void work(PLIST_ENTRY entry);
_Requires_lock_held_(CONTAINING_RECORD(entry, EXT, lists.free)->lock)
void work_on_free(PLIST_ENTRY entry);
_Requires_lock_held_(CONTAINING_RECORD(entry, struct node, link)->owner->lock)
void work_on_node(PLIST_ENTRY entry);
_Acquires_lock_(CONTAINING_RECORD(entry, EXT, link)->lock)
void enter(PLIST_ENTRY entry);
_Releases_lock_((&CONTAINING_RECORD(entry, EXT, link)->lock))
void leave(PLIST_ENTRY entry);

DRIVER_DISPATCH good_held, good_entered, warn_left;

NTSTATUS NTAPI good_held(PDEVICE_OBJECT device, PIRP irp)
{
	PEXT ext = device->DeviceExtension;
	struct node node = { .owner = ext };
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	work(&ext->link);
	work_on_free(&ext->lists.free);
	work_on_node(&node.link);
	KeReleaseSpinLock(&ext->lock, irql);
	return irp != 0;
}

void warn_released(PEXT ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
	work(&ext->link);		/* { dg-warning "lock' is not held at a call that requires it" } */
}

void warn_released_of_free(PEXT ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
	work_on_free(&ext->lists.free);	/* { dg-warning "lock' is not held at a call that requires it" } */
}

NTSTATUS NTAPI good_entered(PDEVICE_OBJECT device, PIRP irp)
{
	PEXT ext = device->DeviceExtension;

	enter(&ext->link);
	leave(&ext->link);
	return irp != 0;
}

NTSTATUS NTAPI warn_left(PDEVICE_OBJECT device, PIRP irp)
{
	PEXT ext = device->DeviceExtension;

	enter(&ext->link);
	if (irp)
		return 1;	/* { dg-warning "is still held at return" } */
	leave(&ext->link);
	return 0;
}

_Requires_lock_held_(CONTAINING_RECORD(entry, EXT, link)->lock)
void good_body(PLIST_ENTRY entry);
void good_body(PLIST_ENTRY entry)
{
	PEXT ext = CONTAINING_RECORD(entry, EXT, link);

	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
}

_Requires_lock_held_(CONTAINING_RECORD(entry, EXT, link)->lock)
void warn_again(PLIST_ENTRY entry);
void warn_again(PLIST_ENTRY entry)
{
	PEXT ext = CONTAINING_RECORD(entry, EXT, link);

	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "already held" } */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* { dg-warning "'CONTAINING_RECORD.entry, EXT, nothing.->lock' in an annotation of 'odd' is not understood at 'nothing'" "member" { target *-*-* } 0 } */
_Requires_lock_held_(CONTAINING_RECORD(entry, EXT, nothing)->lock)
void odd(PLIST_ENTRY entry);

void good_nothing_known(PEXT ext)
{
	odd(&ext->link);
}
