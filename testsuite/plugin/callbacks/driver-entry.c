/* { dg-do compile } */
/* DriverEntry is a callback by its name.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern NTSTATUS make_device(PDRIVER_OBJECT);

/* Its failure is the mistake: the twin that releases is good_entry. */
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	KIRQL irql;
	NTSTATUS status;

	KeInitializeSpinLock(&lock);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "acquire" } */
	status = make_device(driver);
	if (!NT_SUCCESS(status))
		return status;		/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "failure" } */
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

DRIVER_INITIALIZE good_entry;

NTSTATUS NTAPI good_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	KIRQL irql;
	NTSTATUS status;

	KeInitializeSpinLock(&lock);
	KeAcquireSpinLock(&lock, &irql);
	status = make_device(driver);
	if (!NT_SUCCESS(status)) {
		KeReleaseSpinLock(&lock, irql);
		return status;
	}
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}
