/* { dg-do compile } */
/* Helpers that return an object and the lock, or null and no lock; the object itself is not tested for null.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct request {
	int key;
	LIST_ENTRY link;
};

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY queue;
	struct request *current;
	struct request spare;
	int count;
};

PLIST_ENTRY good_entry_removed(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (IsListEmpty(&ext->queue)) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return NULL;
	}
	return RemoveHeadList(&ext->queue);
}

struct request *good_record(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (IsListEmpty(&ext->queue)) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return NULL;
	}
	return CONTAINING_RECORD(ext->queue.Flink, struct request, link);
}

struct request *good_field(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!ext->count) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return NULL;
	}
	return ext->current;
}

struct request *good_address(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!ext->count) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return NULL;
	}
	return &ext->spare;
}

/* Null on both ways tells nothing. */
struct request *warn_null_both_ways(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!ext->count) {
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
		return NULL;
	}
	ext->count++;
	return NULL;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "null too" } */
}

KDEFERRED_ROUTINE good_caller, warn_caller;

VOID NTAPI good_caller(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct request *request = good_record(ext);

	if (!request)
		return;
	request->key++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_caller(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct request *request = good_record(ext);

	if (request)
		request->key++;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "queue empty" } */
}
