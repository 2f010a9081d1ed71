/* { dg-do compile } */
/* Conditions over two values: the smaller or larger of them, and the distance of two places in a ring.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

ULONG ask(int);
LONG ask_signed(int);

void good_smaller(struct ext *ext)
{
	KIRQL irql = 0;
	ULONG room = ask(0), wanted = ask(1), n = room < wanted ? room : wanted;

	if (n > 10)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (n > 10 && room > 5)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_smaller(struct ext *ext)
{
	KIRQL irql = 0;
	ULONG room = ask(0), wanted = ask(1), n = room < wanted ? room : wanted;

	if (n > 10)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (n > 10 && room > 15)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "room is 11 to 15" } */

void good_larger(struct ext *ext)
{
	KIRQL irql = 0;
	LONG x = ask_signed(0), y = ask_signed(1), n = x > y ? x : y;

	if (n < 0)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (n < 0 && y < 0)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_larger(struct ext *ext)
{
	KIRQL irql = 0;
	LONG x = ask_signed(0), y = ask_signed(1), n = x > y ? x : y;

	if (n >= 0)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (n >= 0 && y >= 0)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "only x is" } */

void good_ring(struct ext *ext)
{
	KIRQL irql = 0;
	ULONG head = ask(0) & 31, tail = ask(1) & 31;

	if (head != tail)
		KeAcquireSpinLock(&ext->lock, &irql);
	if ((head - tail) & 31)
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_ring_tested_first(struct ext *ext)
{
	KIRQL irql = 0;
	ULONG head = ask(0) & 31, tail = ask(1) & 31, used = (head - tail) & 31;

	if (used)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (head != tail)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_ring(struct ext *ext)
{
	KIRQL irql = 0;
	ULONG head = ask(0) & 31, tail = ask(1) & 31;

	if (head != tail)
		KeAcquireSpinLock(&ext->lock, &irql);
	if ((head - tail) & 15)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "they are 16 apart" } */

/* The places count on past the ring's size. */
void warn_ring_that_counts_on(struct ext *ext)
{
	KIRQL irql = 0;
	ULONG head = ask(0), tail = ask(1);

	if (head != tail)
		KeAcquireSpinLock(&ext->lock, &irql);
	if ((head - tail) & 31)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "full" } */
