/* { dg-do compile } */
/* { dg-undecided "good_read_twice good_neighbour_stored_between" } */
/* Flags of one bit and small numbers in bit-fields.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	unsigned locked : 1;
	unsigned mode : 3;
	int count;
};

extern int work(int);

void good_set_beside_the_acquire(struct ext *ext, int x)
{
	ext->locked = 0;
	if (x) {
		KeAcquireSpinLock(&ext->lock, &ext->irql);
		ext->locked = 1;
	}
	ext->count++;
	if (ext->locked)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_set_beside_the_release(struct ext *ext, int x)
{
	ext->locked = 0;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (x) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		ext->locked = 1;
	}
	ext->count++;
	if (ext->locked)
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "bit set" } */
	else
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_read_twice(struct ext *ext)
{
	if (ext->mode == 2)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	if (ext->mode == 2)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_neighbour_stored_between(struct ext *ext)
{
	if (ext->mode == 2)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->locked = 1;
	if (ext->mode == 2)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_read_twice(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->mode == 2)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->count++;
	if (ext->mode != 3)
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "mode is 2" } */
	else
		work(3);
	work(4);
	if (ext->mode == 3)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}
