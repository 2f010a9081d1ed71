/* { dg-do compile } */
/* C++: a function that is declared with and without its role type, also where others have its name.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

namespace driver {

NTSTATUS NTAPI good_role_second(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI warn_role_second(PDEVICE_OBJECT device, PIRP irp);
DRIVER_DISPATCH good_role_second, warn_role_second;

NTSTATUS NTAPI good_role_second(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *)device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_role_second(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *)device->DeviceExtension;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second" } */
	return STATUS_SUCCESS;
}

/* An overload without the role. */
void good_role_second(struct ext *ext);

void good_role_second(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

}
