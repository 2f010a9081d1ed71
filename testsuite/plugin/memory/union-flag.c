/* { dg-do compile } */
/* Flags in a union: cleared through one member, set and tested through another.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef union _CONTROL_WORD {
	ULONG AsUlong;
	struct {
		ULONG Busy : 1;
		ULONG Locked : 1;
		ULONG Kind : 4;
	} Bits;
	UCHAR Bytes[4];
} CONTROL_WORD;

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

extern void touch(struct ext *);

DRIVER_STARTIO good_bits, warn_bits, good_bytes, good_one_member, warn_one_member;

VOID NTAPI good_bits(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	CONTROL_WORD control;

	control.AsUlong = 0;
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		control.Bits.Locked = 1;
	}
	touch(ext);
	if (control.Bits.Locked)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_bits(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	CONTROL_WORD control;

	control.AsUlong = 0;
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		control.Bits.Locked = 1;
	}
	control.AsUlong = 0;
	touch(ext);
	if (control.Bits.Locked)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "cleared again" } */

VOID NTAPI good_bytes(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	CONTROL_WORD control = { 0 };

	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		control.Bytes[1] = 1;
	}
	touch(ext);
	if (control.Bytes[1])
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI good_one_member(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	CONTROL_WORD control;

	control.AsUlong = 0;
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		control.AsUlong |= 2;
	}
	touch(ext);
	if (control.AsUlong & 2)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_one_member(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	CONTROL_WORD control;

	control.AsUlong = 0;
	if (irp) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		control.AsUlong |= 2;
	}
	touch(ext);
	if (control.AsUlong & 4)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "another bit" } */
