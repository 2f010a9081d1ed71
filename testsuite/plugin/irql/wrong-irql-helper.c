/* { dg-do compile } */
/* The IRQL of another acquire given back through helpers, and that of the cancel and the numbered locks.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other;
	KIRQL irql;
	int count;
};

static void enter(struct ext *ext, PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

static void leave(struct ext *ext, KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

static KIRQL enter_returning(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	return irql;
}

static void enter_keeping(struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
}

void good_nested(struct ext *ext)
{
	KIRQL outer, inner;

	enter(ext, &outer);
	KeAcquireSpinLock(&ext->other, &inner);
	ext->count++;
	KeReleaseSpinLock(&ext->other, inner);
	leave(ext, outer);
}

void warn_nested(struct ext *ext)
{
	KIRQL irql;

	enter(ext, &irql);
	KeAcquireSpinLock(&ext->other, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->other, irql);
	leave(ext, irql);	/* { dg-warning "lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "overwritten" } */
}

void good_returning(struct ext *ext)
{
	KIRQL outer = enter_returning(ext), inner;

	KeAcquireSpinLock(&ext->other, &inner);
	ext->count++;
	KeReleaseSpinLock(&ext->other, inner);
	KeReleaseSpinLock(&ext->lock, outer);
}

void warn_returning(struct ext *ext)
{
	KIRQL outer = enter_returning(ext), inner;

	KeAcquireSpinLock(&ext->other, &inner);
	ext->count++;
	KeReleaseSpinLock(&ext->other, outer);	/* { dg-warning "'ext->other' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "outer" } */
	KeReleaseSpinLock(&ext->lock, inner);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "inner" } */
}

void good_kept(struct ext *ext)
{
	KIRQL irql;

	enter_keeping(ext);
	KeAcquireSpinLock(&ext->other, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->other, irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_kept(struct ext *ext)
{
	enter_keeping(ext);
	KeAcquireSpinLock(&ext->other, &ext->irql);
	ext->count++;
	KeReleaseSpinLock(&ext->other, ext->irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "overwritten" } */
}

void good_cancel_lock(struct ext *ext)
{
	KIRQL cancel, irql;

	IoAcquireCancelSpinLock(&cancel);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	IoReleaseCancelSpinLock(cancel);
}

void warn_cancel_lock(struct ext *ext)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	IoReleaseCancelSpinLock(irql);	/* { dg-warning "is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "overwritten" } */
}

/* Dropped and taken again through a pointer: the IRQL is saved anew. */
static void wait_unlocked(struct ext *ext, PKIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, *irql);
	ext->count--;
	KeAcquireSpinLock(&ext->lock, irql);
}

void good_saved_anew(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	wait_unlocked(ext, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

/* What was given back is what the next acquire saves. */
void good_first_is_the_same(struct ext *ext)
{
	KIRQL irql, first;

	KeAcquireSpinLock(&ext->lock, &irql);
	first = irql;
	wait_unlocked(ext, &irql);
	KeReleaseSpinLock(&ext->lock, first);
}
