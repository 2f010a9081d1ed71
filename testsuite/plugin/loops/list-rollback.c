/* { dg-do compile } */
/* { dg-undecided "good_up_to_the_last" } */
/* Locks taken along a list as far as needed, and dropped as far as they were taken.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct node {
	KSPIN_LOCK lock;
	struct node *next;
	int count;
};

KDEFERRED_ROUTINE good_up_to_the_last;

VOID NTAPI good_up_to_the_last(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct node *list = context, *node, *last = NULL;

	for (node = list; node; node = node->next) {
		KeAcquireSpinLockAtDpcLevel(&node->lock);
		last = node;
		if (node->count)
			break;
	}
	for (node = list; node; node = node->next) {
		KeReleaseSpinLockFromDpcLevel(&node->lock);
		if (node == last)
			break;
	}
}
