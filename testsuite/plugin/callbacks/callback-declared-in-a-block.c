/* { dg-do compile } */
/* A function that has its role type only in a declaration inside a block.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
};

NTSTATUS NTAPI warn_in_a_block(PDEVICE_OBJECT device, PIRP irp);

PVOID dispatch_routine(void)
{
	DRIVER_DISPATCH warn_in_a_block;

	return warn_in_a_block;
}

NTSTATUS NTAPI warn_in_a_block(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "block" } */
	return STATUS_SUCCESS;
}
