/* { dg-do compile } */
/* Variables that no code writes to: constants, and statics that are only read.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct row { int locked, other; };

static const int flags[4] = { 0, 1, 1, 0 };
static const struct row rows[3] = { { 0, 1 }, { 1, 0 }, { 1, 1 } };
static int never_set, set_once;
static KSPIN_LOCK lock;
static struct { KSPIN_LOCK *lock; int kind; } only_read = { &lock, 2 };
static KSPIN_LOCK *moved = &lock;

extern void unseen(void);

void set(int value)
{
	set_once = value;
	moved = value ? &lock : 0;
}

void good_table(unsigned i)
{
	int before = flags[i & 3];
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (before != flags[i & 3])
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_table(unsigned i)
{
	int before = flags[i & 3];
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (before != flags[i + 1 & 3])
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_row(unsigned i, struct row *to)
{
	const struct row *row = &rows[i % 3];
	int before = row->locked;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	to->locked = 5;
	unseen();
	if (before != row->locked)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_row(unsigned i, struct row *to)
{
	const struct row *row = &rows[i % 3];
	int before = row->locked;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	to->locked = 5;
	unseen();
	if (before != row->other)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_known_row(void)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (rows[0].locked || !rows[2].locked)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_known_row(void)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (rows[0].locked || !rows[2].locked || rows[1].locked)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_never_set(void)
{
	int before = never_set;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (before != never_set)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_never_set(void)
{
	int before = never_set;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (before != never_set || set_once)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_only_read(void)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (only_read.lock != &lock)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_only_read(void)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	unseen();
	if (only_read.kind != 3)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}
