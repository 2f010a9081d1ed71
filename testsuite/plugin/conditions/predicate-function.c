/* { dg-do compile } */
/* { dg-undecided "good_asked_twice" } */
/* The condition is in a small function of the file, or in one that the compiler is told has no other effect.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	ULONG flags;
	BOOLEAN held;
	int count;
};

extern int work(int);
extern int is_multiprocessor(void) __attribute__((const));

static BOOLEAN needs_lock(struct ext *ext)
{
	return (ext->flags & 8) != 0;
}

static inline BOOLEAN is_held(const struct ext *ext)
{
	return ext->held;
}

static inline void set_held(struct ext *ext, BOOLEAN held)
{
	ext->held = held;
}

static int kind_of(int x)
{
	switch (x) {
	case 1: return 7;
	case 2: return 8;
	default: return 9;
	}
}

DRIVER_STARTIO good_asked_twice, warn_asked_twice, good_set_and_asked, warn_set_and_asked, good_of_a_value, good_const_attribute;

VOID NTAPI good_asked_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (needs_lock(ext))
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	if (needs_lock(ext))
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_asked_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (needs_lock(ext))
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->flags = work(1);
	if (needs_lock(ext))
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "set now" } */
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "clear now" } */

VOID NTAPI good_set_and_asked(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	set_held(ext, FALSE);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		set_held(ext, TRUE);
	}
	ext->count++;
	if (is_held(ext))
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_set_and_asked(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	set_held(ext, FALSE);
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		set_held(ext, FALSE);
	}
	ext->count++;
	if (is_held(ext))
		KeReleaseSpinLock(&ext->lock, ext->irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "not set" } */

VOID NTAPI good_of_a_value(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int x = ext->count;

	if (kind_of(x) == 7)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	work(1);
	if (kind_of(x) == 7)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI good_const_attribute(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (is_multiprocessor())
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	if (is_multiprocessor())
		KeReleaseSpinLock(&ext->lock, ext->irql);
}
