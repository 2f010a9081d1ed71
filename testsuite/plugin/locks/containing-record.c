/* { dg-do compile } */
/* { dg-undecided "good_all_records_then_none" } */
/* Locks reached by CONTAINING_RECORD and by pointer arithmetic.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct request {
	int number;
	KSPIN_LOCK lock;
	LIST_ENTRY link;
	KDPC dpc;
};

extern void use(struct request *);

void good_same_record(PLIST_ENTRY entry)
{
	struct request *request = CONTAINING_RECORD(entry, struct request, link);
	KIRQL irql;

	KeAcquireSpinLock(&request->lock, &irql);
	request->number++;
	KeReleaseSpinLock(&request->lock, irql);
}

void warn_same_record(PLIST_ENTRY entry)
{
	struct request *request = CONTAINING_RECORD(entry, struct request, link);
	KIRQL irql;

	KeAcquireSpinLock(&request->lock, &irql);	/* { dg-note "'request->lock' acquired here" "first" } */
	request->number++;
	KeAcquireSpinLock(&request->lock, &irql);	/* { dg-warning "'request->lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(&request->lock, irql);
}

void good_computed_each_time(PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&CONTAINING_RECORD(entry, struct request, link)->lock, &irql);
	use(CONTAINING_RECORD(entry, struct request, link));
	KeReleaseSpinLock(&CONTAINING_RECORD(entry, struct request, link)->lock, irql);
}

void warn_computed_each_time(PLIST_ENTRY entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&CONTAINING_RECORD(entry, struct request, link)->lock, &irql);
	use(CONTAINING_RECORD(entry, struct request, link));
	KeReleaseSpinLock(&CONTAINING_RECORD(entry, struct request, link)->lock, irql);
	KeReleaseSpinLock(&CONTAINING_RECORD(entry, struct request, link)->lock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "twice" } */
}

KDEFERRED_ROUTINE good_record_of_the_dpc, warn_record_of_the_dpc;

VOID NTAPI good_record_of_the_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct request *request = CONTAINING_RECORD(dpc, struct request, dpc);

	KeAcquireSpinLockAtDpcLevel(&request->lock);
	request->number++;
	KeReleaseSpinLockFromDpcLevel(&request->lock);
}

VOID NTAPI warn_record_of_the_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct request *request = CONTAINING_RECORD(dpc, struct request, dpc);

	KeAcquireSpinLockAtDpcLevel(&request->lock);	/* { dg-note "'request->lock' acquired here" "acquire" } */
	request->number++;
	if (request->number == 7)
		return;		/* { dg-warning "'request->lock' is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLockFromDpcLevel(&request->lock);
}

/* One record after the other: the same words, another lock. */
void good_each_record(PLIST_ENTRY head)
{
	PLIST_ENTRY entry;
	KIRQL irql;

	for (entry = head->Flink; entry != head; entry = entry->Flink) {
		struct request *request = CONTAINING_RECORD(entry, struct request, link);

		KeAcquireSpinLock(&request->lock, &irql);
		use(request);
		KeReleaseSpinLock(&request->lock, irql);
	}
}

void good_all_records_then_none(PLIST_ENTRY head)
{
	PLIST_ENTRY entry;

	for (entry = head->Flink; entry != head; entry = entry->Flink)
		KeAcquireSpinLockAtDpcLevel(&CONTAINING_RECORD(entry, struct request, link)->lock);
	for (entry = head->Flink; entry != head; entry = entry->Flink)
		KeReleaseSpinLockFromDpcLevel(&CONTAINING_RECORD(entry, struct request, link)->lock);
}
