/* { dg-do compile } */
/* Entries of a ring that are locked one by one, in ever more ways: the walk ends over the budget where it is looked at closely.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct link {
	LIST_ENTRY link, ready;
	KSPIN_LOCK lock;
	LONG references;
	BOOLEAN is_up;
};

struct bundle {
	LIST_ENTRY links;
	struct link *next;
	LONG sending;
};

static KSPIN_LOCK lock;

LONG good_count_ready(struct bundle *bundle, PLIST_ENTRY ready)
{
	struct link *first = bundle->next, *link = first;
	LONG count = 0;

	do {
		KeAcquireSpinLockAtDpcLevel(&link->lock);
		if (link->is_up) {
			InsertTailList(ready, &link->ready);
			link->references++;
			count++;
		}
		KeReleaseSpinLockFromDpcLevel(&link->lock);
		link = (struct link *)link->link.Flink;
		if ((PVOID)link == (PVOID)&bundle->links)
			link = (struct link *)bundle->links.Flink;
	} while (link != first);
	KeAcquireSpinLockAtDpcLevel(&lock);
	bundle->sending = count;
	KeReleaseSpinLockFromDpcLevel(&lock);
	return count;
}

LONG warn_count_ready(struct bundle *bundle, PLIST_ENTRY ready)
{
	struct link *first = bundle->next, *link = first;
	LONG count = 0;

	do {
		KeAcquireSpinLockAtDpcLevel(&link->lock);
		if (link->is_up) {
			InsertTailList(ready, &link->ready);
			link->references++;
			count++;
		}
		KeReleaseSpinLockFromDpcLevel(&link->lock);
		link = (struct link *)link->link.Flink;
		if ((PVOID)link == (PVOID)&bundle->links)
			link = (struct link *)bundle->links.Flink;
	} while (link != first);
	KeAcquireSpinLockAtDpcLevel(&lock);
	bundle->sending = count;
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "acquired where it was to be released" } */
	return count;
}
