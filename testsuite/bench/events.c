/* events.c - one of each: what the runtime sees besides plain pairs.  Built raw, and instrumented.
 *
 *     events KIND ROUNDS
 *
 * Does KIND so often and nothing else, for who counts instructions.  events.sh knows the kinds.
 *
 * SPDX-License-Identifier: MIT
 */

#include "events.h"

static KSPIN_LOCK first, second;
static KDEFERRED_ROUTINE empty, with_pair, calls_others;

static VOID NTAPI empty(PKDPC dpc, PVOID context, PVOID one, PVOID two)
{
}

static VOID NTAPI with_pair(PKDPC dpc, PVOID context, PVOID one, PVOID two)
{
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);
	KeReleaseSpinLock(&first, irql);
}

/* Calls itself a callback, so that those that it calls are inside one. */
static VOID NTAPI calls_others(PKDPC dpc, PVOID rounds, PVOID one, PVOID two)
{
	PKDEFERRED_ROUTINE volatile routine = empty;

	for (unsigned long i = 0; i < (unsigned long)rounds; i++)
		routine(dpc, NULL, NULL, NULL);
}

static void inside(unsigned long rounds)
{
	PKDEFERRED_ROUTINE volatile routine = calls_others;

	routine(NULL, (PVOID)rounds, NULL, NULL);
}

static void pair(unsigned long rounds)
{
	KIRQL irql;

	for (unsigned long i = 0; i < rounds; i++) {
		KeAcquireSpinLock(&first, &irql);
		KeReleaseSpinLock(&first, irql);
	}
}

static void nested(unsigned long rounds)
{
	KIRQL irql;

	for (unsigned long i = 0; i < rounds; i++) {
		KeAcquireSpinLock(&first, &irql);
		KeAcquireSpinLockAtDpcLevel(&second);
		KeReleaseSpinLockFromDpcLevel(&second);
		KeReleaseSpinLock(&first, irql);
	}
}

static void out_of_order(unsigned long rounds)
{
	KIRQL irql, other;

	for (unsigned long i = 0; i < rounds; i++) {
		KeAcquireSpinLock(&first, &irql);
		KeAcquireSpinLock(&second, &other);
		KeReleaseSpinLock(&first, other);
		KeReleaseSpinLock(&second, irql);
	}
}

static void try(unsigned long rounds)
{
	for (unsigned long i = 0; i < rounds; i++)
		if (KeTryToAcquireSpinLockAtDpcLevel(&first))
			KeReleaseSpinLockFromDpcLevel(&first);
}

static void cancel(unsigned long rounds)
{
	KIRQL irql;

	for (unsigned long i = 0; i < rounds; i++) {
		IoAcquireCancelSpinLock(&irql);
		IoReleaseCancelSpinLock(irql);
	}
}

static void queued(unsigned long rounds)
{
	KLOCK_QUEUE_HANDLE handle;

	for (unsigned long i = 0; i < rounds; i++) {
		KeAcquireInStackQueuedSpinLock(&first, &handle);
		KeReleaseInStackQueuedSpinLock(&handle);
	}
}

static void queued_nested(unsigned long rounds)
{
	KLOCK_QUEUE_HANDLE handle, other;

	for (unsigned long i = 0; i < rounds; i++) {
		KeAcquireInStackQueuedSpinLock(&first, &handle);
		KeAcquireInStackQueuedSpinLockAtDpcLevel(&second, &other);
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&other);
		KeReleaseInStackQueuedSpinLock(&handle);
	}
}

const struct event_kind event_kinds[] = {
	{ "callback", empty, NULL },
	{ "callback-pair", with_pair, NULL },
	{ "inside", NULL, inside },
	{ "pair", NULL, pair },
	{ "nested", NULL, nested },
	{ "out-of-order", NULL, out_of_order },
	{ "try", NULL, try },
	{ "cancel", NULL, cancel },
	{ "queued", NULL, queued },
	{ "queued-nested", NULL, queued_nested },
	{ NULL, NULL, NULL },
};
