/* Callbacks whose control flow is out of the ordinary. */
/* refers: spinrule_callback_enter spinrule_callback_leave spinrule_driver_entry */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int next(int);
extern void *buffer[5];

DRIVER_DISPATCH returns_twice, computed_goto, asm_goto, never_returns, loops_for_ever, ends_in_call, outer, starts_in_loop;
DRIVER_CANCEL empty, returns_at_once, jumps_into;
KSYNCHRONIZE_ROUTINE truth;

NTSTATUS NTAPI returns_twice(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	if (__builtin_setjmp(buffer))
		return STATUS_UNSUCCESSFUL;
	KeAcquireSpinLock(&lock, &irql);
	next(1);
	KeReleaseSpinLock(&lock, irql);
	return next(2);
}

NTSTATUS NTAPI computed_goto(PDEVICE_OBJECT device, PIRP irp)
{
	static void *const labels[] = { &&first, &&second, &&out };
	NTSTATUS status = 3;

	goto *labels[next(0)];
first:
	status = next(1);
	goto *labels[status];
second:
	if (next(2))
		return 5;
out:
	return status;
}

NTSTATUS NTAPI asm_goto(PDEVICE_OBJECT device, PIRP irp)
{
	__asm__ goto("" : : "r"(device) : : away);
	return 1;
away:
	return 2;
}

NTSTATUS NTAPI never_returns(PDEVICE_OBJECT device, PIRP irp)
{
	ExRaiseStatus(STATUS_UNSUCCESSFUL);
}

NTSTATUS NTAPI loops_for_ever(PDEVICE_OBJECT device, PIRP irp)
{
	for (;;)
		next(3);
}

NTSTATUS NTAPI ends_in_call(PDEVICE_OBJECT device, PIRP irp)
{
	return computed_goto(device, irp);
}

NTSTATUS NTAPI outer(PDEVICE_OBJECT device, PIRP irp)
{
	__label__ away;
	NTSTATUS status = next(1);

	void inner(int n)
	{
		KIRQL irql;

		KeAcquireSpinLock(&lock, &irql);
		status += n;
		KeReleaseSpinLock(&lock, irql);
		if (n > 3)
			goto away;
	}

	inner(next(4));
	return status;
away:
	return 7;
}

NTSTATUS NTAPI starts_in_loop(PDEVICE_OBJECT device, PIRP irp)
{
again:
	if (next(1))
		goto again;
	return next(2);
}

VOID NTAPI empty(PDEVICE_OBJECT device, PIRP irp)
{
}

VOID NTAPI returns_at_once(PDEVICE_OBJECT device, PIRP irp)
{
	return;
}

VOID NTAPI jumps_into(PDEVICE_OBJECT device, PIRP irp)
{
	int i = 0;

	if (next(1))
		goto inside;
	for (; i < 5; i++) {
inside:
		if (next(i))
			return;
	}
}

BOOLEAN NTAPI truth(PVOID context)
{
	return next(1) && next(2);
}

/* More than one value comes back, and the arguments are changed and have their address taken. */
struct big { int a[20]; };
extern void change(void *);

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	change(&driver);
	change(&path);
	driver->MajorFunction[IRP_MJ_READ] = returns_twice;
	return STATUS_SUCCESS;
}
