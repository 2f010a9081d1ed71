/* { dg-do compile } */
/* A helper returns, locked, the object that a list entry lies in: what it returns is an address beside the one it
   found.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct entry {
	int key;
	LIST_ENTRY link;
	int users;
	KSPIN_LOCK lock;
};

struct table {
	KSPIN_LOCK lock;
	LIST_ENTRY entries;
};

LIST_ENTRY *pop(struct table *table);

static struct entry *find_locked(struct table *table, int key)
{
	KeAcquireSpinLockAtDpcLevel(&table->lock);
	for (LIST_ENTRY *link = table->entries.Flink; link != &table->entries; link = link->Flink) {
		struct entry *entry = CONTAINING_RECORD(link, struct entry, link);

		if (entry->key == key) {
			KeAcquireSpinLockAtDpcLevel(&entry->lock);
			KeReleaseSpinLockFromDpcLevel(&table->lock);
			return entry;
		}
	}
	KeReleaseSpinLockFromDpcLevel(&table->lock);
	return NULL;
}

void good_found_in_a_list(struct table *table)
{
	struct entry *entry = find_locked(table, 3);

	if (!entry)
		return;
	entry->users++;
	KeReleaseSpinLockFromDpcLevel(&entry->lock);
}

void warn_found_in_a_list(struct table *table)
{
	struct entry *entry = find_locked(table, 3);

	if (!entry)
		return;
	if (entry->users++)
		return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLockFromDpcLevel(&entry->lock);
}

static struct entry *pop_locked(struct table *table)
{
	LIST_ENTRY *link = pop(table);
	struct entry *entry;

	if (!link)
		return NULL;
	entry = CONTAINING_RECORD(link, struct entry, link);
	KeAcquireSpinLockAtDpcLevel(&entry->lock);
	return entry;
}

void good_popped(struct table *table)
{
	struct entry *entry = pop_locked(table);

	if (entry)
		KeReleaseSpinLockFromDpcLevel(&entry->lock);
}

void warn_popped(struct table *table)
{
	struct entry *entry = pop_locked(table);

	if (entry) {
		KeReleaseSpinLockFromDpcLevel(&entry->lock);
		KeReleaseSpinLockFromDpcLevel(&entry->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." } */
	}
}
