/* { dg-do compile } */
/* A lock pointer that ?: or an if chose.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK read_lock, write_lock;

struct ext {
	KSPIN_LOCK lock;
	KSPIN_LOCK spare;
	KSPIN_LOCK *shared;
};

extern int work(int);

void good_chosen_once(int write)
{
	PKSPIN_LOCK lock = write ? &write_lock : &read_lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	work(write);
	KeReleaseSpinLock(lock, irql);
}

void warn_chosen_once(int write)
{
	PKSPIN_LOCK lock = write ? &write_lock : &read_lock;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	work(write);
	KeReleaseSpinLock(lock, irql);
	KeReleaseSpinLock(lock, irql);		/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "either lock" } */
}

void good_chosen_again_the_same_way(int write)
{
	KIRQL irql;

	KeAcquireSpinLock(write ? &write_lock : &read_lock, &irql);
	work(write);
	KeReleaseSpinLock(write ? &write_lock : &read_lock, irql);
}

void good_pointer_of_two(struct ext *ext, int x)
{
	PKSPIN_LOCK lock = &ext->lock;
	KIRQL irql;

	if (x)
		lock = ext->shared;
	KeAcquireSpinLock(lock, &irql);
	work(x);
	KeReleaseSpinLock(lock, irql);
}

void warn_pointer_of_two(struct ext *ext, int x)
{
	PKSPIN_LOCK lock = &ext->lock;
	KIRQL irql;

	if (x)
		lock = &ext->spare;
	KeAcquireSpinLock(lock, &irql);		/* { dg-note "acquired here" "first" } */
	work(x);
	KeAcquireSpinLock(lock, &irql);		/* { dg-warning "(lock|spare)' is acquired while already held .spinrule-double-acquire." "either lock" } */
	KeReleaseSpinLock(lock, irql);
}

/* Which lock the pointer is cannot be told: nothing is claimed about the other. */
void good_unknown_pointer(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(ext->shared);
	KeReleaseSpinLockFromDpcLevel(ext->shared);
	KeReleaseSpinLock(&ext->lock, irql);
}

/* At the branch that was taken the lock is known. */
void good_one_of_two_in_each_branch(int write)
{
	KIRQL irql;

	if (write)
		KeAcquireSpinLock(&write_lock, &irql);
	else
		KeAcquireSpinLock(&read_lock, &irql);
	work(write);
	if (write)
		KeReleaseSpinLock(&write_lock, irql);
	else
		KeReleaseSpinLock(&read_lock, irql);
}

void warn_one_of_two_in_each_branch(int write)
{
	KIRQL irql;

	if (write)
		KeAcquireSpinLock(&write_lock, &irql);
	else
		KeAcquireSpinLock(&read_lock, &irql);
	work(write);
	if (write) {
		KeReleaseSpinLock(&write_lock, irql);
		work(1);
	}
	if (write)
		KeReleaseSpinLock(&write_lock, irql);	/* { dg-warning "'write_lock' is released but not held .spinrule-release-unheld." "twice" } */
	else
		KeReleaseSpinLock(&read_lock, irql);
}
