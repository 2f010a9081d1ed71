/* A program without a mistake runs as it would without us, and nothing is reported. */
/* run */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include "wdm-lite.h"

#ifdef __i386__
#define RELEASE KfReleaseSpinLock
#define ACQUIRE KfAcquireSpinLock
#else
#define RELEASE KeReleaseSpinLock
#define ACQUIRE KeAcquireSpinLockRaiseToDpc
#endif

struct operations {
	__typeof__(&ACQUIRE) acquire;
	__typeof__(&RELEASE) release;
};

static KSPIN_LOCK lock, other;
static struct operations operations = { ACQUIRE, RELEASE };
static LIST_ENTRY list = { &list, &list };
static int total;

static KSERVICE_ROUTINE service;
DRIVER_INITIALIZE DriverEntry;
DRIVER_DISPATCH create;

static BOOLEAN NTAPI service(struct _KINTERRUPT *interrupt, PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	total += (int)(ULONG_PTR)context;
	KeReleaseSpinLock(&lock, irql);
	return total > 2;
}

NTSTATUS NTAPI create(PDEVICE_OBJECT device, PIRP irp)
{
	KLOCK_QUEUE_HANDLE handle;
	LIST_ENTRY entry;
	ULONG number = 40;
	LARGE_INTEGER big, more;
	KIRQL irql = operations.acquire(&lock);

	if (operations.release != RELEASE || (void *)operations.acquire != (void *)ACQUIRE)
		return STATUS_UNSUCCESSFUL;
	KeAcquireSpinLockAtDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&other);
	operations.release(&lock, irql);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	KeReleaseInStackQueuedSpinLock(&handle);
	ExInterlockedInsertTailList(&list, &entry, &other);
	if (ExInterlockedRemoveHeadList(&list, &other) != &entry)
		return STATUS_UNSUCCESSFUL;
	if (ExInterlockedAddUlong(&number, 2, &other) != 40 || number != 42)
		return STATUS_UNSUCCESSFUL;
	big.QuadPart = 0x7fffffff0ll;
	more.QuadPart = 0x100000011ll;
	if (ExInterlockedAddLargeInteger(&big, more, &other).QuadPart != 0x7fffffff0ll || big.QuadPart != 0x900000001ll)
		return STATUS_UNSUCCESSFUL;
	IoAcquireCancelSpinLock(&irql);
	IoReleaseCancelSpinLock(irql);
	return service(NULL, (PVOID)3) ? STATUS_SUCCESS : STATUS_PENDING;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	KeInitializeSpinLock(&lock);
	KeInitializeSpinLock(&other);
	driver->MajorFunction[IRP_MJ_CREATE] = create;
	return driver->MajorFunction[IRP_MJ_CREATE](NULL, NULL);
}

int main(void)
{
	static DRIVER_OBJECT driver;
	NTSTATUS status;

	setvbuf(stdout, NULL, _IONBF, 0);
	status = DriverEntry(&driver, NULL);
	printf("status %d, total %d\n", (int)status, total);
	/* expect: ^status 0, total 3$ */
	/* expect: 0 violations */
	return 0;
}
