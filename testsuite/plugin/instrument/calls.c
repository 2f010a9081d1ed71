/* Calls in all places of a function; each goes to the wrapper. */
/* refers: spinrule_KeInitializeSpinLock spinrule_KeAcquireSpinLockAtDpcLevel|spinrule_KefAcquireSpinLockAtDpcLevel */
/* refers: spinrule_KeAcquireSpinLockRaiseToDpc|spinrule_KfAcquireSpinLock spinrule_KeReleaseSpinLock|spinrule_KfReleaseSpinLock */
/* refers: spinrule_ExInterlockedInsertTailList|spinrule_ExfInterlockedInsertTailList spinrule_KeAcquireInStackQueuedSpinLock */
/* refers: spinrule_IoAcquireCancelSpinLock spinrule_IoReleaseCancelSpinLock spinrule_ExRaiseStatus */
/* refers: spinrule_ExInterlockedAddLargeInteger */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY list;
	LARGE_INTEGER total;
	int count;
};

static KSPIN_LOCK global;

#define LOCK(e) KeAcquireSpinLock(&(e)->lock, &irql)
#define UNLOCK(e) KeReleaseSpinLock(&(e)->lock, irql)

void in_loops(struct ext *ext, int n)
{
	KIRQL irql;

	KeInitializeSpinLock(&ext->lock);
	while (n-- > 0) {
		LOCK(ext);
		if (ext->count == n) {
			UNLOCK(ext);
			continue;
		}
		ext->count++;
		UNLOCK(ext);
	}
	do
		KeAcquireSpinLockAtDpcLevel(&global), KeReleaseSpinLockFromDpcLevel(&global);
	while (ext->count-- > 0);
}

KIRQL as_value(struct ext *ext, int n)
{
	KIRQL irql;

	if ((KeAcquireSpinLock(&ext->lock, &irql)) > DISPATCH_LEVEL)
		return 1;
	return n ? KeReleaseSpinLock(&ext->lock, irql), n : irql;
}

PLIST_ENTRY nested_arguments(struct ext *ext, PLIST_ENTRY entry, LARGE_INTEGER more)
{
	KLOCK_QUEUE_HANDLE handle;
	LARGE_INTEGER before;

	before = ExInterlockedAddLargeInteger(&ext->total, more, &ext->lock);
	KeAcquireInStackQueuedSpinLock(before.QuadPart ? &ext->lock : &global, &handle);
	KeReleaseInStackQueuedSpinLock(&handle);
	return ExInterlockedInsertTailList(ExInterlockedInsertHeadList(&ext->list, entry, &global), entry, &global);
}

int in_switch(struct ext *ext, int n)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	switch (n) {
	case 1:
		IoReleaseCancelSpinLock(irql);
		return 2;
	case 5:
		ExRaiseStatus(STATUS_UNSUCCESSFUL);
	case 7:
		ext->count = 3;
		/* fall through */
	default:
		IoReleaseCancelSpinLock(irql);
	}
	return KeTryToAcquireSpinLockAtDpcLevel(&ext->lock) ? 1 : 0;
}

void never_returns(void)
{
	ExRaiseStatus(STATUS_UNSUCCESSFUL);
}

static inline __attribute__((always_inline)) void unlock(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

void inlined(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	unlock(ext, irql);
}
