/* { dg-do compile } */
/* A function of another file that gets the saved IRQL may release the lock; one that
 * cannot get it does not, and neither does one after which the caller releases it. */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
static int busy;
static LIST_ENTRY queue, entry;

extern void finish(KIRQL irql);
extern void keep(KIRQL *where);
extern void note(int what);

void good_handed_by_value(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (busy) {
		finish(irql);
		return;
	}
	KeReleaseSpinLock(&lock, irql);
}

void warn_not_handed(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "acquired here" } */
	if (busy) {
		note(busy);
		return;	/* { dg-warning "still held at return" } */
	}
	KeReleaseSpinLock(&lock, irql);
}

void good_handed_and_taken_again(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (busy) {
		finish(irql);
		KeAcquireSpinLock(&lock, &irql);
	}
	KeReleaseSpinLock(&lock, irql);
}

void good_address_of_the_irql(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	keep(&irql);
}

/* A DDI that takes the lock for a moment leaves nothing to release: the release after it
 * shows that the lock is still held there. */
void warn_momentary_after_call(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "acquired here" } */
	finish(irql);
	ExInterlockedInsertTailList(&queue, &entry, &lock);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}
