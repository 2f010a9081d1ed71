/* { dg-do compile } */
/* Callbacks that take the locks of all entries of a list and then drop them all: which is which cannot be told.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	KSPIN_LOCK lock;
	struct node *next;
	LIST_ENTRY link;
};

struct ext {
	struct node *first;
	LIST_ENTRY list;
	int count;
};

KDEFERRED_ROUTINE good_single_list, warn_never_dropped, warn_dropped_twice, good_double_list, good_backwards;

VOID NTAPI good_single_list(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	for (node = ext->first; node; node = node->next)
		KeAcquireSpinLockAtDpcLevel(&node->lock);
	ext->count++;
	for (node = ext->first; node; node = node->next)
		KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI warn_never_dropped(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	for (node = ext->first; node; node = node->next)
		KeAcquireSpinLockAtDpcLevel(&node->lock);
	ext->count++;
}	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "all of them" } */

VOID NTAPI warn_dropped_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	for (node = ext->first; node; node = node->next)
		KeAcquireSpinLockAtDpcLevel(&node->lock);
	for (node = ext->first; node; node = node->next) {
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "'node->lock' is released but not held .spinrule-release-unheld." "each of them" } */
	}
}

VOID NTAPI good_double_list(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PLIST_ENTRY entry;

	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink)
		KeAcquireSpinLockAtDpcLevel(&CONTAINING_RECORD(entry, struct node, link)->lock);
	ext->count++;
	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink)
		KeReleaseSpinLockFromDpcLevel(&CONTAINING_RECORD(entry, struct node, link)->lock);
}

VOID NTAPI good_backwards(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	PLIST_ENTRY entry;

	for (entry = ext->list.Flink; entry != &ext->list; entry = entry->Flink)
		KeAcquireSpinLockAtDpcLevel(&CONTAINING_RECORD(entry, struct node, link)->lock);
	ext->count++;
	for (entry = ext->list.Blink; entry != &ext->list; entry = entry->Blink)
		KeReleaseSpinLockFromDpcLevel(&CONTAINING_RECORD(entry, struct node, link)->lock);
}
