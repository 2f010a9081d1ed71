/* { dg-do compile } */
/* A lock is reached through pointers, and functions of other files are called while it is
 * held: they leave these pointers alone.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct port {
	KSPIN_LOCK lock;
	int pending;
};

struct adapter {
	struct port *port;
	struct adapter *parent;
	int index;
};

extern int measure(int);
extern struct adapter *lookup(int);

/* Two pointers lead to the lock. */
void good_two_pointers(struct adapter *adapter)
{
	KIRQL irql;

	KeAcquireSpinLock(&adapter->parent->port->lock, &irql);
	adapter->parent->port->pending -= measure(1);
	KeReleaseSpinLock(&adapter->parent->port->lock, irql);
}

void warn_two_pointers(struct adapter *adapter)
{
	KIRQL irql;

	KeAcquireSpinLock(&adapter->parent->port->lock, &irql);
	if (measure(1))
		return;	/* { dg-warning "'adapter->parent->port->lock' is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(&adapter->parent->port->lock, irql);
}

/* The pointer is found by a call. */
KDEFERRED_ROUTINE good_found, warn_found;

VOID NTAPI good_found(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = lookup(0);

	measure(1);
	while (measure(2)) {
		KeAcquireSpinLockAtDpcLevel(&adapter->port->lock);
		measure(3);
		KeReleaseSpinLockFromDpcLevel(&adapter->port->lock);
		measure(4);
	}
}

VOID NTAPI warn_found(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = lookup(0);

	measure(1);
	while (measure(2)) {
		KeAcquireSpinLockAtDpcLevel(&adapter->port->lock);
		measure(3);
		KeReleaseSpinLockFromDpcLevel(&adapter->port->lock);
		KeReleaseSpinLockFromDpcLevel(&adapter->port->lock);	/* { dg-warning "'adapter->port->lock' is released but not held .spinrule-release-unheld." } */
	}
}

/* The helper releases the lock that its caller holds, after a call. */
static __attribute__((noinline)) void stop(struct adapter *adapter, int release)
{
	measure(adapter->index);
	if (adapter->port) {
		measure(adapter->index);
		adapter->port->pending = 0;
		if (release)
			KeReleaseSpinLockFromDpcLevel(&adapter->port->lock);
	}
}

KDEFERRED_ROUTINE good_released_by_helper, warn_released_by_helper, warn_not_released_by_helper;

VOID NTAPI good_released_by_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	if (adapter->port) {
		KeAcquireSpinLockAtDpcLevel(&adapter->port->lock);
		stop(adapter, 1);
	} else {
		stop(adapter, 0);
	}
}

VOID NTAPI warn_released_by_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	if (adapter->port) {
		KeAcquireSpinLockAtDpcLevel(&adapter->port->lock);
		stop(adapter, 1);
		KeReleaseSpinLockFromDpcLevel(&adapter->port->lock);	/* { dg-warning "'adapter->port->lock' is released but not held .spinrule-release-unheld." } */
	} else {
		stop(adapter, 0);
	}
}

VOID NTAPI warn_not_released_by_helper(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	if (adapter->port) {
		KeAcquireSpinLockAtDpcLevel(&adapter->port->lock);
		stop(adapter, 0);
	} else {
		stop(adapter, 0);
	}
}	/* { dg-warning "'adapter->port->lock' is still held at return .spinrule-held-at-return." } */

/* What the driver itself stores there counts. */
KDEFERRED_ROUTINE good_another_port, warn_another_port;

VOID NTAPI good_another_port(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;
	struct port *before = adapter->port;

	KeAcquireSpinLockAtDpcLevel(&before->lock);
	measure(1);
	adapter->port = arg1;
	KeReleaseSpinLockFromDpcLevel(&before->lock);
}

VOID NTAPI warn_another_port(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;
	struct port *before = adapter->port, own;

	KeInitializeSpinLock(&own.lock);
	KeAcquireSpinLockAtDpcLevel(&before->lock);
	measure(1);
	adapter->port = &own;
	KeReleaseSpinLockFromDpcLevel(&adapter->port->lock);	/* { dg-warning "'adapter->port->lock' is released but not held .spinrule-release-unheld." } */
}	/* { dg-warning "'before->lock' is still held at return .spinrule-held-at-return." } */

/* Both pointers are read after a call, as is the one that a handle of a lock lies behind.  */
KDEFERRED_ROUTINE good_found_further, warn_found_further, good_handle, warn_handle;

VOID NTAPI good_found_further(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = lookup(0);

	KeAcquireSpinLockAtDpcLevel(&adapter->parent->port->lock);
	adapter->parent->port->pending -= measure(3);
	KeReleaseSpinLockFromDpcLevel(&adapter->parent->port->lock);
}

VOID NTAPI warn_found_further(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = lookup(0);

	KeAcquireSpinLockAtDpcLevel(&adapter->parent->port->lock);
	adapter->parent->port->pending -= measure(3);
	KeAcquireSpinLockAtDpcLevel(&adapter->parent->port->lock);	/* { dg-warning "'adapter->parent->port->lock' is acquired while already held .spinrule-double-acquire." } */
	KeReleaseSpinLockFromDpcLevel(&adapter->parent->port->lock);
}

struct shared {
	PKSPIN_LOCK lock;
	int pending;
};

struct user {
	struct shared *shared;
};

extern struct user *user_of(PVOID);

static void add(struct shared *shared, int n)
{
	shared->pending += measure(n);
}

VOID NTAPI good_handle(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct user *user = user_of(context);

	KeAcquireSpinLockAtDpcLevel(user->shared->lock);
	add(user->shared, 1);
	KeReleaseSpinLockFromDpcLevel(user->shared->lock);
}

VOID NTAPI warn_handle(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct user *user = user_of(context);

	KeAcquireSpinLockAtDpcLevel(user->shared->lock);
	add(user->shared, 1);
	KeAcquireSpinLockAtDpcLevel(user->shared->lock);	/* { dg-warning "'user->shared->lock' is acquired while already held .spinrule-double-acquire." } */
	KeReleaseSpinLockFromDpcLevel(user->shared->lock);
}
