/* { dg-do compile } */
/* What GNU C adds: statement expressions, nested functions, computed gotos, cleanups, arrays of variable length.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

extern int work(int);

void good_statement_expression(struct ext *ext)
{
	int count = ({
		KIRQL irql;
		int value;

		KeAcquireSpinLock(&ext->lock, &irql);
		value = ext->count;
		KeReleaseSpinLock(&ext->lock, irql);
		value;
	});

	work(count);
}

void warn_statement_expression(struct ext *ext)
{
	int count = ({
		KIRQL irql;
		int value;

		KeAcquireSpinLock(&ext->lock, &irql);
		value = ext->count;
		KeReleaseSpinLock(&ext->lock, irql);
		KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "twice" } */
		value;
	});

	work(count);
}

void good_nested_functions(struct ext *ext)
{
	KIRQL irql;

	void enter(void)
	{
		KeAcquireSpinLock(&ext->lock, &irql);
	}
	void leave(void)
	{
		KeReleaseSpinLock(&ext->lock, irql);
	}

	enter();
	ext->count++;
	leave();
}

void good_computed_goto(struct ext *ext, int x)
{
	static void *const labels[] = { &&up, &&down };

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	goto *labels[x & 1];
up:
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return;
down:
	ext->count--;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

/* Nothing is claimed about a function that goes wherever a pointer says. */
void todo_computed_goto(struct ext *ext, int x)
{
	static void *const labels[] = { &&up, &&down };

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);
	goto *labels[x & 1];
up:
	ext->count++;
	return;
down:
	ext->count--;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

static void leave_at_the_end(struct ext **ext)
{
	KeReleaseSpinLock(&(*ext)->lock, (*ext)->irql);
}

void good_cleanup(struct ext *ext, int x)
{
	__attribute__((cleanup(leave_at_the_end))) struct ext *held = ext;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (x)
		return;
	ext->count++;
}

void warn_cleanup_releases_again(struct ext *ext, int x)
{
	__attribute__((cleanup(leave_at_the_end))) struct ext *held = ext;	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "cleanup" } */

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	ext->count++;
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void good_array_of_variable_length(int n)
{
	KSPIN_LOCK locks[n];
	KIRQL irql;

	KeInitializeSpinLock(&locks[0]);
	KeAcquireSpinLock(&locks[0], &irql);
	KeReleaseSpinLock(locks, irql);
}
