/* { dg-do compile } */
/* A helper that holds the lock if its argument says so and if there is something to lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	KSPIN_LOCK lock;
	int key;
	struct node *next;
};

extern struct node *search(int);

struct node *good_find(int key, BOOLEAN lock)
{
	struct node *found = search(key);

	if (found && lock)
		KeAcquireSpinLockAtDpcLevel(&found->lock);
	return found;
}

struct node *good_find_nested(int key, BOOLEAN lock)
{
	struct node *found = search(key);

	if (found) {
		if (lock)
			KeAcquireSpinLockAtDpcLevel(&found->lock);
	}
	return found;
}

KDEFERRED_ROUTINE good_locked, warn_locked, good_not_locked, warn_not_locked;

VOID NTAPI good_locked(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *node = good_find(3, TRUE);

	if (node)
		KeReleaseSpinLockFromDpcLevel(&node->lock);
}

VOID NTAPI warn_locked(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *node = good_find(3, TRUE);

	if (node)
		node->key++;
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." "found" } */

VOID NTAPI good_not_locked(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *node = good_find(3, FALSE);

	if (node)
		node->key++;
}

VOID NTAPI warn_not_locked(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *node = good_find(3, FALSE);

	if (node)
		KeReleaseSpinLockFromDpcLevel(&node->lock);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "not asked for" } */
}
