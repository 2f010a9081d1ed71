/* { dg-do compile } */
/* { dg-undecided "good_down_a_tree" } */
/* Functions that call themselves, or each other.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	struct ext *child;
	int count;
};

void good_free_at_the_call(struct ext *ext, int n)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	if (n)
		good_free_at_the_call(ext, n - 1);
}

void warn_held_at_the_call(struct ext *ext, int n)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	ext->count++;
	if (n)
		warn_held_at_the_call(ext, n - 1);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "takes it again" } */
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

/* The child's lock is another lock. */
void good_down_a_tree(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ext->child)
		good_down_a_tree(ext->child);
	KeReleaseSpinLock(&ext->lock, irql);
}

static void even(struct ext *ext, int n);

static void odd(struct ext *ext, int n)
{
	ext->count++;
	if (n)
		even(ext, n - 1);
}

static void even(struct ext *ext, int n)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	if (n)
		odd(ext, n - 1);
}

void good_two_that_call_each_other(struct ext *ext)
{
	odd(ext, 5);
	even(ext, 4);
}
