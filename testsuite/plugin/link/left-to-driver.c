/* left-to-driver.c - a file whose object carries its lock program: what depends on a function of another file is left to the check of
 * the driver, the rest is reported.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wdm-lite.h"

struct extension {
	KSPIN_LOCK lock;
	int n;
};

void step(int n);

static void step_twice(int n)
{
	step(n);
	step(n + 1);
}

void good_step_between(struct extension *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	step(ext->n);
	KeAcquireSpinLock(&ext->lock, &irql);	/* left: double-acquire */
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_helper_between(struct extension *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	step_twice(ext->n);
	KeAcquireSpinLock(&ext->lock, &irql);	/* left: double-acquire */
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_step_after(struct extension *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeAcquireSpinLock(&ext->lock, &irql);	/* warning: double-acquire */
	KeReleaseSpinLock(&ext->lock, irql);
	step(ext->n);
}

void warn_step_elsewhere(struct extension *ext)
{
	KIRQL irql;

	if (!ext->n) {
		step(0);
		return;
	}
	KeAcquireSpinLock(&ext->lock, &irql);
	KeAcquireSpinLock(&ext->lock, &irql);	/* warning: double-acquire */
	KeReleaseSpinLock(&ext->lock, irql);
}
