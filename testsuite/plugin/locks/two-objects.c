/* { dg-do compile } */
/* { dg-undecided "good_getter_called_each_time" } */
/* { dg-undecided "good_array_and_back good_array_undone" } */
/* Two objects of one type, locked both, in an order, or one only if they are the same.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

void good_second_only_if_different(struct ext *a, struct ext *b)
{
	KIRQL irql;

	KeAcquireSpinLock(&a->lock, &irql);
	if (b != a)
		KeAcquireSpinLockAtDpcLevel(&b->lock);
	a->count = b->count;
	if (b != a)
		KeReleaseSpinLockFromDpcLevel(&b->lock);
	KeReleaseSpinLock(&a->lock, irql);
}

/* That b->lock is no other name of a->lock here follows from the condition. */
void warn_second_released_too_often(struct ext *a, struct ext *b)
{
	KIRQL irql;

	KeAcquireSpinLock(&a->lock, &irql);
	if (b != a) {
		KeAcquireSpinLockAtDpcLevel(&b->lock);
		a->count = b->count;
		KeReleaseSpinLockFromDpcLevel(&b->lock);
	}
	if (b != a)
		KeReleaseSpinLockFromDpcLevel(&b->lock);	/* { dg-warning "'b->lock' is released but not held .spinrule-release-unheld." "once more" } */
	KeReleaseSpinLock(&a->lock, irql);
}

void good_in_order_of_address(struct ext *a, struct ext *b)
{
	struct ext *first = a < b ? a : b, *second = a < b ? b : a;
	KIRQL irql;

	KeAcquireSpinLock(&first->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&second->lock);
	a->count = b->count;
	KeReleaseSpinLockFromDpcLevel(&second->lock);
	KeReleaseSpinLock(&first->lock, irql);
}

void good_in_order_and_by_name(struct ext *a, struct ext *b)
{
	KIRQL irql;

	if (a < b) {
		KeAcquireSpinLock(&a->lock, &irql);
		KeAcquireSpinLockAtDpcLevel(&b->lock);
	} else {
		KeAcquireSpinLock(&b->lock, &irql);
		KeAcquireSpinLockAtDpcLevel(&a->lock);
	}
	a->count = b->count;
	if (a < b) {
		KeReleaseSpinLockFromDpcLevel(&b->lock);
		KeReleaseSpinLock(&a->lock, irql);
	} else {
		KeReleaseSpinLockFromDpcLevel(&a->lock);
		KeReleaseSpinLock(&b->lock, irql);
	}
}

static void swap(struct ext **a, struct ext **b)
{
	struct ext *other = *a;

	*a = *b;
	*b = other;
}

void good_swapped_into_order(struct ext *a, struct ext *b)
{
	if (a > b)
		swap(&a, &b);
	KeAcquireSpinLockAtDpcLevel(&a->lock);
	KeAcquireSpinLockAtDpcLevel(&b->lock);
	KeReleaseSpinLockFromDpcLevel(&b->lock);
	KeReleaseSpinLockFromDpcLevel(&a->lock);
}

/* The object whose lock is held becomes another one in each round. */
KDEFERRED_ROUTINE good_moves_along, warn_moves_along;

struct chain {
	KSPIN_LOCK lock;
	struct chain *next;
};

VOID NTAPI good_moves_along(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct chain *link = context;

	KeAcquireSpinLockAtDpcLevel(&link->lock);
	while (link->next) {
		struct chain *next = link->next;

		KeReleaseSpinLockFromDpcLevel(&link->lock);
		link = next;
		KeAcquireSpinLockAtDpcLevel(&link->lock);
	}
	KeReleaseSpinLockFromDpcLevel(&link->lock);
}

VOID NTAPI warn_moves_along(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct chain *link = context;

	KeAcquireSpinLockAtDpcLevel(&link->lock);
	while (link->next) {
		struct chain *next = link->next;

		KeReleaseSpinLockFromDpcLevel(&link->lock);
		link = next;
		KeAcquireSpinLockAtDpcLevel(&link->lock);
	}
}	/* { dg-warning "'link->lock' is still held at return .spinrule-held-at-return." "the last one" } */

/* A getter may give the same object each time, and need not. */
extern struct ext *ext_of(PVOID);
KDEFERRED_ROUTINE good_getter_called_each_time;

VOID NTAPI good_getter_called_each_time(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	KeAcquireSpinLockAtDpcLevel(&ext_of(context)->lock);
	ext_of(context)->count++;
	KeReleaseSpinLockFromDpcLevel(&ext_of(context)->lock);
}

/* Taken in the order of an array, dropped the other way round, or as far as it came. */
void good_array_and_back(struct ext **all, int n)
{
	int i;

	for (i = 0; i < n; i++)
		KeAcquireSpinLockAtDpcLevel(&all[i]->lock);
	for (i = n - 1; i >= 0; i--)
		KeReleaseSpinLockFromDpcLevel(&all[i]->lock);
}

void good_array_undone(struct ext **all, int n)
{
	int i, done = n;

	for (i = 0; i < n; i++) {
		KeAcquireSpinLockAtDpcLevel(&all[i]->lock);
		if (all[i]->count < 0) {
			done = i + 1;
			break;
		}
	}
	for (i = 0; i < done; i++)
		KeReleaseSpinLockFromDpcLevel(&all[i]->lock);
}
