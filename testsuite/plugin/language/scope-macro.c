/* { dg-do compile } */
/* Macros that make a statement out of a lock: for-loops of one round, statement expressions, loops that begin and end held.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other;
	KIRQL irql;
	LIST_ENTRY queue;
	int count;
	ULONG flags;
};

/* The body runs once with the lock held.  Left by continue, never by break. */
#define LOCKED(ext)						\
	for (int once_ = (KeAcquireSpinLock(&(ext)->lock, &(ext)->irql), 1); once_;	\
	     once_ = 0, KeReleaseSpinLock(&(ext)->lock, (ext)->irql))

#define WITH(lock, expression)			\
	({					\
		KIRQL irql_;			\
		__typeof__(expression) result_;	\
		KeAcquireSpinLock(lock, &irql_);	\
		result_ = (expression);		\
		KeReleaseSpinLock(lock, irql_);	\
		result_;			\
	})

extern void touch(struct ext *);
extern int work(PLIST_ENTRY);

DRIVER_STARTIO good_body, warn_body, good_continue, warn_break, good_expression, warn_expression, good_condition, warn_condition, good_for, warn_for;

VOID NTAPI good_body(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	LOCKED(ext)
		ext->count++;
	LOCKED(ext) {
		ext->count--;
		touch(ext);
	}
}

VOID NTAPI warn_body(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	LOCKED(ext) {
		ext->count--;
		KeReleaseSpinLock(&ext->lock, ext->irql);
		touch(ext);
	}	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "the macro releases" { target *-*-* } .-4 } */
}

VOID NTAPI good_continue(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	LOCKED(ext) {
		if (!irp)
			continue;
		ext->count++;
	}
}

VOID NTAPI warn_break(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	LOCKED(ext) {
		if (!irp)
			break;
		ext->count++;
	}
	touch(NULL);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "left by break" } */

VOID NTAPI good_expression(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (WITH(&ext->lock, ext->count++) > 3 || WITH(&ext->other, ext->flags))
		touch(ext);
	while (WITH(&ext->lock, ext->count--) > 0)
		touch(ext);
}

VOID NTAPI warn_expression(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (WITH(&ext->lock, WITH(&ext->lock, ext->count++)))	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "one inside the other" } */
		touch(ext);
}

/* Taken in the loop's condition: held in the body and after the loop. */
VOID NTAPI good_condition(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	while (KeAcquireSpinLockAtDpcLevel(&ext->lock), !IsListEmpty(&ext->queue)) {
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_condition(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	while (KeAcquireSpinLockAtDpcLevel(&ext->lock), !IsListEmpty(&ext->queue)) {	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "continue while held" } */
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		if (entry == irp->Tail.Overlay.DriverContext[0])
			continue;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI good_for(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	for (KeAcquireSpinLock(&ext->lock, &irql); !IsListEmpty(&ext->queue); KeAcquireSpinLock(&ext->lock, &irql)) {
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		KeReleaseSpinLock(&ext->lock, irql);
		work(entry);
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

VOID NTAPI warn_for(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	for (KeAcquireSpinLock(&ext->lock, &irql); !IsListEmpty(&ext->queue); KeAcquireSpinLock(&ext->lock, &irql)) {
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		KeReleaseSpinLock(&ext->lock, irql);
		if (work(entry))
			break;
	}
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "broke out free" } */
}
