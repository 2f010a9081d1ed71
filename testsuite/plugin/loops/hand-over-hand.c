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

/* The IRQL that the first acquire saved is given back by the last release, of a lock of
 * any round.  */
void good_raise_then_hand_over(struct node *node)
{
	struct node *next;
	KIRQL irql;

	KeAcquireSpinLock(&node->lock, &irql);
	while ((next = node->next) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		node = next;
	}
	KeReleaseSpinLock(&node->lock, irql);
}

void good_lower_after_hand_over(struct node *node)
{
	struct node *next;
	KIRQL irql;

	KeAcquireSpinLock(&node->lock, &irql);
	while ((next = node->next) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		node = next;
	}
	KeReleaseSpinLockFromDpcLevel(&node->lock);
	KeLowerIrql(irql);
}

void warn_never_lowered(struct node *node)
{
	struct node *next;
	KIRQL irql;

	KeAcquireSpinLock(&node->lock, &irql);	/* { dg-note "'node->lock' acquired here" "first" } */
	while ((next = node->next) != NULL) {
		KeAcquireSpinLockAtDpcLevel(&next->lock);
		KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "released by 'KeReleaseSpinLockFromDpcLevel'" "first of many" } */
		node = next;
	}
	KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "'node->lock' is acquired by 'KeAcquireSpinLock' but released by 'KeReleaseSpinLockFromDpcLevel'" "stays raised" } */
}
