/* { dg-do compile } */
/* { dg-undecided "good_released_by_the_handler good_caught_by_type" } */
/* A lock that is held when an exception is caught: nothing is said of it, and not "pass" either.  */
/* SPDX-License-Identifier: MIT */
extern "C" {
#include "wdm-lite.h"
}

struct ext {
	KSPIN_LOCK lock;
	int count;
};

extern void may_throw (struct ext *);

struct guard {
	PKSPIN_LOCK lock;
	KIRQL irql;

	guard (PKSPIN_LOCK l) : lock (l) { KeAcquireSpinLock (lock, &irql); }
	~guard () { KeReleaseSpinLock (lock, irql); }
};

void good_guarded (struct ext *ext)
{
	try {
		guard g (&ext->lock);
		may_throw (ext);
	} catch (...) {
		ext->count = 0;
	}
}

void good_released_before (struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock (&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock (&ext->lock, irql);
	try {
		may_throw (ext);
	} catch (int) {
		ext->count = 0;
	}
}

void good_lock_within (struct ext *ext)
{
	KIRQL irql;

	try {
		KeAcquireSpinLock (&ext->lock, &irql);
		ext->count++;
		KeReleaseSpinLock (&ext->lock, irql);
		may_throw (ext);
	} catch (int) {
		ext->count = 0;
	}
}

void good_in_the_handler (struct ext *ext)
{
	KIRQL irql;

	try {
		may_throw (ext);
	} catch (...) {
		KeAcquireSpinLock (&ext->lock, &irql);
		ext->count = 0;
		KeReleaseSpinLock (&ext->lock, irql);
	}
}

void good_released_by_the_handler (struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock (&ext->lock, &irql);
	try {
		may_throw (ext);
	} catch (...) {
		ext->count = 0;
	}
	KeReleaseSpinLock (&ext->lock, irql);
}

void good_caught_by_type (struct ext *ext, int x)
{
	KIRQL irql;

	KeAcquireSpinLock (&ext->lock, &irql);
	try {
		if (x > 4)
			throw x;
		ext->count = x;
	} catch (int) {
		ext->count = 0;
	}
	KeReleaseSpinLock (&ext->lock, irql);
}

void warn_not_caught (struct ext *ext)
{
	KIRQL irql;

	try {
		may_throw (ext);
	} catch (...) {
		KeAcquireSpinLock (&ext->lock, &irql);
		KeAcquireSpinLock (&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." } */
		KeReleaseSpinLock (&ext->lock, irql);
	}
}
