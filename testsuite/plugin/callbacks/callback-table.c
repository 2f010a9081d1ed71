/* { dg-do compile } */
/* Functions that are callbacks because a table of the driver lists them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

static KSPIN_LOCK lock;

static NTSTATUS NTAPI good_create(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_close(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	return STATUS_SUCCESS;	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "by its index" } */
}

static NTSTATUS NTAPI warn_pnp(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "in a row" } */
	return STATUS_SUCCESS;
}

/* Static, const, and copied in a loop. */
static const PDRIVER_DISPATCH Table[IRP_MJ_MAXIMUM_FUNCTION + 1] = {
	[IRP_MJ_CREATE] = good_create,
	[IRP_MJ_CLOSE] = warn_close,
	[IRP_MJ_PNP] = warn_pnp,
};

/* ---- a table of structures, searched ---- */

struct ioctl {
	ULONG code;
	ULONG size;
	PDRIVER_DISPATCH handler;
};

static NTSTATUS NTAPI good_get(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	*(PULONG)irp->AssociatedIrp.SystemBuffer = ext->count;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_set(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (irp->AssociatedIrp.SystemBuffer == NULL)
		return STATUS_INVALID_PARAMETER;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "no buffer" } */
	ext->count = *(PULONG)irp->AssociatedIrp.SystemBuffer;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

static const struct ioctl ioctls[] = {
	{ 0x222000, 4, good_get },
	{ 0x222004, 4, warn_set },
};

NTSTATUS dispatch(PDEVICE_OBJECT device, PIRP irp, ULONG code)
{
	unsigned int i;

	for (i = 0; i < RTL_NUMBER_OF(ioctls); i++) {
		if (ioctls[i].code == code)
			return ioctls[i].handler(device, irp);
	}
	return STATUS_INVALID_DEVICE_REQUEST;
}

/* ---- tables inside tables, a union, a compound literal, a local table ---- */

struct function {
	const char *name;
	struct {
		union {
			PKDEFERRED_ROUTINE dpc;
			PKSERVICE_ROUTINE isr;
		} routine;
		BOOLEAN is_isr;
	} parts[2];
};

static VOID NTAPI warn_dpc_in_union(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "first of the union" } */
}

static BOOLEAN NTAPI warn_isr_in_union(struct _KINTERRUPT *interrupt, PVOID context)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "second of the union" } */
	return TRUE;
}

static const struct function functions[] = {
	{ "both", { { { .dpc = warn_dpc_in_union }, FALSE }, { { .isr = warn_isr_in_union }, TRUE } } },
};

extern void use_functions(const struct function *);
extern void use_ioctl(const struct ioctl *);

static NTSTATUS NTAPI warn_in_a_compound_literal(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "compound literal" } */
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_in_a_local_table(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "local table" } */
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI warn_in_a_static_local_table(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLockFromDpcLevel(&lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "static local table" } */
	return STATUS_SUCCESS;
}

void set_up(PDRIVER_OBJECT driver, int which)
{
	PDRIVER_DISPATCH local[] = { good_create, warn_in_a_local_table };
	static const PDRIVER_DISPATCH kept[] = { good_create, warn_in_a_static_local_table };
	int i;

	for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
		driver->MajorFunction[i] = Table[i] ? Table[i] : local[which];
	driver->MajorFunction[IRP_MJ_POWER] = kept[which];
	use_functions(functions);
	use_ioctl(&(struct ioctl){ 3, 4, warn_in_a_compound_literal });
}
