/* { dg-do compile } */
/* Functions that are no callbacks: what is not known on entry is not held against them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
	BOOLEAN early, keep;
};

void good_helper_that_returns_locked(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
}

void good_helper_that_releases(struct ext *ext)
{
	ext->count--;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_helper_that_drops_and_retakes(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->count = 0;
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

void warn_helper_that_drops_twice(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
	ext->count = 0;
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second release" } */
}

void warn_helper_that_retakes_twice(struct ext *ext)
{
	KeReleaseSpinLock(&ext->lock, ext->irql);
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-note "'ext->lock' acquired here" "retaken" } */
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "retaken again" } */
}

int good_returns_locked_from_two_places(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (ext->count)
		return 0;
	ext->count = 1;
	return 1;
}

void good_every_return_is_free(struct ext *ext, int early)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (early) {
		KeReleaseSpinLock(&ext->lock, ext->irql);
		return;
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_one_return_is_held(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (ext->early) {
		ext->count = 0;
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "early return" } */
	}
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_falls_off_the_end_held(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
	if (!ext->keep)
		KeReleaseSpinLock(&ext->lock, ext->irql);
}		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "end of the function" } */
