/* { dg-do compile } */
/* { dg-undecided "good_status_in_an_irp" } */
/* { dg-with "" } */
/* { dg-with "-fsanitize=undefined" } */
/* More conditions that say the same in other words.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

enum state { IDLE, RUNNING, STOPPED };

static KSPIN_LOCK lock;
extern int work(int);

void good_enum(enum state state)
{
	KIRQL irql = 0;

	if (state == RUNNING)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	switch (state) {
	case IDLE:
		break;
	case RUNNING:
		KeReleaseSpinLock(&lock, irql);
		break;
	case STOPPED:
		break;
	}
}

void warn_enum(enum state state)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (state == RUNNING)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	switch (state) {
	case IDLE:
	case RUNNING:
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "running" } */
		break;
	default:
		KeReleaseSpinLock(&lock, irql);
		break;
	}
}

void good_sign(int x)
{
	KIRQL irql = 0;

	if (x >= 0)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x < 0)
		return;
	KeReleaseSpinLock(&lock, irql);
}

void good_at_least_is_more_than_one_less(ULONG x)
{
	KIRQL irql = 0;

	if (x >= 8)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (x > 7)
		KeReleaseSpinLock(&lock, irql);
}

void warn_at_least_is_not_more_than(ULONG x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x >= 8)
		KeReleaseSpinLock(&lock, irql);
	work(1);
	if (x <= 8)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "x is 8" } */
}

void good_boolean_of_three(int a, int b, int c)
{
	KIRQL irql = 0;
	BOOLEAN need = a && (b || c);

	if (need)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (a && (b || c))
		KeReleaseSpinLock(&lock, irql);
}

void good_conditional_expression(int a)
{
	KIRQL irql = 0;
	int mode = a ? 1 : 2;

	if (mode == 1)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (a)
		KeReleaseSpinLock(&lock, irql);
}

void good_inverted(BOOLEAN a)
{
	KIRQL irql = 0;
	BOOLEAN b = !a;

	if (b)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (!a)
		KeReleaseSpinLock(&lock, irql);
}

void good_sum(int n)
{
	KIRQL irql = 0;

	if (n + 1 == 5)
		KeAcquireSpinLock(&lock, &irql);
	work(1);
	if (n == 4)
		KeReleaseSpinLock(&lock, irql);
}

void good_bit_set_beside_the_acquire(int x)
{
	KIRQL irql = 0;
	ULONG flags = 0;

	if (x) {
		KeAcquireSpinLock(&lock, &irql);
		flags |= 1;
	}
	if (work(1))
		flags |= 2;
	if (flags & 1)
		KeReleaseSpinLock(&lock, irql);
}

void good_counter(int x)
{
	KIRQL irql = 0;
	int held = 0;

	if (x) {
		KeAcquireSpinLock(&lock, &irql);
		held++;
	}
	work(1);
	if (held > 0)
		KeReleaseSpinLock(&lock, irql);
}

void warn_counter(int x)
{
	KIRQL irql = 0;
	int held = 1;

	KeAcquireSpinLock(&lock, &irql);
	if (x) {
		KeReleaseSpinLock(&lock, irql);
		held++;
	}
	work(1);
	if (held > 0)
		KeReleaseSpinLock(&lock, irql);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "held is 2" } */
}

/* The status travels through a structure. */
NTSTATUS good_status_in_an_irp(PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	irp->IoStatus.Status = work(1) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
	if (!NT_SUCCESS(irp->IoStatus.Status))
		KeReleaseSpinLock(&lock, irql);
	irp->IoStatus.Information = 0;
	if (NT_SUCCESS(irp->IoStatus.Status))
		KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

#define SOME(n) if (flags & (1u << (n))) work(n);
#define MANY SOME(0) SOME(1) SOME(2) SOME(3) SOME(4) SOME(5) SOME(6) SOME(7) SOME(8) SOME(9) \
	SOME(10) SOME(11) SOME(12) SOME(13) SOME(14) SOME(15) SOME(16) SOME(17) SOME(18) SOME(19)

/* Twenty ifs between: a million paths, and the condition is the same at the end of each. */
void good_after_a_million_paths(int x, ULONG flags)
{
	KIRQL irql = 0;

	if (x)
		KeAcquireSpinLock(&lock, &irql);
	MANY
	if (x)
		KeReleaseSpinLock(&lock, irql);
}

void warn_after_a_million_paths(int x, ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		KeReleaseSpinLock(&lock, irql);
	MANY
	KeReleaseSpinLock(&lock, irql);		/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "x is not zero" } */
}

void warn_conditions_without_relation(int x, int y)
{
	KIRQL irql = 0;

	if (x)
		KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "acquire" } */
	work(1);
	if (y)
		KeReleaseSpinLock(&lock, irql);
}	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "x without y" } */

/* What a condition of three values says of two, where nobody asks for the third again. */
void good_third_is_forgotten(int first, int second, int third)
{
	KIRQL irql;
	int is_asked = ((first == 0) & (third == 0)) | (second != 0);

	if (!is_asked || first == 0)
		return;
	KeAcquireSpinLock(&lock, &irql);
	if (second != 0)
		KeReleaseSpinLock(&lock, irql);
}

void warn_third_decides(int first, int second, int third)
{
	KIRQL irql;
	int is_asked = (first == 0) | (third == 0) | (second != 0);

	if (!is_asked || first == 0)
		return;
	KeAcquireSpinLock(&lock, &irql);
	if (second != 0)
		KeReleaseSpinLock(&lock, irql);
}	/* { dg-warning "still held at return" "third" } */
