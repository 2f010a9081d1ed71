/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-no-integrated-cpp" } */
/* __attribute__((spinrule_ignore("ID", "reason"))): silent for its id, in its function and nowhere else.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

__attribute__((spinrule_ignore("double-acquire", "the second acquire is what this tests")))
void good_ignored(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

void warn_not_ignored(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "no attribute" } */
}

/* What is left of it when the optimizer sees two equal functions, of which one is ignored, is shown by identity.exp. */
__attribute__((spinrule_ignore("double-acquire", "the second acquire is what this tests")))
void good_ignored_again(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

/* The attribute's id is another one's. */
__attribute__((spinrule_ignore("release-unheld", "not so")))
void warn_another_id(void)	/* { dg-note "this 'spinrule_ignore' silences nothing: no 'release-unheld' is found in 'warn_another_id'" "told" } */
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "another id" } */
}

/* An id may be written as in the message, and "all" is all. */
__attribute__((spinrule_ignore("spinrule-double-acquire", "written as in the message")))
void good_with_prefix(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

__attribute__((spinrule_ignore("all", "everything is wrong here")))
NTSTATUS good_all(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireSpinLock(&lock, &irql);
	if (x)
		return STATUS_UNSUCCESSFUL;
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}

/* Declared so, before or after, and several times: each says its part. */
__attribute__((spinrule_ignore("double-acquire", "declared so"))) void good_declared_before(int x);
__attribute__((spinrule_ignore("held-at-return", "declared again"))) void good_declared_before(int x);

void good_declared_before(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (x)
		return;
	if (x == 0)
		KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

void good_declared_after(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

void good_declared_after(void) __attribute__((spinrule_ignore("double-acquire", "declared so later")));

static __attribute__((spinrule_ignore("double-acquire", "static"), noinline))
void good_static(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);
}

DRIVER_DISPATCH good_callback __attribute__((spinrule_ignore("held-at-return", "the completion routine releases it")));

NTSTATUS NTAPI good_callback(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	return STATUS_PENDING;
}

/* One that is of no use any more. */
__attribute__((spinrule_ignore("double-acquire", "was wrong once")))
void good_now(void)	/* { dg-note "this 'spinrule_ignore' silences nothing: no 'double-acquire' is found in 'good_now'" "told" } */
{
	KIRQL irql;

	good_static();
	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

__attribute__((spinrule_ignore("all", "was wrong once")))
void good_now_in_all(void)	/* { dg-note "this 'spinrule_ignore' silences nothing: nothing is reported in 'good_now_in_all'" "told" } */
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
}

/* Where the function is not here, nobody knows. */
__attribute__((spinrule_ignore("double-acquire", "elsewhere"))) void elsewhere(void);
