/* { dg-do compile } */
/* Loops of drivers that take work from a queue: held to look, free to work.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	BOOLEAN busy;
	PLIST_ENTRY block;
};

extern void work(PLIST_ENTRY);
extern PLIST_ENTRY first_block(struct ext *);

KDEFERRED_ROUTINE good_drain, warn_drain_not_released_when_empty, warn_drain_retaken_at_the_end,
	good_break_held, warn_break_held_then_retaken, good_release_if_a_block, warn_release_if_a_block,
	good_last_round_behind_a_flag, warn_last_round_behind_a_flag;

VOID NTAPI good_drain(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	for (;;) {
		PLIST_ENTRY entry;

		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		if (IsListEmpty(&ext->queue)) {
			ext->busy = FALSE;
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			return;
		}
		entry = RemoveHeadList(&ext->queue);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
	}
}

VOID NTAPI warn_drain_not_released_when_empty(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	for (;;) {
		PLIST_ENTRY entry;

		KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
		if (IsListEmpty(&ext->queue)) {
			ext->busy = FALSE;
			return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "queue empty" } */
		}
		entry = RemoveHeadList(&ext->queue);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
	}
}

VOID NTAPI good_break_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (!IsListEmpty(&ext->queue)) {
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		if (entry == ext->block)
			break;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	}
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_drain_retaken_at_the_end(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (!IsListEmpty(&ext->queue)) {
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	}
	ext->busy = FALSE;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "never released after the loop" } */

VOID NTAPI warn_break_held_then_retaken(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	for (;;) {
		PLIST_ENTRY entry = RemoveHeadList(&ext->queue);

		if (entry == ext->block)
			break;
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		work(entry);
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	}
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "broke out held" } */
	ext->busy = FALSE;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* Leaves the loop held when there is no block left. */
VOID NTAPI good_release_if_a_block(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PLIST_ENTRY block;

	do {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		block = first_block(ext);
		if (block) {
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			work(block);
		}
	} while (block);
	ext->busy = FALSE;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_release_if_a_block(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PLIST_ENTRY block;

	do {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		block = first_block(ext);
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		if (block)
			work(block);
	} while (block);
	ext->busy = FALSE;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "the loop ends free" } */
}

VOID NTAPI good_last_round_behind_a_flag(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN done = FALSE;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (!done) {
		PLIST_ENTRY entry = first_block(ext);

		if (!entry) {
			done = TRUE;
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
		} else {
			ext->block = entry;
		}
	}
}

VOID NTAPI warn_last_round_behind_a_flag(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN done = FALSE;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (!done) {
		PLIST_ENTRY entry = first_block(ext);

		if (!entry) {
			done = ext->busy;
			KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "not the last round after all" } */
		} else {
			ext->block = entry;
		}
	}
}
