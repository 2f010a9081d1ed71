/* { dg-do compile } */
/* Switches: each case in its state, and two switches over one value.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

extern int work(int);

void good_every_case_releases(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 1:
		ext->count++;
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	case 2:
		KeReleaseSpinLock(&ext->lock, irql);
		work(code);
		break;
	default:
		KeReleaseSpinLock(&ext->lock, irql);
	}
}

void warn_one_case_forgets(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	switch (code) {
	case 1:
		ext->count++;
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	case 2:
		ext->count--;
		break;
	default:
		KeReleaseSpinLock(&ext->lock, irql);
	}
}		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "case 2" } */

void warn_falls_through(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 1:
		ext->count++;
		KeReleaseSpinLock(&ext->lock, irql);
		/* fall through */
	case 2:
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "from case 1" } */
		break;
	default:
		KeReleaseSpinLock(&ext->lock, irql);
	}
}

void warn_no_default(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	switch (code) {
	case 1:
		ext->count++;
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	case 7:
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	}
}		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "neither case" } */

void good_two_switches(struct ext *ext, int code)
{
	KIRQL irql = 0;

	switch (code) {
	case 3:
	case 9:
		KeAcquireSpinLock(&ext->lock, &irql);
		break;
	default:
		break;
	}
	work(1);
	switch (code) {
	case 3:
	case 9:
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	default:
		break;
	}
}

void warn_two_switches_differ(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 3:
	case 9:
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	default:
		break;
	}
	work(1);
	switch (code) {
	case 3:
		break;
	default:
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "code is 9" } */
		break;
	}
}

void good_switch_then_if(struct ext *ext, int code)
{
	KIRQL irql = 0;

	switch (code) {
	case 1:
	case 2:
		KeAcquireSpinLock(&ext->lock, &irql);
		break;
	}
	work(1);
	if (code == 1 || code == 2)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_switch_then_if(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 1:
	case 2:
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	}
	work(1);
	if (code != 1)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "code is 2" } */
}

void good_range_of_cases(struct ext *ext, int code)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 10 ... 19:
		KeReleaseSpinLock(&ext->lock, irql);
		break;
	}
	work(1);
	if (code < 10 || code > 19)
		KeReleaseSpinLock(&ext->lock, irql);
}
