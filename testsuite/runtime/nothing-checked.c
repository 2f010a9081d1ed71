/* A program that was not instrumented says that nothing was checked.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: plain */
/* exit: 0 */
/* expect: ^the locks work$ */
/* expect: ^spinrule: no lock call was checked: none was executed, or the driver was not compiled with -fplugin-arg-spinrule-instrument$ */

#include "by-hand.h"

int main(void)
{
	KSPIN_LOCK lock, other;
	KLOCK_QUEUE_HANDLE handle;
	KIRQL irql, old;
	LIST_ENTRY list, entry;
	LARGE_INTEGER sum, increment;

	KeInitializeSpinLock(&lock);
	KeInitializeSpinLock(&other);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	KeAcquireSpinLock(&lock, &irql);
	CHECK(irql == PASSIVE_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
	CHECK(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KeAcquireSpinLockAtDpcLevel(&other);
	KeReleaseSpinLockFromDpcLevel(&other);
	KeReleaseSpinLock(&lock, irql);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);

	KeRaiseIrql(APC_LEVEL, &old);
	CHECK(old == PASSIVE_LEVEL && KeGetCurrentIrql() == APC_LEVEL);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
	KeReleaseInStackQueuedSpinLock(&handle);
	CHECK(KeGetCurrentIrql() == APC_LEVEL);
	KeLowerIrql(old);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);

	IoAcquireCancelSpinLock(&irql);
	CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
	IoReleaseCancelSpinLock(irql);

	InitializeListHead(&list);
	ExInterlockedInsertHeadList(&list, &entry, &lock);
	CHECK(ExInterlockedRemoveHeadList(&list, &lock) == &entry);
	sum.QuadPart = 0xffffffff;
	increment.QuadPart = 1;
	CHECK(ExInterlockedAddLargeInteger(&sum, increment, &lock).QuadPart == 0xffffffff);
	CHECK(sum.QuadPart == 0x100000000);
	CHECK(!lock && !other);
	say("the locks work");
	return 0;
}
