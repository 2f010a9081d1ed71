/* A lock that code unseen has released is not held: neither in the order of locks nor where a request is completed.  One that is held
 * is, the next time.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: lock_order=1:complete_while_held=1:history=0 */
/* flags: -Wno-attributes */
/* exit: 66 */
/* expect: ^spinrule: code that is not instrumented, or is another driver's, released a lock: see */
/* expect: ^completed$ */
/* expect: ^spinrule: spin lock 'other' .* is acquired against an order of locks seen before \[spinrule-lock-order\]$ */
/* expect: ^spinrule: 1 violation, [0-9]+ lock calls checked */

#include "by-hand.h"

#ifdef BY_HAND
#define ANNOUNCE() spinrule_completing(SITE_OF("IoCompleteRequest", ""))
#else
#define ANNOUNCE() ((void)0)
#endif

static KSPIN_LOCK lock, other, third;

/* The kernel's part of this program. */
VOID FASTCALL IofCompleteRequest(PIRP irp, CCHAR boost)
{
	(void)irp, (void)boost;
	say("completed");
}

static void release_unseen(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_SEQ_CST);
}

static DRIVER_DISPATCH good_again, good_complete;

static NTSTATUS NTAPI good_again(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	release_unseen();
	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&third);
	KeReleaseSpinLockFromDpcLevel(&third);
	KeReleaseSpinLock(&lock, irql);
	return 0;
}

static void in_order(int is_released)
{
	KIRQL irql;

	KeAcquireSpinLockAtDpcLevel(&lock);
	if (is_released)
		release_unseen();
	KeAcquireSpinLock(&other, &irql);
	KeReleaseSpinLock(&other, irql);
	if (!is_released)
		KeReleaseSpinLockFromDpcLevel(&lock);
}

static void in_other_order(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&other, &irql);
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeReleaseSpinLock(&other, irql);
}

static NTSTATUS NTAPI good_complete(PDEVICE_OBJECT device, PIRP irp)
{
	CALLBACK(DRIVER_DISPATCH);

	KeAcquireSpinLockAtDpcLevel(&lock);
	release_unseen();
	ANNOUNCE(), IofCompleteRequest(irp, 0);
	return 0;
}

int main(void)
{
	good_again(NULL, NULL);
	in_order(1);
	in_other_order();
	good_complete(NULL, NULL);
	in_order(0);
	CHECK(!lock && !other);
	return 0;
}
