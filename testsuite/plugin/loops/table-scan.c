/* { dg-do compile } */
/* A timer that scans a table: the bucket's lock, the entry's inside, both dropped to work, the dead freed at the end.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define BUCKETS 64

struct entry {
	KSPIN_LOCK lock;
	int state, sent, acknowledged, retries, references;
	LIST_ENTRY link;
	struct entry *next;
};

static struct {
	KSPIN_LOCK lock;
	struct entry *first;
} table[BUCKETS];

extern void transmit(struct entry *);

KDEFERRED_ROUTINE good_scan, warn_scan, warn_bucket, todo_dead;

VOID NTAPI good_scan(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct entry *entry, *next;
	LIST_ENTRY dead;
	int i;

	InitializeListHead(&dead);
	for (i = 0; i < BUCKETS; i++) {
		KeAcquireSpinLockAtDpcLevel(&table[i].lock);
		for (entry = table[i].first; entry; entry = next) {
			next = entry->next;
			KeAcquireSpinLockAtDpcLevel(&entry->lock);
			if (entry->state == 0) {
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				continue;
			}
			if (entry->sent != entry->acknowledged && ++entry->retries > 5) {
				entry->state = 0;
				InsertTailList(&dead, &entry->link);
			} else if (entry->sent != entry->acknowledged) {
				entry->references++;
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				KeReleaseSpinLockFromDpcLevel(&table[i].lock);
				transmit(entry);
				KeAcquireSpinLockAtDpcLevel(&table[i].lock);
				KeAcquireSpinLockAtDpcLevel(&entry->lock);
				next = entry->next;
				entry->references--;
			}
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
		}
		KeReleaseSpinLockFromDpcLevel(&table[i].lock);
	}
	while (!IsListEmpty(&dead)) {
		entry = CONTAINING_RECORD(RemoveHeadList(&dead), struct entry, link);
		KeAcquireSpinLockAtDpcLevel(&entry->lock);
		if (--entry->references > 0) {
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
			continue;
		}
		KeReleaseSpinLockFromDpcLevel(&entry->lock);
		ExFreePoolWithTag(entry, 0x20637274);
	}
}

VOID NTAPI warn_scan(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct entry *entry, *next;
	LIST_ENTRY dead;
	int i;

	InitializeListHead(&dead);
	for (i = 0; i < BUCKETS; i++) {
		KeAcquireSpinLockAtDpcLevel(&table[i].lock);
		for (entry = table[i].first; entry; entry = next) {
			next = entry->next;
			KeAcquireSpinLockAtDpcLevel(&entry->lock);
			if (entry->state == 0) {
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				continue;
			}
			if (entry->sent != entry->acknowledged && ++entry->retries > 5) {
				entry->state = 0;
				InsertTailList(&dead, &entry->link);
			} else if (entry->sent != entry->acknowledged) {
				entry->references++;
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				KeReleaseSpinLockFromDpcLevel(&table[i].lock);
				transmit(entry);
				KeAcquireSpinLockAtDpcLevel(&table[i].lock);
				KeAcquireSpinLockAtDpcLevel(&entry->lock);
				next = entry->next;
				entry->references--;
			}
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
			KeReleaseSpinLockFromDpcLevel(&entry->lock);	/* { dg-warning "'entry->lock' is released but not held .spinrule-release-unheld." "twice" } */
		}
		KeReleaseSpinLockFromDpcLevel(&table[i].lock);
	}
	while (!IsListEmpty(&dead)) {
		entry = CONTAINING_RECORD(RemoveHeadList(&dead), struct entry, link);
		KeAcquireSpinLockAtDpcLevel(&entry->lock);
		if (--entry->references > 0) {
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
			continue;
		}
		KeReleaseSpinLockFromDpcLevel(&entry->lock);
		ExFreePoolWithTag(entry, 0x20637274);
	}
}

VOID NTAPI warn_bucket(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct entry *entry, *next;
	LIST_ENTRY dead;
	int i;

	InitializeListHead(&dead);
	for (i = 0; i < BUCKETS; i++) {
		KeAcquireSpinLockAtDpcLevel(&table[i].lock);
		for (entry = table[i].first; entry; entry = next) {
			next = entry->next;
			KeAcquireSpinLockAtDpcLevel(&entry->lock);
			if (entry->state == 0) {
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				continue;
			}
			if (entry->sent != entry->acknowledged && ++entry->retries > 5) {
				entry->state = 0;
				InsertTailList(&dead, &entry->link);
			} else if (entry->sent != entry->acknowledged) {
				entry->references++;
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				KeReleaseSpinLockFromDpcLevel(&table[i].lock);
				transmit(entry);
				KeAcquireSpinLockAtDpcLevel(&table[i].lock);
				KeAcquireSpinLockAtDpcLevel(&entry->lock);
				next = entry->next;
				entry->references--;
			}
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
		}
		KeReleaseSpinLockFromDpcLevel(&table[i].lock);
		KeReleaseSpinLockFromDpcLevel(&table[i].lock);	/* { dg-warning "'table.i..lock' is released but not held .spinrule-release-unheld." "twice" } */
	}
	while (!IsListEmpty(&dead)) {
		entry = CONTAINING_RECORD(RemoveHeadList(&dead), struct entry, link);
		KeAcquireSpinLockAtDpcLevel(&entry->lock);
		if (--entry->references > 0) {
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
			continue;
		}
		KeReleaseSpinLockFromDpcLevel(&entry->lock);
		ExFreePoolWithTag(entry, 0x20637274);
	}
}

VOID NTAPI todo_dead(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct entry *entry, *next;
	LIST_ENTRY dead;
	int i;

	InitializeListHead(&dead);
	for (i = 0; i < BUCKETS; i++) {
		KeAcquireSpinLockAtDpcLevel(&table[i].lock);
		for (entry = table[i].first; entry; entry = next) {
			next = entry->next;
			KeAcquireSpinLockAtDpcLevel(&entry->lock);
			if (entry->state == 0) {
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				continue;
			}
			if (entry->sent != entry->acknowledged && ++entry->retries > 5) {
				entry->state = 0;
				InsertTailList(&dead, &entry->link);
			} else if (entry->sent != entry->acknowledged) {
				entry->references++;
				KeReleaseSpinLockFromDpcLevel(&entry->lock);
				KeReleaseSpinLockFromDpcLevel(&table[i].lock);
				transmit(entry);
				KeAcquireSpinLockAtDpcLevel(&table[i].lock);
				KeAcquireSpinLockAtDpcLevel(&entry->lock);
				next = entry->next;
				entry->references--;
			}
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
		}
		KeReleaseSpinLockFromDpcLevel(&table[i].lock);
	}
	while (!IsListEmpty(&dead)) {
		entry = CONTAINING_RECORD(RemoveHeadList(&dead), struct entry, link);
		KeAcquireSpinLockAtDpcLevel(&entry->lock);
		if (--entry->references > 0) {
			KeReleaseSpinLockFromDpcLevel(&entry->lock);
			entry->state = 1;
		}
		KeReleaseSpinLockFromDpcLevel(&entry->lock);	/* no continue: whether the list of the dead holds anything is not known */
		ExFreePoolWithTag(entry, 0x20637274);
	}
}
