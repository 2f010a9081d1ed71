/* { dg-do compile } */
/* Threads of a driver: loops without end, and leaving through PsTerminateSystemThread.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	BOOLEAN stop;
};

extern void use(PLIST_ENTRY);
extern void wait_for_work(struct ext *);

KSTART_ROUTINE good_thread, warn_thread_ends_held, warn_thread_takes_it_again, good_thread_without_end;

VOID NTAPI good_thread(PVOID context)
{
	struct ext *ext = context;
	PLIST_ENTRY entry;
	KIRQL irql;

	for (;;) {
		wait_for_work(ext);
		KeAcquireSpinLock(&ext->lock, &irql);
		if (ext->stop)
			break;
		entry = RemoveHeadList(&ext->queue);
		KeReleaseSpinLock(&ext->lock, irql);
		use(entry);
	}
	KeReleaseSpinLock(&ext->lock, irql);
	PsTerminateSystemThread(STATUS_SUCCESS);
}

VOID NTAPI warn_thread_ends_held(PVOID context)
{
	struct ext *ext = context;
	PLIST_ENTRY entry;
	KIRQL irql;

	for (;;) {
		wait_for_work(ext);
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
		if (ext->stop)
			break;
		entry = RemoveHeadList(&ext->queue);
		KeReleaseSpinLock(&ext->lock, irql);
		use(entry);
	}
	PsTerminateSystemThread(STATUS_SUCCESS);	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "thread ends" } */
}

VOID NTAPI warn_thread_takes_it_again(PVOID context)
{
	struct ext *ext = context;
	KIRQL irql;

	for (;;) {
		wait_for_work(ext);
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "next round" } */
		if (IsListEmpty(&ext->queue))
			continue;
		use(RemoveHeadList(&ext->queue));
		KeReleaseSpinLock(&ext->lock, irql);
	}
}

VOID NTAPI good_thread_without_end(PVOID context)
{
	struct ext *ext = context;
	KIRQL irql;

	for (;;) {
		wait_for_work(ext);
		KeAcquireSpinLock(&ext->lock, &irql);
		while (!IsListEmpty(&ext->queue)) {
			PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

			KeReleaseSpinLock(&ext->lock, irql);
			use(entry);
			KeAcquireSpinLock(&ext->lock, &irql);
		}
		KeReleaseSpinLock(&ext->lock, irql);
	}
}
