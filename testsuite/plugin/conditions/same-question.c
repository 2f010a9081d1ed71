/* { dg-do compile } */
/* Two ways to ask one thing: differences, masks, casts, the larger of two.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

void good_order(int a, int b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (a > b && a - b <= 0)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_order(int a, int b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (a > b && a - b <= 1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_order_below(int a, int b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (a < b && a - b >= 0)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_order_below(int a, int b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (a < b && a - b >= -1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_pointers(char *at, char *end)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (at < end && end - at <= 0)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_pointers(char *at, char *end)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (at < end && end - at <= 1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_mask_and_cast(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((UCHAR)n == 5 && (n & 0xff) != 5)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_mask_and_cast(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((UCHAR)n == 5 && (n & 0x1ff) != 5)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_cast_and_mask(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((n & 0xff) == 5 && (UCHAR)n != 5)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_cast_and_mask(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((n & 0xff) == 5 && (USHORT)n != 5)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_low_byte(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n == 261 && (UCHAR)n != 5)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_low_byte(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (n == 262 && (UCHAR)n != 5)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_largest(unsigned a, unsigned b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((a > b ? a : b) > 5 && a <= 5 && b <= 5)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_largest(unsigned a, unsigned b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((a > b ? a : b) > 5 && a <= 5 && b <= 6)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_smallest(unsigned a, unsigned b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((a < b ? a : b) > 5 && a <= 5)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_smallest(unsigned a, unsigned b)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((a < b ? a : b) > 5 && a <= 6)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_aligned(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((n & ~3u) == n && (n & 3) != 0)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_aligned(unsigned n)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if ((n & ~3u) == n && (n & 7) != 0)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}
