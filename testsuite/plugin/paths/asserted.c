/* { dg-do compile } */
/* What ASSERT states is so: a way that only its failure takes is none.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

/* Some headers of Windows declare it, too. */
#ifdef _WIN32
__declspec(dllimport)
#endif
VOID NTAPI RtlAssert(PVOID assertion, PVOID file, ULONG line, PCHAR message);
#undef ASSERT
#define ASSERT(e) ((void)((!(e)) ? (RtlAssert(#e, __FILE__, __LINE__, 0), FALSE) : TRUE))

struct ext {
	KSPIN_LOCK lock;
	int busy, count;
};

extern void unseen(void);

DRIVER_STARTIO good_stated, warn_not_stated, good_two_stated, good_flag_read_again, warn_stated_too_late, warn_left_after_it,
	warn_other_way;

VOID NTAPI good_stated(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ASSERT(irp);
	if (irp)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_not_stated(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ASSERT(device);
	if (irp)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "no irp" } */
}

VOID NTAPI good_two_stated(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ASSERT(device && irp);
	if (irp)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* The report of a failure changes nothing.  */
VOID NTAPI good_flag_read_again(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	int was_busy = ext->busy, is_busy;

	ASSERT(ext->count > 0);
	is_busy = ext->busy;
	if (was_busy)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (is_busy)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_stated_too_late(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	if (irp)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "no irp" } */
	ASSERT(irp);
}

/* The program goes on by itself where this is reached.  */
VOID NTAPI warn_left_after_it(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!irp) {
		ASSERT(FALSE);
		return;	/* { dg-warning "'ext->lock' is still held at return" "left" } */
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_other_way(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	ASSERT(!irp);
	if (!irp)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	ext->count++;
}	/* { dg-warning "'ext->lock' is still held at return" "no irp" } */
