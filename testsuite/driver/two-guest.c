/* two-guest.c - a driver that uses the lock of another driver, two-owner.c, which has a runtime of its own.
 *
 * A "good_" has nothing wrong in it; in a "half_" one driver acquires the lock and the other releases it, which neither
 * runtime sees from both sides.  Both kinds go on in silence.
 *
 * SPDX-License-Identifier: MIT
 */

#include "two.h"

enum { THREADS = 2, ROUNDS = 20000 };

static DRIVER_DISPATCH good_by_itself, good_by_functions, good_nested, good_request_with_own_lock_held, good_released_in_request,
	good_completion, good_called_back, good_cancel_lock, good_at_once, half_released_here, half_released_there,
	half_initialized_here, half_try, warn_released_twice, warn_twice, warn_held, warn_held_there;
static KSTART_ROUTINE works;
static IO_COMPLETION_ROUTINE done, done_with_lock;

const PDRIVER_DISPATCH scenarios[] = {
	good_by_itself, good_by_functions, good_nested, good_request_with_own_lock_held, good_released_in_request,
	good_completion, good_called_back, good_cancel_lock, good_at_once, half_released_here, half_released_there,
	half_initialized_here, half_try, warn_released_twice, warn_twice, warn_held, warn_held_there, NULL
};

static PDRIVER_OBJECT owner_driver;
static struct two_owner owner;
static KSPIN_LOCK own;

/* A dispatch routine or a thread: the kernel's, but not in mingw's headers. */
NTKERNELAPI NTSTATUS NTAPI ObReferenceObjectByName(PUNICODE_STRING name, ULONG attributes, PACCESS_STATE passed, ACCESS_MASK access,
						   POBJECT_TYPE type, KPROCESSOR_MODE mode, PVOID context, PVOID *object);

/* ---- requests to the owner ---- */

static NTSTATUS NTAPI done(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS ask_then(ULONG code, PVOID argument, PIO_COMPLETION_ROUTINE then)
{
	PIRP irp = IoAllocateIrp(owner_driver->DeviceObject->StackSize, FALSE);
	PIO_STACK_LOCATION stack = IoGetNextIrpStackLocation(irp);
	NTSTATUS status;

	stack->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
	stack->Parameters.DeviceIoControl.IoControlCode = code;
	stack->Parameters.DeviceIoControl.Type3InputBuffer = argument;
	IoSetCompletionRoutine(irp, then, NULL, TRUE, TRUE, TRUE);
	status = IoCallDriver(owner_driver->DeviceObject, irp);
	IoFreeIrp(irp);
	return status;
}

static NTSTATUS ask(ULONG code, PVOID argument)
{
	return ask_then(code, argument, done);
}

/* The owner's service is called as this one, with another word for it: \Driver\two-guest-12, \Driver\two-owner-12. */
static NTSTATUS find_owner(PDRIVER_OBJECT driver)
{
	static WCHAR text[64];
	UNICODE_STRING name = { driver->DriverName.Length, sizeof text, text };
	NTSTATUS status;

	if (name.Length > sizeof text)
		return STATUS_NAME_TOO_LONG;
	RtlCopyMemory(text, driver->DriverName.Buffer, name.Length);
	for (ULONG i = 0; i + 4 < name.Length / sizeof(WCHAR); i++)
		if (text[i] == L'g' && text[i + 1] == L'u' && text[i + 4] == L't')
			RtlCopyMemory(text + i, L"owner", 5 * sizeof(WCHAR));
	status = ObReferenceObjectByName(&name, OBJ_CASE_INSENSITIVE, NULL, 0, NULL, KernelMode, NULL, (PVOID *)&owner_driver);
	return NT_SUCCESS(status) ? ask(TWO_GET, &owner) : status;
}

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&own);
	return find_owner(device->DriverObject);
}

void at_unload(void)
{
	ObDereferenceObject(owner_driver);
}

/* The lock works for both: the owner counts once. */
static NTSTATUS answer(PIRP irp, ULONG counter_before)
{
	ask(TWO_VISIT, NULL);
	return complete(irp, *owner.counter == counter_before + 1 ? STATUS_SUCCESS : STATUS_DATA_ERROR, *owner.counter);
}

/* ---- what is right ---- */

static NTSTATUS NTAPI good_by_itself(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql;

	KeAcquireSpinLock(owner.lock, &irql);
	KeReleaseSpinLock(owner.lock, irql);
	return answer(irp, before);
}

static NTSTATUS NTAPI good_by_functions(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;

	owner.release(owner.acquire());
	return answer(irp, before);
}

/* Each driver's lock inside the other's. */
static NTSTATUS NTAPI good_nested(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql, inner;

	KeAcquireSpinLock(&own, &irql);
	inner = owner.acquire();
	owner.release(inner);
	KeReleaseSpinLock(&own, irql);
	irql = owner.acquire();
	KeAcquireSpinLockAtDpcLevel(&own);
	KeReleaseSpinLockFromDpcLevel(&own);
	owner.release(irql);
	KeAcquireSpinLock(&own, &irql);
	KeAcquireSpinLockAtDpcLevel(owner.lock);
	KeReleaseSpinLockFromDpcLevel(owner.lock);
	KeReleaseSpinLock(&own, irql);
	return answer(irp, before);
}

