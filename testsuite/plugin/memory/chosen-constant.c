/* { dg-do compile } */
/* What is read through a pointer to one of several constants: it goes with the pointer.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct mode {
	const char *name;
	int locks, level;
};

struct ext {
	KSPIN_LOCK lock;
	int count;
};

static const struct mode fast = { "fast", 0, 1 }, safe = { "safe", 1, 2 };

extern int choose(void);

DRIVER_STARTIO good_letter, warn_letter, good_second_letter, warn_second_letter, good_read_twice, good_field, warn_field;

VOID NTAPI good_letter(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const char *mode = irp ? "alone" : "together";

	if (mode[0] == 'a')
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (irp)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_letter(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const char *mode = irp ? "alone" : "together";

	if (mode[0] == 't')
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (irp)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "the other" } */
}	/* { dg-warning "'ext->lock' is still held at return" "the other" } */

VOID NTAPI good_second_letter(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const char *mode = irp ? "wr" : "wx";

	if (mode[1] == 'r')
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (irp)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_second_letter(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const char *mode = irp ? "wr" : "wx";

	if (mode[0] == 'w')
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (irp)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "both" } */

VOID NTAPI good_read_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const char *mode = choose() ? "alone" : "together";

	if (mode[0] == 'a')
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (mode[0] == 'a')
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI good_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const struct mode *mode = irp ? &safe : &fast;

	if (mode->locks)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (irp)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_field(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	const struct mode *mode = irp ? &safe : &fast;

	if (mode->level)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	if (irp)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return" "both" } */
