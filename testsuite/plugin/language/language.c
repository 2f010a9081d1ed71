/* { dg-do compile } */
/* { dg-undecided "good_two_tables" } */
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

void warn_computed_goto(struct ext *ext, int x)
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
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "down" } */
}

/* Where it goes says where it comes from. */
void good_label_in_a_variable(struct ext *ext, int x)
{
	void *to = x ? &&up : &&down;

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	if (!x)
		KeReleaseSpinLock(&ext->lock, ext->irql);
	goto *to;
up:
	KeReleaseSpinLock(&ext->lock, ext->irql);
	return;
down:
	ext->count--;
}

void warn_label_in_a_variable(struct ext *ext, int x)
{
	KIRQL irql;
	void *to = x ? &&up : &&down;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (x)
		KeReleaseSpinLock(&ext->lock, irql);
	goto *to;
up:
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "up" } */
	return;
down:
	ext->count--;
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "down" } */

/* A machine of three steps, one goto each. */
void good_steps(struct ext *ext, const unsigned char *step)
{
	static const void *const labels[] = { &&look, &&change, &&leave };

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	goto *labels[*step++];
look:
	work(ext->count);
	goto *labels[*step++];
change:
	ext->count++;
	goto *labels[*step++];
leave:
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_steps(struct ext *ext, const unsigned char *step)
{
	static const void *const labels[] = { &&look, &&change, &&leave };

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	goto *labels[*step++];
look:
	work(ext->count);
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "look twice" } */
	goto *labels[*step++];
change:
	ext->count++;
	goto *labels[*step++];
leave:
	KeReleaseSpinLock(&ext->lock, ext->irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "after a look" } */
}

/* Two tables: GCC has one goto for both, and nobody knows which labels are which's. */
void good_two_tables(struct ext *ext, int x)
{
	static void *const before[] = { &&one, &&two };
	static void *const after[] = { &&three, &&four };

	KeAcquireSpinLock(&ext->lock, &ext->irql);
	goto *before[x & 1];
one:
	ext->count++;
two:
	KeReleaseSpinLock(&ext->lock, ext->irql);
	goto *after[x & 1];
three:
	work(1);
four:
	work(2);
}

/* Nothing is claimed about a function that goes wherever a pointer says. */
void todo_goto_anywhere(struct ext *ext, void **labels, int x)
{
	if (!labels[0]) {
		labels[0] = &&up;
		labels[1] = &&down;
		return;
	}
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);
	goto *labels[x & 1];
up:
	ext->count++;
	return;
down:
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
