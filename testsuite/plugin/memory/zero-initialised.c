/* { dg-do compile } */
/* A flag in a structure that is cleared as a whole, by its initialiser or by memset, and set beside the acquire.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include <string.h>

struct context {
	PKSPIN_LOCK lock;
	BOOLEAN locked;
	KIRQL irql;
	unsigned busy : 1;
	unsigned held : 1;
};

struct ext {
	KSPIN_LOCK lock;
	struct context context;
	int count;
};

extern void touch(struct ext *);

DRIVER_STARTIO good_initialiser, warn_initialiser, good_rest_of_the_initialiser, good_memset, warn_memset, good_bit_field,
	good_memset_in_the_extension, good_designated, warn_designated;

VOID NTAPI good_initialiser(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context = { 0 };

	if (irp) {
		KeAcquireSpinLock(&ext->lock, &context.irql);
		context.locked = TRUE;
	}
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(&ext->lock, context.irql);
}

VOID NTAPI warn_initialiser(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context = { 0 };

	if (irp)
		KeAcquireSpinLock(&ext->lock, &context.irql);
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(&ext->lock, context.irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "flag never set" } */

VOID NTAPI good_rest_of_the_initialiser(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context = { &ext->lock };

	if (irp) {
		KeAcquireSpinLock(context.lock, &context.irql);
		context.locked = TRUE;
	}
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(context.lock, context.irql);
}

VOID NTAPI good_designated(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context = { .lock = &ext->lock, .locked = TRUE };

	KeAcquireSpinLock(&ext->lock, &context.irql);
	if (irp) {
		KeReleaseSpinLock(&ext->lock, context.irql);
		context = (struct context){ .lock = &ext->lock };
	}
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(&ext->lock, context.irql);
}

VOID NTAPI warn_designated(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context = { .lock = &ext->lock, .locked = TRUE };

	KeAcquireSpinLock(&ext->lock, &context.irql);
	if (irp) {
		KeReleaseSpinLock(&ext->lock, context.irql);
		context.lock = NULL;
	}
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(&ext->lock, context.irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "flag still set" } */
}

VOID NTAPI good_memset(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context;

	memset(&context, 0, sizeof context);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &context.irql);
		context.locked = TRUE;
	}
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(&ext->lock, context.irql);
}

VOID NTAPI warn_memset(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context;

	if (irp) {
		KeAcquireSpinLock(&ext->lock, &context.irql);
		context.locked = TRUE;
	}
	memset(&context, 0, sizeof context);
	touch(ext);
	if (context.locked)
		KeReleaseSpinLock(&ext->lock, context.irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "cleared too late" } */

VOID NTAPI good_bit_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct context context = { 0 };

	if (irp) {
		KeAcquireSpinLock(&ext->lock, &context.irql);
		context.held = 1;
	}
	context.busy = 1;
	touch(ext);
	if (context.held)
		KeReleaseSpinLock(&ext->lock, context.irql);
}

VOID NTAPI good_memset_in_the_extension(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	memset(&ext->context, 0, sizeof ext->context);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->context.irql);
		ext->context.locked = TRUE;
	}
	ext->count++;
	if (ext->context.locked)
		KeReleaseSpinLock(&ext->lock, ext->context.irql);
}
