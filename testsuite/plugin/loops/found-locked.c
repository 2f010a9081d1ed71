/* { dg-do compile } */
/* A search through locks of an array returns with the lock of what it found.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct entry {
	struct entry *next;
	int key;
};

struct table {
	struct {
		KSPIN_LOCK lock;
		struct entry *head;
	} buckets[8];
};

struct entry *good_find(struct table *table, int key)
{
	for (ULONG i = 0; i < 8; i++) {
		struct entry *entry;

		KeAcquireSpinLockAtDpcLevel(&table->buckets[i].lock);
		for (entry = table->buckets[i].head; entry; entry = entry->next)
			if (entry->key == key)
				return entry;
		KeReleaseSpinLockFromDpcLevel(&table->buckets[i].lock);
	}
	return NULL;
}

PKSPIN_LOCK good_find_lock(struct table *table)
{
	for (ULONG i = 0; i < 8; i++) {
		KeAcquireSpinLockAtDpcLevel(&table->buckets[i].lock);
		if (table->buckets[i].head)
			return &table->buckets[i].lock;
		KeReleaseSpinLockFromDpcLevel(&table->buckets[i].lock);
	}
	return NULL;
}

extern int work(struct entry *);

int warn_find(struct table *table, int key)
{
	for (ULONG i = 0; i < 8; i++) {
		KeAcquireSpinLockAtDpcLevel(&table->buckets[i].lock);	/* { dg-note "'table->buckets.i..lock' acquired here" "acquire" } */
		if (work(table->buckets[i].head))
			return 0;	/* { dg-warning "'table->buckets.i..lock' is still held at return" "the same as without" } */
		KeReleaseSpinLockFromDpcLevel(&table->buckets[i].lock);
	}
	return 0;
}
