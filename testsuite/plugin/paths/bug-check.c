/* { dg-do compile } */
/* Calls that stop the machine end the path in peace.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

DRIVER_DISPATCH good_bug_check_while_held, warn_goes_on;

NTSTATUS NTAPI good_bug_check_while_held(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count < 0)
		KeBugCheckEx(0xE2, 1, 2, 3, 4);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

extern void complain(int);

NTSTATUS NTAPI warn_goes_on(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->count < 0) {
		complain(ext->count);
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "complains only" } */
	}
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* Any function that does not return, and the compiler's own. */
extern void stop_here(void) __attribute__((noreturn));

void good_noreturn(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count < 0)
		stop_here();
	if (ext->count > 100)
		__builtin_trap();
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_unreachable(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	switch (ext->count & 1) {
	case 0:
	case 1:
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	__builtin_unreachable();
}

/* Headers may lack the attribute, as <wdm.h> lacks the whole declaration.  */
extern void NTAPI KeBugCheck(ULONG code);

void good_bug_check_without_attribute(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->count < 0) {
		KeBugCheck(0xE2);
		return;
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

extern void NTAPI KeBugCheckLater(ULONG code);

void warn_bug_check_of_own(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->count < 0) {
		KeBugCheckLater(0xE2);
		return;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "comes back" } */
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

/* A function that comes back for some arguments only: behind the call they are others. */
static void __attribute__((noinline)) count(struct ext *ext, int by, int last)
{
	KIRQL irql;

	if (last)
		if (by > 5)
			KeBugCheckEx(0xE2, 1, 2, 3, 4);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count += by;
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_comes_back(struct ext *ext, int by)
{
	KIRQL irql;

	count(ext, by, 1);
	KeAcquireSpinLock(&ext->lock, &irql);
	if (by > 6)
		KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_comes_back(struct ext *ext, int by)
{
	KIRQL irql;

	count(ext, by, 0);
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "acquired here" "comes back" } */
	if (by > 6)
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "already held" "comes back" } */
	KeReleaseSpinLock(&ext->lock, irql);
}
