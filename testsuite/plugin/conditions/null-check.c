/* { dg-do compile } */
/* Null checks of the same pointer.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	PVOID buffer;
};

extern PVOID get_buffer(struct ext *);
extern void use(PVOID);

void good_null_check_twice(struct ext *ext, PIRP irp)
{
	KIRQL irql = 0;

	if (irp)
		KeAcquireSpinLock(&ext->lock, &irql);
	use(ext);
	if (irp != NULL)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_null_check_reversed(struct ext *ext, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (irp)
		KeReleaseSpinLock(&ext->lock, irql);
	use(ext);
	if (irp != NULL)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "irp is not null" } */
	else
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_null_ends_the_function(struct ext *ext)
{
	KIRQL irql;
	PVOID buffer;

	KeAcquireSpinLock(&ext->lock, &irql);
	buffer = get_buffer(ext);
	if (!buffer) {
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	use(buffer);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_null_ends_the_function(struct ext *ext)
{
	KIRQL irql;
	PVOID buffer;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	buffer = get_buffer(ext);
	if (!buffer)
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "early return" } */
	use(buffer);
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_pointer_tells_that_it_is_held(struct ext *ext, int x)
{
	KIRQL irql;
	PVOID buffer = NULL;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x) {
		buffer = ext;
		KeReleaseSpinLock(&ext->lock, irql);
	}
	if (!buffer)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_pointer_may_be_null_either_way(struct ext *ext, int x)
{
	KIRQL irql;
	PVOID buffer = NULL;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x) {
		buffer = get_buffer(ext);
		KeReleaseSpinLock(&ext->lock, irql);
	}
	if (!buffer)
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "get_buffer failed" } */
}
