/* { dg-do compile } */
/* A local flag set beside the acquire, and tested where the lock is dropped.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

extern int work(int);

void good_flag_set_to_true(struct ext *ext, int x)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;

	if (work(x)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		locked = TRUE;
	}
	ext->count++;
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_flag_not_set_on_one_path(struct ext *ext, int x)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	if (work(x))
		locked = TRUE;
	ext->count++;
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);
}		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "flag not set" } */

void good_flag_cleared_at_the_release(struct ext *ext, int x)
{
	KIRQL irql;
	BOOLEAN locked = TRUE;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (work(x)) {
		KeReleaseSpinLock(&ext->lock, irql);
		locked = FALSE;
	}
	work(2);
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_flag_not_cleared_at_the_release(struct ext *ext, int x)
{
	KIRQL irql;
	BOOLEAN locked = TRUE;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (work(x)) {
		KeReleaseSpinLock(&ext->lock, irql);
		work(1);
	}
	work(2);
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "flag still set" } */
}

void good_int_flag_of_three_values(struct ext *ext, int x)
{
	KIRQL irql = 0;
	int mode = 0;

	if (x > 10) {
		KeAcquireSpinLock(&ext->lock, &irql);
		mode = 2;
	} else if (x > 5) {
		mode = 1;
	}
	work(mode);
	if (mode == 2)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_int_flag_of_three_values(struct ext *ext, int x)
{
	KIRQL irql = 0;
	int mode = 0;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x > 10) {
		KeReleaseSpinLock(&ext->lock, irql);
		mode = 2;
	} else if (x > 5) {
		mode = 1;
	}
	work(mode);
	if (mode == 2)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "wrong mode" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_flag_is_the_comparison(struct ext *ext, int x)
{
	KIRQL irql = 0;
	BOOLEAN locked = (x != 0);

	if (locked)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (x != 0)
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_flag_through_another(struct ext *ext, int x)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE, again;

	if (x) {
		KeAcquireSpinLock(&ext->lock, &irql);
		locked = TRUE;
	}
	again = locked;
	if (again)
		KeReleaseSpinLock(&ext->lock, irql);
}

/* A saved pointer is the flag: it is not null where the lock is held. */
void good_pointer_as_flag(struct ext *ext, int x)
{
	KIRQL irql = 0;
	struct ext *held = NULL;

	if (x) {
		KeAcquireSpinLock(&ext->lock, &irql);
		held = ext;
	}
	work(x);
	if (held)
		KeReleaseSpinLock(&held->lock, irql);
}
