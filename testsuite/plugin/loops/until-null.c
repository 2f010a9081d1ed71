/* { dg-do compile } */
/* A lock is held as long as the position in a list is not null.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	struct node *next;
	int key;
};

struct list {
	KSPIN_LOCK lock;
	struct node *first;
};

KDEFERRED_ROUTINE good_position, warn_not_at_the_end, warn_not_if_empty;

VOID NTAPI good_position(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	KeAcquireSpinLockAtDpcLevel(&list->lock);
	if (!list->first)
		KeReleaseSpinLockFromDpcLevel(&list->lock);
	for (node = list->first; node;) {
		node->key++;
		if (!node->next)
			KeReleaseSpinLockFromDpcLevel(&list->lock);
		node = node->next;
	}
}

VOID NTAPI warn_not_at_the_end(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	KeAcquireSpinLockAtDpcLevel(&list->lock);
	if (!list->first)
		KeReleaseSpinLockFromDpcLevel(&list->lock);
	for (node = list->first; node;) {
		node->key++;
		if (node->next && node->next->key)
			KeReleaseSpinLockFromDpcLevel(&list->lock); /* { dg-warning "is released but not held" "in a later round" } */
		node = node->next;
	}
}	/* { dg-warning "'list->lock' is still held at return" "one node" } */

VOID NTAPI warn_not_if_empty(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	KeAcquireSpinLockAtDpcLevel(&list->lock);
	for (node = list->first; node;) {
		node->key++;
		if (!node->next)
			KeReleaseSpinLockFromDpcLevel(&list->lock);
		node = node->next;
	}
}	/* { dg-warning "'list->lock' is still held at return" "no node" } */
