/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-role=TICK:irql=DISPATCH -fplugin-arg-spinrule-role=DRIVER_STARTIO:irql=UPTO_DISPATCH" } */
/* { dg-undecided "good_start_io good_named" } */
/* The IRQL at the entry of roles of one's own: at DISPATCH_LEVEL a register of the processor is one value.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef void TICK(KSPIN_LOCK *lock);
typedef void NAMED(KSPIN_LOCK *lock) __attribute__((spinrule_role("NAMED")));
typedef void LIKE_TIMER(KSPIN_LOCK *lock) __attribute__((spinrule_role("IO_TIMER_ROUTINE")));

void elsewhere(void);

static inline ULONG in_dpc(void)
{
	ULONG found;

	__asm__ __volatile__("movl %%gs:0x20, %0" : "=r" (found));
	return found;
}

TICK good_tick, warn_tick;
NAMED good_named;
LIKE_TIMER good_timer;
DRIVER_STARTIO good_start_io;

void good_tick(KSPIN_LOCK *lock)
{
	ULONG before = in_dpc();

	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(lock);
}

void warn_tick(KSPIN_LOCK *lock)
{
	ULONG before = in_dpc();

	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(lock);
	if (!in_dpc())
		KeReleaseSpinLockFromDpcLevel(lock);	/* { dg-warning "'lock' is released but not held" } */
}	/* { dg-warning "'lock' is still held at return" } */

/* The IRQL of a role that an attribute makes is not said.  */
void good_named(KSPIN_LOCK *lock)
{
	ULONG before = in_dpc();

	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(lock);
}

void good_timer(KSPIN_LOCK *lock)
{
	ULONG before = in_dpc();

	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(lock);
}

/* The argument counts, not the row.  */
VOID NTAPI good_start_io(PDEVICE_OBJECT device, PIRP irp)
{
	KSPIN_LOCK *lock = device->DeviceExtension;
	ULONG before = in_dpc();

	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(lock);
}
