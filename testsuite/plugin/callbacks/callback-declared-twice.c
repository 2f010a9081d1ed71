/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-x c++" } */
/* A function that is declared with and without its role type: both declarations count, in either order,
   and in C++ also where other functions have its name.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

#ifdef __cplusplus
namespace driver {
#endif

/* A header has prototypes, the file the roles. */
NTSTATUS NTAPI good_role_second(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI warn_role_second(PDEVICE_OBJECT device, PIRP irp);
DRIVER_DISPATCH good_role_second, warn_role_second;

NTSTATUS NTAPI good_role_second(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *) device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_role_second(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *) device->DeviceExtension;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second" } */
	return STATUS_SUCCESS;
}

DRIVER_DISPATCH warn_role_first;
NTSTATUS NTAPI warn_role_first(PDEVICE_OBJECT device, PIRP irp);

NTSTATUS NTAPI warn_role_first(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *) device->DeviceExtension;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "first" } */
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_role_last(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *) device->DeviceExtension;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "last" } */
	return STATUS_SUCCESS;
}

extern DRIVER_DISPATCH warn_role_last;

static NTSTATUS NTAPI warn_static(PDEVICE_OBJECT device, PIRP irp);
static DRIVER_DISPATCH warn_static;

static NTSTATUS NTAPI warn_static(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = (struct ext *) device->DeviceExtension;

	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "static" } */
	return STATUS_SUCCESS;
}

int (*keep_it)() = (int (*)()) warn_static;

/* Another function's role is not its own. */
int good_helper(struct ext *ext);
DRIVER_DISPATCH good_elsewhere;
int good_helper(struct ext *ext);

int good_helper(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return 0;
}

#ifdef __cplusplus
/* An overload without the role. */
void good_role_second(struct ext *ext);

void good_role_second(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

}
#endif
