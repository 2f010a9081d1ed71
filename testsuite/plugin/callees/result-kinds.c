/* { dg-do compile } */
/* Helpers that say by an enum, an index, an object, an error number, a status or
   through a pointer whether they hold the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

enum outcome { NOT_THERE, THERE_AND_LOCKED, THERE_AND_BUSY };

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
	struct ext *next;
};

KDEFERRED_ROUTINE good_told_by_enum, warn_told_by_enum,
	good_told_by_index, warn_told_by_index, good_zero_is_success, warn_zero_is_success;

static NTSTATUS lock_and_tell(struct ext *ext, BOOLEAN *locked)
{
	*locked = FALSE;
	if (ext->count < 0)
		return STATUS_DEVICE_NOT_READY;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	*locked = TRUE;
	return STATUS_SUCCESS;
}

static enum outcome look(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count == 0) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return NOT_THERE;
	}
	if (ext->count > 10) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return THERE_AND_BUSY;
	}
	return THERE_AND_LOCKED;
}

VOID NTAPI good_told_by_enum(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	switch (look(ext)) {
	case NOT_THERE:
	case THERE_AND_BUSY:
		break;
	case THERE_AND_LOCKED:
		ext->count--;
		KeReleaseSpinLock(&ext->lock, ext->irql);
		break;
	}
}

VOID NTAPI warn_told_by_enum(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	switch (look(ext)) {
	case NOT_THERE:
		break;
	case THERE_AND_BUSY:	/* falls through */
	case THERE_AND_LOCKED:
		ext->count--;
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "busy" } */
		break;
	}
}

/* An index, or -1 and no lock. */
static int find_and_lock(struct ext *exts, int n, int count)
{
	int i;

	for (i = 0; i < n; i++) {
		if (exts[i].count == count)
			break;
	}
	if (i == n)
		return -1;
	KeAcquireSpinLock(&exts->lock, &exts->irql);
	return i;
}

VOID NTAPI good_told_by_index(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int i = find_and_lock(ext, 8, 3);

	if (i < 0)
		return;
	ext[i].count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_told_by_index(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	int i = find_and_lock(ext, 8, 3);

	if (i >= 0)
		ext[i].count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "not found" } */
}

/* The object comes back locked, or null; what is locked is its own lock. */
static struct ext *find_locked(struct ext *ext, int count)
{
	for (; ext; ext = ext->next) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		if (ext->count == count)
			return ext;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
	return NULL;
}

void good_object_comes_back_locked(struct ext *list)
{
	struct ext *ext = find_locked(list, 3);

	if (ext) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

void warn_object_comes_back_locked(struct ext *list)
{
	struct ext *ext = find_locked(list, 3);

	if (ext) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "twice" } */
	}
}

/* FALSE is the success here. */
static int lock_or_error(struct ext *ext)
{
	if (ext->count > 100)
		return -1;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	return 0;
}

VOID NTAPI good_zero_is_success(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (lock_or_error(ext) == 0) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

VOID NTAPI warn_zero_is_success(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	if (lock_or_error(ext) == 0)
		ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "an error" } */
}

DRIVER_DISPATCH good_status_goes_on, warn_status_goes_on;

NTSTATUS NTAPI good_status_goes_on(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN locked;
	NTSTATUS status = lock_and_tell(ext, &locked);

	if (!NT_SUCCESS(status)) {
		irp->IoStatus.Status = status;
		return status;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_status_goes_on(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	BOOLEAN locked;
	NTSTATUS status = lock_and_tell(ext, &locked);

	irp->IoStatus.Status = status;
	if (NT_SUCCESS(status))
		return status;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "wrong way round" } */
	ext->count++;
	return STATUS_SUCCESS;
}

/* A request that waits is looked at later, by who acquires the lock then. */
NTSTATUS good_pending(struct ext *ext, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!ext->next) {
		IoMarkIrpPending(irp);
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_PENDING;
	}
	ext->next = NULL;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS warn_pending(struct ext *ext, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!ext->next) {
		IoMarkIrpPending(irp);
		return STATUS_PENDING;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "with a request pending" } */
	}
	ext->next = NULL;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* Not acquired in time, which is a success as numbers go. */
NTSTATUS good_timeout(struct ext *ext, KIRQL *irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
	if (ext->count) {
		KeReleaseSpinLock(&ext->lock, *irql);
		return STATUS_TIMEOUT;
	}
	return STATUS_SUCCESS;
}

/* What the status says is also said through a pointer. */
KDEFERRED_ROUTINE good_told_by_pointer, warn_told_by_pointer;

VOID NTAPI good_told_by_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN locked;

	lock_and_tell(ext, &locked);
	if (locked) {
		ext->count++;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

VOID NTAPI warn_told_by_pointer(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN locked;

	lock_and_tell(ext, &locked);
	if (locked)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	else
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "not locked" } */
}
