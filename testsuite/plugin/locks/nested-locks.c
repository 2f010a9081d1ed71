/* { dg-do compile } */
/* Different locks may nest in any order; each is judged alone.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK outer, inner;

struct ext {
	KSPIN_LOCK queue_lock;
	KSPIN_LOCK state_lock;
	int count;
};

void good_nested(void)
{
	KIRQL irql, irql2;

	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLock(&inner, &irql2);
	KeReleaseSpinLock(&inner, irql2);
	KeReleaseSpinLock(&outer, irql);
}

void warn_inner_is_the_outer(void)
{
	KIRQL irql, irql2;

	KeAcquireSpinLock(&outer, &irql);	/* { dg-note "'outer' acquired here" "outer" } */
	KeAcquireSpinLock(&outer, &irql2);	/* { dg-warning "'outer' is acquired while already held .spinrule-double-acquire." "same lock" } */
	KeReleaseSpinLock(&outer, irql2);
	KeReleaseSpinLock(&outer, irql);
}

void good_inner_at_dpc_level_in_a_struct(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->queue_lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->state_lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
	KeReleaseSpinLock(&ext->queue_lock, irql);
}

void warn_inner_released_twice(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->queue_lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->state_lock);
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
	KeReleaseSpinLockFromDpcLevel(&ext->state_lock);	/* { dg-warning "'ext->state_lock' is released but not held .spinrule-release-unheld." "twice" } */
	KeReleaseSpinLock(&ext->queue_lock, irql);
}

void good_inner_left_on_every_way(struct ext *ext, int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->queue_lock, &irql);
	if (x) {
		KeReleaseSpinLock(&ext->queue_lock, irql);
		return;
	}
	KeAcquireSpinLockAtDpcLevel(&ext->state_lock);
	if (ext->count) {
		KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
		KeReleaseSpinLock(&ext->queue_lock, irql);
		return;
	}
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
	KeReleaseSpinLock(&ext->queue_lock, irql);
}

void warn_inner_forgotten_on_one_way(struct ext *ext, int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->queue_lock, &irql);
	if (x) {
		KeReleaseSpinLock(&ext->queue_lock, irql);
		return;
	}
	KeAcquireSpinLockAtDpcLevel(&ext->state_lock);	/* { dg-note "'ext->state_lock' acquired here" "inner" } */
	if (ext->count) {
		KeReleaseSpinLock(&ext->queue_lock, irql);
		return;		/* { dg-warning "'ext->state_lock' is still held at return .spinrule-held-at-return." "inner" } */
	}
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
	KeReleaseSpinLock(&ext->queue_lock, irql);
}

void warn_outer_forgotten_on_one_way(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->queue_lock, &irql);	/* { dg-note "'ext->queue_lock' acquired here" "outer" } */
	KeAcquireSpinLockAtDpcLevel(&ext->state_lock);
	if (ext->count) {
		KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
		return;		/* { dg-warning "'ext->queue_lock' is still held at return .spinrule-held-at-return." "outer" } */
	}
	ext->count++;
	KeReleaseSpinLockFromDpcLevel(&ext->state_lock);
	KeReleaseSpinLock(&ext->queue_lock, irql);
}

void good_two_objects(struct ext *a, struct ext *b)
{
	KIRQL irql;

	KeAcquireSpinLock(&a->queue_lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&b->queue_lock);
	a->count = b->count;
	KeReleaseSpinLockFromDpcLevel(&b->queue_lock);
	KeReleaseSpinLock(&a->queue_lock, irql);
}

void warn_one_of_two_objects(struct ext *a, struct ext *b)
{
	KIRQL irql;

	KeAcquireSpinLock(&a->queue_lock, &irql);	/* { dg-note "'a->queue_lock' acquired here" "first" } */
	KeAcquireSpinLockAtDpcLevel(&a->queue_lock);	/* { dg-warning "'a->queue_lock' is acquired while already held .spinrule-double-acquire." "b was meant" } */
	a->count = b->count;
	KeReleaseSpinLockFromDpcLevel(&b->queue_lock);
	KeReleaseSpinLock(&a->queue_lock, irql);
}

void good_inner_taken_twice_in_turn(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLockAtDpcLevel(&inner);
	KeReleaseSpinLockFromDpcLevel(&inner);
	KeAcquireSpinLockAtDpcLevel(&inner);
	KeReleaseSpinLockFromDpcLevel(&inner);
	KeReleaseSpinLock(&outer, irql);
}
