/* { dg-do compile } */
/* { dg-undecided "good_volatile_pointer" } */
/* Copies of pointers to locks and to what holds them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK spare;
	int count;
};

void good_copy_of_the_object_pointer(struct ext *ext)
{
	struct ext *copy = ext;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	copy->count++;
	KeReleaseSpinLock(&copy->lock, irql);
}

void warn_copy_of_the_object_pointer(struct ext *ext)
{
	struct ext *copy = ext;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "first" } */
	copy->count++;
	KeAcquireSpinLock(&copy->lock, &irql);	/* { dg-warning "(ext|copy)->lock' is acquired while already held .spinrule-double-acquire." "copy" } */
	KeReleaseSpinLock(&copy->lock, irql);
}

void good_pointer_to_the_lock(struct ext *ext)
{
	PKSPIN_LOCK lock = &ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_pointer_to_the_lock(struct ext *ext)
{
	PKSPIN_LOCK lock = &ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock(lock, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "by the pointer" } */
}

void good_pointer_set_to_another_lock(struct ext *ext)
{
	PKSPIN_LOCK lock = &ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
	lock = &ext->spare;
	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
}

void warn_pointer_set_to_another_lock(struct ext *ext)
{
	PKSPIN_LOCK lock = &ext->lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	lock = &ext->spare;
	KeReleaseSpinLock(lock, irql);
	KeReleaseSpinLock(lock, irql);	/* { dg-warning "(lock|spare)' is released but not held .spinrule-release-unheld." "the spare one" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_pointer_as_a_parameter(PKSPIN_LOCK lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
}

void warn_pointer_as_a_parameter(PKSPIN_LOCK lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);		/* { dg-note "lock' acquired here" "first" } */
	KeAcquireSpinLock(lock, &irql);		/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(lock, irql);
}

/* Two parameters may be one lock, and may be two. */
void good_two_parameters(PKSPIN_LOCK a, PKSPIN_LOCK b)
{
	KIRQL irql;

	KeAcquireSpinLock(a, &irql);
	KeAcquireSpinLockAtDpcLevel(b);
	KeReleaseSpinLockFromDpcLevel(b);
	KeReleaseSpinLock(a, irql);
}

void good_context_as_a_lock(PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)context, &irql);
	KeReleaseSpinLock(context, irql);
}

void warn_context_as_a_lock(PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)context, &irql);
	KeReleaseSpinLock(context, irql);
	KeReleaseSpinLock((PKSPIN_LOCK)context, irql);	/* { dg-warning "context' is released but not held .spinrule-release-unheld." "twice" } */
}

void good_through_a_number(struct ext *ext)
{
	ULONG_PTR number = (ULONG_PTR)&ext->lock;
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)number, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_volatile_pointer(struct ext *volatile *where)
{
	KIRQL irql;

	KeAcquireSpinLock(&(*where)->lock, &irql);
	KeReleaseSpinLock(&(*where)->lock, irql);
}
