/* { dg-do compile } */
/* The same bit of one value tested twice, and two different bits.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define NEED_LOCK  0x04u
#define NEED_FLUSH 0x08u

static KSPIN_LOCK lock;
extern int work(int);

void good_same_bit(ULONG flags)
{
	KIRQL irql = 0;

	if (flags & NEED_LOCK)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (flags & NEED_LOCK)
		KeReleaseSpinLock(&lock, irql);
}

void good_same_bit_negated(ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (flags & NEED_LOCK)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (!(flags & NEED_LOCK))
		KeReleaseSpinLock(&lock, irql);
}

void warn_two_bits(ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (flags & NEED_LOCK)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (!(flags & NEED_FLUSH))
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "bit 2 without bit 3" } */
	else if (!(flags & NEED_LOCK))
		KeReleaseSpinLock(&lock, irql);
}

void good_bit_kept_in_a_boolean(ULONG flags)
{
	KIRQL irql = 0;
	BOOLEAN need = (flags & NEED_LOCK) != 0;

	if (need)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (need)
		KeReleaseSpinLock(&lock, irql);
}

void good_bit_compared_with_itself(ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if ((flags & NEED_LOCK) == NEED_LOCK)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if ((flags & NEED_LOCK) == 0)
		KeReleaseSpinLock(&lock, irql);
}

void warn_bit_tested_the_wrong_way(ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if ((flags & NEED_LOCK) == NEED_LOCK)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if ((flags & NEED_LOCK) != 0)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "bit set" } */
	else
		KeReleaseSpinLock(&lock, irql);
}
