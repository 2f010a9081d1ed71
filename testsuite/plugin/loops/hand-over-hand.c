/* { dg-do compile } */
/* { dg-undecided "good_all_nodes_then_none" } */
/* Walks through lists where the next lock is taken before this one is dropped.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	KSPIN_LOCK lock;
	struct node *next;
	int key;
};

/* Silent: which node is held is different in each round. */
struct node *good_find(struct node *head, int key)
{
	struct node *node = head;

	KeAcquireSpinLockAtDpcLevel(&node->lock);
	while (node->key != key && node->next) {
		struct node *next = node->next;

		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		node = next;
	}
	return node;
}

void good_walk_dpc_level(struct node *head)
{
	struct node *node, *next;

	KeAcquireSpinLockAtDpcLevel(&head->lock);
	for (node = head; node->next; node = next) {
		next = node->next;
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		node->key++;
		KeReleaseSpinLockFromDpcLevel(&node->lock);
	}
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}

void warn_walk_forgets_to_step(struct node *head)
{
	struct node *node = head;

	while (node->next) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);	/* { dg-note "'node->lock' acquired here" "first" } */
		node->key++;
		KeAcquireSpinLockAtDpcLevel(&node->lock);	/* { dg-warning "'node->lock' is acquired while already held .spinrule-double-acquire." "the next was meant" } */
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		node = node->next;
	}
}

void good_each_node_in_turn(struct node *head)
{
	struct node *node;
	KIRQL irql;

	for (node = head; node; node = node->next) {
		KeAcquireSpinLock(&node->lock, &irql);
		node->key++;
		KeReleaseSpinLock(&node->lock, irql);
	}
}

void warn_each_node_in_turn(struct node *head)
{
	struct node *node;
	KIRQL irql;

	for (node = head; node; node = node->next) {
		KeAcquireSpinLock(&node->lock, &irql);
		node->key++;
		KeReleaseSpinLock(&node->lock, irql);
		node->key--;
		KeReleaseSpinLock(&node->lock, irql);	/* { dg-warning "'node->lock' is released but not held .spinrule-release-unheld." "twice" } */
	}
}

void good_all_nodes_then_none(struct node *head)
{
	struct node *node;

	for (node = head; node; node = node->next)
		KeAcquireSpinLockAtDpcLevel(&node->lock);
	for (node = head; node; node = node->next)
		KeReleaseSpinLockFromDpcLevel(&node->lock);
}

/* The step between the two makes another lock of the same words. */
void good_words_equal_lock_not(struct node *node)
{
	KeAcquireSpinLockAtDpcLevel(&node->lock);
	node = node->next;
	KeAcquireSpinLockAtDpcLevel(&node->lock);
	KeReleaseSpinLockFromDpcLevel(&node->lock);
}
