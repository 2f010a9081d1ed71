/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-no-integrated-cpp" } */
/* #pragma spinrule: by the order of lines, with push and pop, as #pragma GCC diagnostic does it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;
extern int work(int);

void warn_before(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "before" } */
}

#pragma spinrule push
#pragma spinrule ignored "double-acquire"

void good_between(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

void warn_another_id(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);	/* { dg-warning "not held .spinrule-release-unheld." "another id" } */
}

#pragma spinrule push
#pragma spinrule warning "double-acquire"

void warn_again(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "on again" } */
}

#pragma spinrule pop

void good_after_inner_pop(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

#pragma spinrule pop

void warn_after(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "after" } */
}

/* In a function, for lines; what counts is where the warning is. */
void good_inside(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (work(x))
#pragma spinrule push
#pragma spinrule ignored "double-acquire", "work releases it and returns 1"
		KeAcquireSpinLock(&lock, &irql);
#pragma spinrule pop
	KeReleaseSpinLock(&lock, irql);
}

void warn_inside(int x)
{
	KIRQL irql;

#pragma spinrule push
#pragma spinrule ignored "double-acquire"	/* { dg-note "this '#pragma spinrule ignored' silences nothing: no 'double-acquire' is found where it holds" "told" } */
	KeAcquireSpinLock(&lock, &irql);
#pragma spinrule pop
	if (work(x))
		KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "not where the warning is" } */
	KeReleaseSpinLock(&lock, irql);
}

/* In macros: the line that counts is the one that uses it. */
#define QUIETLY(...) \
	_Pragma("spinrule push") _Pragma("spinrule ignored \"double-acquire\"") __VA_ARGS__ _Pragma("spinrule pop")
#define QUIET_BEGIN _Pragma("spinrule push") _Pragma("spinrule ignored \"all\"")
#define QUIET_END _Pragma("spinrule pop")

void good_macro(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	QUIETLY(KeAcquireSpinLock(&lock, &irql);)
}

void good_macro_of_lines(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	QUIETLY(KeAcquireSpinLock(&lock,
				  &irql);)
}

void good_macro_pair(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	QUIET_BEGIN
	KeAcquireSpinLock(&lock, &irql);
	QUIET_END
}

void warn_after_macros(void)
{
	KIRQL irql;

	QUIET_BEGIN QUIET_END	/* { dg-note "this '#pragma spinrule ignored' silences nothing: nothing is reported where it holds" "told" } */
	QUIETLY(KeAcquireSpinLock(&lock, &irql);)	/* { dg-note "silences nothing" "told" } */
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "after the macros" } */
}

/* A warning elsewhere in a macro that the programmer makes quiet at its use. */
#define ENTER() KeAcquireSpinLock(&lock, &irql)

void good_use_of_a_macro(void)
{
	KIRQL irql;

	ENTER();
#pragma spinrule push
#pragma spinrule ignored "double-acquire"
	ENTER();
#pragma spinrule pop
}

/* The last line of a file needs no new line. */
#pragma spinrule ignored "reinit-held"	/* { dg-note "silences nothing" "told" } */
#pragma spinrule push