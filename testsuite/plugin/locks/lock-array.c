/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-fsanitize=undefined" } */
/* Locks in arrays: constant indexes are told apart, variable ones only where they are the same value.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define SLOTS 8

static KSPIN_LOCK locks[SLOTS];

struct slot {
	KSPIN_LOCK lock;
	int count;
};

struct ext {
	struct slot slots[SLOTS];
	KSPIN_LOCK locks[2];
};

extern int next_slot(int);

void good_constant_indexes(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[0], &irql);
	KeAcquireSpinLockAtDpcLevel(&locks[1]);
	KeReleaseSpinLockFromDpcLevel(&locks[1]);
	KeReleaseSpinLock(&locks[0], irql);
}

void warn_constant_indexes(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[1], &irql);	/* { dg-note "'locks.1.' acquired here" "first" } */
	KeAcquireSpinLockAtDpcLevel(&locks[1]);	/* { dg-warning "'locks.1.' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLockFromDpcLevel(&locks[1]);
	KeReleaseSpinLock(&locks[1], irql);
}

void good_same_variable_index(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i], &irql);
	KeReleaseSpinLock(&locks[i], irql);
}

void warn_same_variable_index(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i], &irql);	/* { dg-note "'locks.i.' acquired here" "first" } */
	KeAcquireSpinLock(&locks[i], &irql);	/* { dg-warning "'locks.i.' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(&locks[i], irql);
}

void warn_same_variable_index_released_twice(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i], &irql);
	KeReleaseSpinLock(&locks[i], irql);
	KeReleaseSpinLock(&locks[i], irql);	/* { dg-warning "'locks.i.' is released but not held .spinrule-release-unheld." "second" } */
}

/* May be the same lock, may be not: nothing is claimed. */
void good_two_variable_indexes(int i, int j)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i], &irql);
	KeAcquireSpinLockAtDpcLevel(&locks[j]);
	KeReleaseSpinLockFromDpcLevel(&locks[j]);
	KeReleaseSpinLock(&locks[i], irql);
}

void good_index_changed_between(int i)
{
	KeAcquireSpinLockAtDpcLevel(&locks[i]);
	i = next_slot(i);
	KeAcquireSpinLockAtDpcLevel(&locks[i]);
	KeReleaseSpinLockFromDpcLevel(&locks[i]);
}

void good_neighbour(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i], &irql);
	KeAcquireSpinLockAtDpcLevel(&locks[i + 1]);
	KeReleaseSpinLockFromDpcLevel(&locks[i + 1]);
	KeReleaseSpinLock(&locks[i], irql);
}

void warn_neighbour(int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&locks[i + 1], &irql);	/* { dg-note "'locks.i . 1.' acquired here" "first" } */
	KeAcquireSpinLockAtDpcLevel(&locks[i + 1]);	/* { dg-warning "'locks.i . 1.' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLockFromDpcLevel(&locks[i + 1]);
	KeReleaseSpinLock(&locks[i + 1], irql);
}

void good_all_then_none(void)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		KeAcquireSpinLockAtDpcLevel(&locks[i]);
	for (i = 0; i < SLOTS; i++)
		KeReleaseSpinLockFromDpcLevel(&locks[i]);
}

void good_each_in_turn(void)
{
	KIRQL irql;
	int i;

	for (i = 0; i < SLOTS; i++) {
		KeAcquireSpinLock(&locks[i], &irql);
		KeReleaseSpinLock(&locks[i], irql);
	}
}

void warn_each_in_turn_released_twice(void)
{
	KIRQL irql;
	int i;

	for (i = 0; i < SLOTS; i++) {
		KeAcquireSpinLock(&locks[i], &irql);
		KeReleaseSpinLock(&locks[i], irql);
		KeReleaseSpinLock(&locks[i], irql);	/* { dg-warning "'locks.i.' is released but not held .spinrule-release-unheld." "second" } */
	}
}

void good_array_of_structs(struct ext *ext, int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->slots[i].lock, &irql);
	ext->slots[i].count++;
	KeReleaseSpinLock(&ext->slots[i].lock, irql);
}

void warn_array_of_structs(struct ext *ext, int i)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->slots[i].lock, &irql);	/* { dg-note "'ext->slots.i..lock' acquired here" "acquire" } */
	if (ext->slots[i].count)
		return;		/* { dg-warning "'ext->slots.i..lock' is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLock(&ext->slots[i].lock, irql);
}

void good_pointer_to_the_slot(struct ext *ext, int i)
{
	struct slot *slot = &ext->slots[i];
	KIRQL irql;

	KeAcquireSpinLock(&slot->lock, &irql);
	slot->count++;
	KeReleaseSpinLock(&ext->slots[i].lock, irql);
}

void warn_pointer_to_the_slot(struct ext *ext, int i)
{
	struct slot *slot = &ext->slots[i];
	KIRQL irql;

	KeAcquireSpinLock(&slot->lock, &irql);
	slot->count++;
	KeReleaseSpinLock(&ext->slots[i].lock, irql);
	KeReleaseSpinLock(&slot->lock, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "same slot" } */
}

KDEFERRED_ROUTINE good_index_in_a_callback, warn_index_in_a_callback;

VOID NTAPI good_index_in_a_callback(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	ULONG i = (ULONG)(ULONG_PTR)arg1;

	KeAcquireSpinLockAtDpcLevel(&ext->locks[i]);
	ext->slots[i].count++;
	KeReleaseSpinLockFromDpcLevel(&ext->locks[i]);
}

VOID NTAPI warn_index_in_a_callback(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	ULONG i = (ULONG)(ULONG_PTR)arg1;

	KeAcquireSpinLockAtDpcLevel(&ext->locks[i]);	/* { dg-note "'ext->locks.i.' acquired here" "acquire" } */
	ext->slots[i].count++;
}	/* { dg-warning "'ext->locks.i.' is still held at return .spinrule-held-at-return." "end" } */
