/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-max-steps=1" } */
/* Each round of a loop drops the lock and takes it again at the IRQL that the round before gave back: the first look decides.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY done;
};

struct transfer {
	LIST_ENTRY link;
	int flags, count;
};

extern void complete(struct transfer *transfer);

/* Who asks for the current IRQL makes the checker follow it.  */
BOOLEAN good_is_raised(void)
{
	return KeGetCurrentIrql() >= DISPATCH_LEVEL;
}

void good_drained(struct ext *ext)
{
	KIRQL irql;

	while (1) {
		struct transfer *transfer;

		KeAcquireSpinLock(&ext->lock, &irql);
		if (ext->done.Flink == &ext->done)
			break;
		transfer = (struct transfer *)ext->done.Flink;
		ext->done.Flink = transfer->link.Flink;
		KeReleaseSpinLock(&ext->lock, irql);
		if (transfer->flags)
			transfer->count++;
		if (transfer->count)
			complete(transfer);
	}
	KeReleaseSpinLock(&ext->lock, irql);
}