static NTSTATUS NTAPI good_request_with_own_lock_held(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	NTSTATUS status;
	KIRQL irql;

	KeAcquireSpinLock(&own, &irql);
	status = ask(TWO_VISIT, NULL);
	KeReleaseSpinLock(&own, irql);
	return NT_SUCCESS(status) ? answer(irp, before + 1) : complete(irp, status, 0);
}

/* Acquired by the owner before it is in a callback, released by it in one. */
static NTSTATUS NTAPI good_released_in_request(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql = owner.acquire();

	ask(TWO_RELEASE, &irql);
	return answer(irp, before);
}

/* Called by the kernel inside of the owner's dispatch routine. */
static NTSTATUS NTAPI done_with_lock(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(owner.lock, &irql);
	KeReleaseSpinLock(owner.lock, irql);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS NTAPI good_completion(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql;

	ask_then(TWO_NOTHING, NULL, done_with_lock);
	KeAcquireSpinLock(&own, &irql);
	ask_then(TWO_NOTHING, NULL, done_with_lock);
	KeReleaseSpinLock(&own, irql);
	return answer(irp, before);
}

static void called(PVOID context)
{
	KeAcquireSpinLockAtDpcLevel(&own);
	++*(ULONG *)context;
	KeReleaseSpinLockFromDpcLevel(&own);
}

static NTSTATUS NTAPI good_called_back(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter, calls = 0;
	struct two_call call = { called, &calls };

	ask(TWO_CALL, &call);
	return calls == 1 ? answer(irp, before) : complete(irp, STATUS_DATA_ERROR, 0);
}

static NTSTATUS NTAPI good_cancel_lock(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	ask(TWO_VISIT, NULL);
	IoReleaseCancelSpinLock(irql);
	return answer(irp, before + 1);
}

static VOID NTAPI works(PVOID context)
{
	KIRQL irql;

	for (ULONG i = 0; i < ROUNDS; i++)
		if (i % 2) {
			irql = owner.acquire();
			++*owner.counter;
			owner.release(irql);
		} else {
			KeAcquireSpinLock(&own, &irql);
			KeAcquireSpinLockAtDpcLevel(owner.lock);
			++*owner.counter;
			KeReleaseSpinLockFromDpcLevel(owner.lock);
			KeReleaseSpinLock(&own, irql);
		}
}

/* Threads of both at work on one lock. */
static NTSTATUS NTAPI good_at_once(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter, counted = ROUNDS;
	PVOID threads[THREADS];

	if (!NT_SUCCESS(ask(TWO_BEGIN, &counted)))
		return complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
	for (int i = 0; i < THREADS; i++)
		threads[i] = start_thread(works, NULL);
	for (int i = 0; i < THREADS; i++)
		join_thread(threads[i]);
	ask(TWO_END, &counted);
	return answer(irp, before + counted + THREADS * ROUNDS);
}

/* ---- of which each driver sees one half ---- */

static NTSTATUS NTAPI half_released_here(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql = owner.acquire();

	KeReleaseSpinLock(owner.lock, irql);
	return answer(irp, before);
}

static NTSTATUS NTAPI half_released_there(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql;

	KeAcquireSpinLock(owner.lock, &irql);
	owner.release(irql);
	/* The guest's runtime has it still. */
	KeAcquireSpinLock(owner.lock, &irql);
	KeReleaseSpinLock(owner.lock, irql);
	KeAcquireSpinLock(owner.lock, &irql);
	owner.release(irql);
	return answer(irp, before);
}

static NTSTATUS NTAPI half_initialized_here(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql;

	KeAcquireSpinLock(owner.lock, &irql);
	owner.release(irql);
	KeInitializeSpinLock(owner.lock);
	return answer(irp, before);
}

static NTSTATUS NTAPI half_try(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql;

	KeAcquireSpinLock(owner.lock, &irql);
	owner.release(irql);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	if (!KeTryToAcquireSpinLockAtDpcLevel(owner.lock))
		return complete(irp, STATUS_DATA_ERROR, 0);
	KeReleaseSpinLockFromDpcLevel(owner.lock);
	KeLowerIrql(irql);
	return answer(irp, before);
}

/* ---- what is wrong, and seen ---- */

static NTSTATUS NTAPI warn_released_twice(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG before = *owner.counter;
	KIRQL irql = owner.acquire();

	owner.release(irql);
	KeReleaseSpinLock(owner.lock, irql);	/* warn_released_twice: release-unheld 'owner.lock' */
	return answer(irp, before);
}

static NTSTATUS NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql, again;

	KeAcquireSpinLock(owner.lock, &irql);	/* warn_twice: acquired */
	KeAcquireSpinLock(owner.lock, &again);	/* warn_twice: double-acquire 'owner.lock' */
	KeReleaseSpinLock(owner.lock, again);
	KeReleaseSpinLock(owner.lock, irql);
	return answer(irp, *owner.counter);
}

static NTSTATUS NTAPI warn_held(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(owner.lock, &irql);	/* warn_held: acquired */
	return complete(irp, STATUS_SUCCESS, 0);	/* warn_held: held-at-return 'owner.lock' */
}

/* No callback of the owner's ends here: its runtime says it when the owner is unloaded. */
static NTSTATUS NTAPI warn_held_there(PDEVICE_OBJECT device, PIRP irp)
{
	owner.acquire();
	return complete(irp, STATUS_SUCCESS, 0);
}
