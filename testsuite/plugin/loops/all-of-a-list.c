/* { dg-do compile } */
/* { dg-undecided "good_single_list good_double_list good_backwards" } */
/* { dg-undecided "good_kept_on_a_list good_kept_in_a_field" } */
/* { dg-undecided "good_dropped_by_a_helper" } */
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

/* ---- entries that a function gives, each once: which they were nobody can say afterwards ---- */

extern struct node *take_next(struct ext *);
extern void put_back(struct ext *, struct node *);

KDEFERRED_ROUTINE good_each_round, warn_each_round, good_next_but_some, warn_next_but_some, good_kept_on_a_list,
	good_kept_in_a_field, good_dropped_by_a_helper, good_hand_over_hand, good_last_one_dropped;

VOID NTAPI good_each_round(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
}

VOID NTAPI warn_each_round(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		ext->count++;
	}
}	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "never dropped" } */

VOID NTAPI good_next_but_some(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (!node->next) {
			KeReleaseSpinLockFromDpcLevel(&node->lock);
			continue;
		}
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
}

VOID NTAPI warn_next_but_some(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (!node->next)
			continue;
		ext->count++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
}	/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "the last" } */

VOID NTAPI good_kept_on_a_list(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node, *kept = NULL;

	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		node->next = kept;
		kept = node;
	}
	while (kept) {
		node = kept;
		kept = node->next;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		put_back(ext, node);
	}
}

VOID NTAPI good_kept_in_a_field(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	ext->first = NULL;
	while ((node = take_next(ext)) != NULL) {
		if (ext->first)
			continue;
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		ext->first = node;
	}
	if (ext->first)
		KeReleaseSpinLockFromDpcLevel(&ext->first->lock);
}

static void drop_all(struct ext *ext)
{
	struct node *node;

	for (node = ext->first; node; node = node->next)
		KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI good_dropped_by_a_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node;

	ext->first = NULL;
	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		node->next = ext->first;
		ext->first = node;
	}
	drop_all(ext);
}

VOID NTAPI good_hand_over_hand(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node, *before = NULL;

	while ((node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (before)
			KeReleaseSpinLockFromDpcLevel(&before->lock);
		before = node;
	}
	if (before)
		KeReleaseSpinLockFromDpcLevel(&before->lock);
}

VOID NTAPI good_last_one_dropped(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct node *node, *found = NULL;

	while (!found && (node = take_next(ext)) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		if (node->next)
			found = node;
		else
			KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	if (found)
		KeReleaseSpinLockFromDpcLevel(&found->lock);
}
