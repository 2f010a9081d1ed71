/* { dg-do compile } */
/* Lists of entries that are locked one by one, or as a whole and left in between.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	LIST_ENTRY link;
	KSPIN_LOCK lock;
	KIRQL irql;
	int key;
	int dead;
};

struct ext {
	KSPIN_LOCK lock;
	LIST_ENTRY list;
	LIST_ENTRY dead;
	KTIMER timer;
	int count;
};

extern int test(struct node *);
extern void work(struct node *);
extern PVOID allocate(void);

void good_each_under_one_lock(struct ext *ext)
{
	PLIST_ENTRY entry, next;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = next) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		next = entry->Flink;
		if (node->dead) {
			RemoveEntryList(entry);
			InsertTailList(&ext->dead, entry);
		}
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_each_under_one_lock(struct ext *ext)
{
	PLIST_ENTRY entry, next;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = next) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		next = entry->Flink;
		if (node->dead) {
			RemoveEntryList(entry);
			KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second dead one" } */
			work(node);
		}
	}
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "after a dead one" } */
}

/* Dropped to work on one, and from the start again. */
void good_restart(struct ext *ext)
{
	PLIST_ENTRY entry;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
restart:
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		if (test(node)) {
			RemoveEntryList(entry);
			KeReleaseSpinLock(&ext->lock, irql);
			work(node);
			KeAcquireSpinLock(&ext->lock, &irql);
			goto restart;
		}
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_restart(struct ext *ext)
{
	PLIST_ENTRY entry;
	KIRQL irql;

restart:
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "taken below too" } */
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		if (test(node)) {
			RemoveEntryList(entry);
			KeReleaseSpinLock(&ext->lock, irql);
			work(node);
			KeAcquireSpinLock(&ext->lock, &irql);
			goto restart;
		}
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

/* Each node's own lock inside the list's. */
void good_node_inside_list(struct ext *ext)
{
	PLIST_ENTRY entry;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (node->dead) {
			KeReleaseSpinLockFromDpcLevel(&node->lock);
			continue;
		}
		node->key++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_node_inside_list(struct ext *ext)
{
	PLIST_ENTRY entry;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (node->dead) {
			KeReleaseSpinLockFromDpcLevel(&node->lock);
			node->key = 0;
		}
		node->key++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "'node->lock' is released but not held .spinrule-release-unheld." "no continue" } */
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

/* Found: leaves the loop with the node's lock held and the list's dropped. */
struct node *good_find_node(struct ext *ext, int key)
{
	PLIST_ENTRY entry;
	struct node *found = NULL;
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		struct node *node = CONTAINING_RECORD(entry, struct node, link);

		if (node->key == key) {
			found = node;
			break;
		}
	}
	if (found)
		KeAcquireSpinLockAtDpcLevel(&found->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (found)
		found->irql = irql;
	else
		KeLowerIrql(irql);
	return found;
}

/* A list moved away as a whole under the lock and worked on without it. */
void good_splice(struct ext *ext)
{
	LIST_ENTRY local;
	KIRQL irql;

	InitializeListHead(&local);
	KeAcquireSpinLock(&ext->lock, &irql);
	while (!IsListEmpty(&ext->list))
		InsertTailList(&local, RemoveHeadList(&ext->list));
	KeReleaseSpinLock(&ext->lock, irql);
	while (!IsListEmpty(&local))
		work(CONTAINING_RECORD(RemoveHeadList(&local), struct node, link));
}

void warn_splice(struct ext *ext)
{
	LIST_ENTRY local;
	KIRQL irql;

	InitializeListHead(&local);
	KeAcquireSpinLock(&ext->lock, &irql);
	while (!IsListEmpty(&ext->list))
		InsertTailList(&local, RemoveHeadList(&ext->list));
	KeReleaseSpinLock(&ext->lock, irql);
	while (!IsListEmpty(&local))
		work(CONTAINING_RECORD(RemoveHeadList(&local), struct node, link));
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "released above" } */
}

/* Allocated outside, put in under the lock, and thrown away if somebody was faster. */
struct node *good_insert_once(struct ext *ext, int key)
{
	PLIST_ENTRY entry;
	struct node *node, *fresh;
	KIRQL irql;

	fresh = allocate();
	if (!fresh)
		return NULL;
	KeInitializeSpinLock(&fresh->lock);
	fresh->key = key;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		node = CONTAINING_RECORD(entry, struct node, link);
		if (node->key == key) {
			KeReleaseSpinLock(&ext->lock, irql);
			ExFreePoolWithTag(fresh, 0x65646f4e);
			return node;
		}
	}
	InsertTailList(&ext->list, &fresh->link);
	KeReleaseSpinLock(&ext->lock, irql);
	return fresh;
}

struct node *warn_insert_once(struct ext *ext, int key)
{
	PLIST_ENTRY entry;
	struct node *node, *fresh;
	KIRQL irql;

	fresh = allocate();
	if (!fresh)
		return NULL;
	KeInitializeSpinLock(&fresh->lock);
	fresh->key = key;

	KeAcquireSpinLock(&ext->lock, &irql);
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink) {
		node = CONTAINING_RECORD(entry, struct node, link);
		if (node->key == key) {
			ExFreePoolWithTag(fresh, 0x65646f4e);
			KeReleaseSpinLock(&ext->lock, irql);
			break;
		}
	}
	InsertTailList(&ext->list, &fresh->link);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "found one" } */
	return fresh;
}
