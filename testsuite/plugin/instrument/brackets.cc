// Calls that stay, between two events: where they may throw, where nothing takes the result, and with an IRQL
// through a pointer.
//
// SPDX-License-Identifier: MIT
/* refers: spinrule_before */
/* refers: spinrule_after */
/* keeps: NdisAcquireSpinLock */
#include "wdm-lite.h"

struct ndis_spin_lock {
	KSPIN_LOCK lock;
	KIRQL irql;
};

extern "C" {
VOID NTAPI NdisAcquireSpinLock(ndis_spin_lock *lock);
VOID NTAPI NdisReleaseSpinLock(ndis_spin_lock *lock);
#ifndef _WIN32
KIRQL NTAPI KeAcquireInterruptSpinLock(struct _KINTERRUPT *interrupt);
VOID NTAPI KeReleaseInterruptSpinLock(struct _KINTERRUPT *interrupt, KIRQL irql);
#endif
BOOLEAN NTAPI WdfInterruptTryToAcquireLock(void *interrupt);
VOID NTAPI WdfInterruptReleaseLock(void *interrupt);
VOID NTAPI IoAcquireVpbSpinLock(PKIRQL irql);
VOID NTAPI IoReleaseVpbSpinLock(KIRQL irql);
ULONG NTAPI StorPortAcquireSpinLock(void *extension, ULONG kind, void *context, void *handle);
VOID NTAPI StorPortReleaseSpinLock(void *extension, void *handle);
}

extern void looked_at(int value);

struct trace {
	int value;
	~trace() { looked_at(value); }
};

KIRQL saved;
int count;

void may_throw(ndis_spin_lock *lock)
{
	trace out = { 1 };

	NdisAcquireSpinLock(lock);
	count++;
	NdisReleaseSpinLock(lock);
}

int caught(ndis_spin_lock *lock)
{
	try {
		NdisAcquireSpinLock(lock);
		NdisReleaseSpinLock(lock);
	} catch (...) {
		return 1;
	}
	return 0;
}

void to_memory(struct _KINTERRUPT *interrupt)
{
	trace out = { 2 };

	saved = KeAcquireInterruptSpinLock(interrupt);
	count++;
	KeReleaseInterruptSpinLock(interrupt, saved);
}

void dropped(struct _KINTERRUPT *interrupt)
{
	KeAcquireInterruptSpinLock(interrupt);
	WdfInterruptTryToAcquireLock(interrupt);
	WdfInterruptReleaseLock(interrupt);
}

int in_a_loop(void *interrupt)
{
	while (!WdfInterruptTryToAcquireLock(interrupt))
		if (count++ > 10)
			return 0;
	WdfInterruptReleaseLock(interrupt);
	return 1;
}

void through(PKIRQL where)
{
	KIRQL irql;

	IoAcquireVpbSpinLock(&irql);
	IoReleaseVpbSpinLock(irql);
	IoAcquireVpbSpinLock(where);
	IoReleaseVpbSpinLock(*where);
}

void by_kind(void *extension, ULONG kind, void *dpc)
{
	struct {
		int kind;
		void *lock, *context;
	} handle;

	StorPortAcquireSpinLock(extension, 1, dpc, &handle);
	StorPortReleaseSpinLock(extension, &handle);
	StorPortAcquireSpinLock(extension, 2, NULL, &handle);
	StorPortReleaseSpinLock(extension, &handle);
	StorPortAcquireSpinLock(extension, kind, dpc, &handle);
	StorPortReleaseSpinLock(extension, &handle);
}
