/* two-owner.c - the driver that has the lock, and threads of its own that use it; two-guest.c uses it too.
 *
 *     0x801          acquire the lock, count, release it
 *     0x802:ROUNDS   start the threads; each does so many rounds (32 bits, low byte first)
 *     0x803          wait for them; answers how often they counted
 *
 * SPDX-License-Identifier: MIT
 */

#include "two.h"

enum { THREADS = 2 };

static DRIVER_DISPATCH visit, begin, end, asked;
static KSTART_ROUTINE works;

const PDRIVER_DISPATCH scenarios[] = { visit, begin, end, NULL };

static KSPIN_LOCK lock, own;
static volatile ULONG counter;
static ULONG rounds;
static PVOID threads[THREADS];

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	device->DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = asked;
	KeInitializeSpinLock(&lock);
	KeInitializeSpinLock(&own);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

/* ---- for the guest's own threads ---- */

static KIRQL acquire(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* owner acquired */
	return irql;
}

static void release(KIRQL irql)
{
	KeReleaseSpinLock(&lock, irql);
}

/* ---- what the owner does itself ---- */

static void count(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	counter++;
	KeReleaseSpinLock(&lock, irql);
}

static VOID NTAPI works(PVOID context)
{
	KIRQL irql;

	for (ULONG i = 0; i < rounds; i++) {
		if (i % 2) {
			count();
			continue;
		}
		KeAcquireSpinLock(&own, &irql);
		KeAcquireSpinLockAtDpcLevel(&lock);
		counter++;
		KeReleaseSpinLockFromDpcLevel(&lock);
		KeReleaseSpinLock(&own, irql);
	}
}

static NTSTATUS start_all(ULONG count_of_each)
{
	rounds = count_of_each;
	for (int i = 0; i < THREADS; i++) {
		threads[i] = start_thread(works, NULL);
		if (!threads[i])
			return STATUS_INSUFFICIENT_RESOURCES;
	}
	return STATUS_SUCCESS;
}

static ULONG wait_for_all(void)
{
	for (int i = 0; i < THREADS; i++)
		join_thread(threads[i]);
	return THREADS * rounds;
}

static NTSTATUS NTAPI asked(PDEVICE_OBJECT device, PIRP irp)
{
	PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
	PVOID argument = stack->Parameters.DeviceIoControl.Type3InputBuffer;
	NTSTATUS status = STATUS_SUCCESS;

	switch (stack->Parameters.DeviceIoControl.IoControlCode) {
	case TWO_GET:
		*(struct two_owner *)argument = (struct two_owner){ &lock, &counter, acquire, release };
		break;
	case TWO_VISIT:
		count();
		break;
	case TWO_RELEASE:
		KeReleaseSpinLock(&lock, *(KIRQL *)argument);
		break;
	case TWO_NOTHING:
		break;
	case TWO_CALL: {
		struct two_call *call = argument;
		KIRQL irql;

		KeAcquireSpinLock(&lock, &irql);
		call->function(call->context);
		KeReleaseSpinLock(&lock, irql);
		break;
	}
	case TWO_BEGIN:
		status = start_all(*(ULONG *)argument);
		break;
	case TWO_END:
		*(ULONG *)argument = wait_for_all();
		break;
	default:
		status = STATUS_INVALID_DEVICE_REQUEST;
	}
	irp->IoStatus.Status = status;
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return status;
}

/* ---- what the user half asks for ---- */

static NTSTATUS NTAPI visit(PDEVICE_OBJECT device, PIRP irp)
{
	count();
	return complete(irp, STATUS_SUCCESS, counter);
}

static NTSTATUS NTAPI begin(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG length = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.InputBufferLength;

	return complete(irp, start_all(length >= sizeof(ULONG) ? *(ULONG *)irp->AssociatedIrp.SystemBuffer : 10000), 0);
}

static NTSTATUS NTAPI end(PDEVICE_OBJECT device, PIRP irp)
{
	return complete(irp, STATUS_SUCCESS, wait_for_all());
}
