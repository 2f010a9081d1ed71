/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-no-integrated-cpp" } */
/* { dg-additional-options "-Wall -Wno-unused -Wno-missing-braces" } */
/* Microsoft's pragmas: the numbers of PREfast that say what ours say, wherever a driver has them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

/* 28106: "variable already holds resource". */
void good_suppressed(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
#pragma warning(suppress: 28106)
	KeAcquireSpinLock(&lock, &irql);
}

void good_suppressed_over_comments(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
#pragma prefast(suppress: 28106, "lines without code do not count")

	/* this one does not,
	 * and this one neither; */
	// nor this
#if 1
	KeAcquireSpinLock(&lock, &irql);
#endif
}

void warn_one_line_only(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
#pragma warning(suppress: 28106)
	work(1);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "the line after" } */
}

void warn_another_number(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
#pragma warning(suppress: 28107)
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "another number" } */
}

/* Numbers that say nothing of ours are left alone, and so is what is no list. */
void warn_numbers_of_others(void)
{
	KIRQL irql;

#pragma warning(disable: 4100 4127; once: 4385; error: 164)
#pragma warning(suppress: 6387)
#pragma warning disable
#pragma warning(disable: SOMETHING)
#pragma warning
#pragma warning(
#pragma prefast(push)
#pragma prefast(disable: 28182)
	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "not ours" } */
#pragma prefast(pop)
}

#pragma warning(push)
#pragma warning(disable: 28107 28106)

void good_disabled(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

#pragma warning(default: 28106)

void warn_default_again(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "default" } */
}

#pragma warning(pop)

void warn_popped(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);	/* { dg-warning "not held .spinrule-release-unheld." "popped" } */
}

/* 28167: "the function changes the IRQL and does not restore it".  PREfast says so of the function, and there drivers
   silence it: before it, and before its brace. */
#pragma warning(suppress: 28167)
void
good_before_the_function(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		return;
	KeReleaseSpinLock(&lock, irql);
}

void
good_before_the_brace(int x)
#pragma warning (suppress: 28167)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		return;
	KeReleaseSpinLock(&lock, irql);
}

/* What PREfast says of a line is silenced there only. */
#pragma warning(suppress: 28106)
void warn_a_line_in_the_function(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "not before the function" } */
}

void warn_the_next_function(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		return;	/* { dg-warning "still held at return .spinrule-held-at-return." "another function" } */
	KeReleaseSpinLock(&lock, irql);
}

/* Anywhere: where GCC's parser takes no pragma it must not see one. */
enum numbers {
#pragma warning(suppress: 28106)
	ONE,
#pragma warning(disable: 4200)
	TWO
};

static int table[] = {
	1,
#pragma prefast(suppress: 28106, "not here")
	2
};

int good_in_an_expression(int x,
#pragma warning(suppress: 26110)
			  int y)
{
	return x +
#pragma warning(suppress: 26110)
	       y + work(
#pragma prefast(suppress: 26110, "not here")
			table[0]);
}

#define SUPPRESSED _Pragma("warning(suppress: 28106)")

void good_from_a_macro(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	SUPPRESSED KeAcquireSpinLock(&lock, &irql);
}

void good_from_a_macro_before(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	_Pragma("warning(suppress: 28106)")
	KeAcquireSpinLock(&lock, &irql);
}
