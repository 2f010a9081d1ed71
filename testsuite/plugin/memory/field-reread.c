/* { dg-do compile } */
/* { dg-undecided "good_field_tested_twice good_field_tested_both_ways" } */
/* { dg-undecided "good_field_bit good_store_decides good_global_tested_twice" } */
/* A field read twice with nothing in between that may change it, and one that is stored to in between.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int busy;
	int other;
	ULONG flags;
	BOOLEAN started;
};

void good_field_tested_twice(struct ext *ext)
{
	if (ext->busy)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->other++;
	if (ext->busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_field_tested_the_same_way(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->other++;
	if (ext->busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "busy" } */
	else
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_field_tested_both_ways(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->other++;
	if (!ext->busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_field_bit(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->flags & 2)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	if (!(ext->flags & 2))
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_store_decides(struct ext *ext, int x)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (x) {
		ext->started = TRUE;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	} else {
		ext->started = FALSE;
	}
	if (!ext->started)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_store_between(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->busy) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		ext->busy = 0;
	}
	if (!ext->busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "was busy" } */
	else
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_read_once(struct ext *ext)
{
	int busy = ext->busy;

	if (busy)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->busy = 0;
	if (busy)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

static int mode;

void good_global_tested_twice(struct ext *ext)
{
	if (mode)
		KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->other++;
	if (mode)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}

void set_mode(int x)
{
	mode = x;
}
