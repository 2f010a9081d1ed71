/* { dg-do compile } */
/* { dg-undecided "good_each_node good_until_found good_step" } */
/* Iterators of two functions: the lock goes with the position, or is held as long as there is one.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	KSPIN_LOCK lock;
	struct node *next;
	int key;
};

struct list {
	KSPIN_LOCK lock;
	struct node *first;
	int count;
};

static struct node *first_locked(struct node *node)
{
	if (node)
		KeAcquireSpinLockAtDpcLevel(&node->lock);
	return node;
}

static struct node *next_locked(struct node *node)
{
	struct node *next = node->next;

	if (next)
		KeAcquireSpinLockAtDpcLevel(&next->lock);
	KeReleaseSpinLockFromDpcLevel(&node->lock);
	return next;
}

KDEFERRED_ROUTINE good_each_node, good_until_found, warn_until_found, good_list_held, warn_list_held, good_step, warn_step;

VOID NTAPI good_each_node(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	for (node = first_locked(list->first); node; node = next_locked(node))
		node->key++;
}

VOID NTAPI good_until_found(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	for (node = first_locked(list->first); node; node = next_locked(node)) {
		if (node->key == list->count) {
			KeReleaseSpinLockFromDpcLevel(&node->lock);
			break;
		}
	}
}

VOID NTAPI warn_until_found(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	for (node = first_locked(list->first); node; node = next_locked(node)) {
		if (node->key == list->count) {
			KeReleaseSpinLockFromDpcLevel(&node->lock);
			KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "'node->lock' is released but not held .spinrule-release-unheld." "twice" } */
			break;
		}
	}
}

/* The list's lock is held as long as there is a position. */
static struct node *begin(struct list *list)
{
	KeAcquireSpinLockAtDpcLevel(&list->lock);
	if (!list->first)
		KeReleaseSpinLockFromDpcLevel(&list->lock);
	return list->first;
}

static struct node *advance(struct list *list, struct node *node)
{
	if (!node->next)
		KeReleaseSpinLockFromDpcLevel(&list->lock);
	return node->next;
}

VOID NTAPI good_list_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	for (node = begin(list); node; node = advance(list, node))
		node->key = 0;
}

VOID NTAPI warn_list_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct list *list = context;
	struct node *node;

	for (node = begin(list); node; node = advance(list, node)) {
		if (node->key == 3)
			return;		/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "in the middle" } */
	}
}

/* The step is told where it stands, and changes it. */
static void step(struct node **position)
{
	struct node *next = (*position)->next;

	if (next)
		KeAcquireSpinLockAtDpcLevel(&next->lock);
	KeReleaseSpinLockFromDpcLevel(&(*position)->lock);
	*position = next;
}

VOID NTAPI good_step(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *node = ((struct list *)context)->first;

	if (!node)
		return;
	KeAcquireSpinLockAtDpcLevel(&node->lock);
	while (node) {
		node->key++;
		step(&node);
	}
}

VOID NTAPI warn_step(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *node = ((struct list *)context)->first;

	if (!node)
		return;
	KeAcquireSpinLockAtDpcLevel(&node->lock);
	if (node->key == 3)
		return;		/* { dg-warning "'node->lock' is still held at return .spinrule-held-at-return." "before the first step" } */
	while (node) {
		node->key++;
		step(&node);
	}
}
