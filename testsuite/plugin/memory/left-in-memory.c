/* { dg-do compile } */
/* What a helper came to know it leaves in memory, and the caller, or another helper, looks at that.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	NTSTATUS status;
	BOOLEAN got;
	int count;
	struct ext *current;
};

NTSTATUS validate(struct ext *ext);
struct ext *look_up(int number);

static KSPIN_LOCK print_lock;
static BOOLEAN print_held;

static void print_begin(void)
{
	print_held = KeTryToAcquireSpinLockAtDpcLevel(&print_lock);
}

static void print_end(void)
{
	if (print_held)
		KeReleaseSpinLockFromDpcLevel(&print_lock);
}

void good_try_kept_in_global(int *line)
{
	print_begin();
	++*line;
	print_end();
}

void warn_try_kept_in_global(int *line)
{
	print_begin();
	++*line;
	KeReleaseSpinLockFromDpcLevel(&print_lock);	/* { dg-warning "'print_lock' is released but not held .spinrule-release-unheld." } */
}

void warn_not_released_on_one_way(int *line)
{
	print_begin();
	if (*line)
		print_end();
}	/* { dg-warning "'print_lock' is still held at return .spinrule-held-at-return." } */

static BOOLEAN try_and_keep(struct ext *ext)
{
	ext->got = KeTryToAcquireSpinLockAtDpcLevel(&ext->lock);
	return ext->got;
}

void good_result_and_field_agree(struct ext *ext)
{
	if (!try_and_keep(ext))
		return;
	if (ext->got)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void good_only_the_field_is_looked_at(struct ext *ext)
{
	try_and_keep(ext);
	ext->count++;
	if (ext->got)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

KDEFERRED_ROUTINE warn_only_the_field_is_looked_at;
VOID NTAPI warn_only_the_field_is_looked_at(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	try_and_keep(ext);
	ext->count++;
	if (!ext->got)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." } */
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */

/* A number that only its sign says something about. */
static void begin(struct ext *ext)
{
	NTSTATUS status = validate(ext);

	if (NT_SUCCESS(status))
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->status = status;
}

void good_status_left(struct ext *ext)
{
	begin(ext);
	ext->count++;
	if (NT_SUCCESS(ext->status))
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_status_left(struct ext *ext)
{
	begin(ext);
	ext->count++;
	if (ext->status == STATUS_SUCCESS)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */

/* What is asked before the acquire cannot release the lock. */
DRIVER_STARTIO good_status_left_in_callback, warn_status_left_in_callback;

VOID NTAPI good_status_left_in_callback(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	begin(ext);
	if (NT_SUCCESS(ext->status))
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

VOID NTAPI warn_status_left_in_callback(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	begin(ext);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */

/* An object that was found, and is locked. */
static void find(struct ext *ext)
{
	ext->current = look_up(ext->count);
	if (ext->current)
		KeAcquireSpinLockAtDpcLevel(&ext->current->lock);
}

void good_object_left(struct ext *ext)
{
	find(ext);
	if (!ext->current)
		return;
	ext->current->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->current->lock);
}

void warn_object_left(struct ext *ext)
{
	find(ext);
	if (!ext->current)
		return;
	if (ext->current->count == 9)
		return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLockFromDpcLevel(&ext->current->lock);
}
