/* { dg-do compile } */
/* Calls through pointers whose function is known: a constant table, a local variable, a
   field that holds certain functions only.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK other;
	KIRQL irql;
	int count;
};

static void enter(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

static void leave(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

static const struct {
	void (*enter)(struct ext *), (*leave)(struct ext *);
} table = { enter, leave };

DRIVER_STARTIO good_table, warn_table, good_variable, warn_variable, good_other_field,
	warn_other_field;

VOID NTAPI good_table(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	table.enter(ext);
	ext->count++;
	table.leave(ext);
}

VOID NTAPI warn_table(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	table.enter(ext);
	ext->count++;
	table.enter(ext);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "again" } */
}

VOID NTAPI good_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	void (*in)(struct ext *) = enter, (*out)(struct ext *) = leave;

	in(ext);
	out(ext);
}

VOID NTAPI warn_variable(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	void (*out)(struct ext *) = leave;

	enter(ext);
	out(ext);
	out(ext);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "again" } */
}

/* The unit hands out lock functions of this type, and stores none in this field.  */
struct service {
	void (*work)(void *);
	void (*start)(void *context, void (*lock)(void *), void (*unlock)(void *));
};

static void lock_for_service(void *context)
{
	KeAcquireSpinLockAtDpcLevel(&((struct ext *)context)->lock);
}

static void unlock_for_service(void *context)
{
	KeReleaseSpinLockFromDpcLevel(&((struct ext *)context)->lock);
}

void start(struct service *service, struct ext *ext)
{
	service->start(ext, lock_for_service, unlock_for_service);
}

VOID NTAPI good_other_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct service *service = device->DeviceExtension;
	struct ext *ext = (struct ext *)(service + 1);
	KIRQL irql;

	KeAcquireSpinLock(&ext->other, &irql);
	service->work(service);
	KeReleaseSpinLock(&ext->other, irql);
}

VOID NTAPI warn_other_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct service *service = device->DeviceExtension;
	struct ext *ext = (struct ext *)(service + 1);
	KIRQL irql;

	KeAcquireSpinLock(&ext->other, &irql);
	service->work(service);
	if (ext->count)
		return;	/* { dg-warning "'ext->other' is still held at return .spinrule-held-at-return." "left" } */
	KeReleaseSpinLock(&ext->other, irql);
}
