/* { dg-do compile } */
/* { dg-undecided "good_yields" } */
/* A structure that knows whether the lock is held, given to helpers many times.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

struct operation {
	struct ext *ext;
	BOOLEAN locked;
};

extern int work(int);

static void start(struct operation *operation)
{
	KeAcquireSpinLockAtDpcLevel(&operation->ext->lock);
	operation->locked = TRUE;
}

static void end(struct operation *operation)
{
	if (operation->locked) {
		KeReleaseSpinLockFromDpcLevel(&operation->ext->lock);
		operation->locked = FALSE;
	}
}

/* Lets others have it for a while. */
static void yield(struct operation *operation)
{
	end(operation);
	work(1);
	start(operation);
}

KDEFERRED_ROUTINE good_yields, warn_yields;

VOID NTAPI good_yields(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct operation operation;

	operation.ext = context;
	operation.locked = FALSE;
	start(&operation);
	while (work(2))
		yield(&operation);
	end(&operation);
}

VOID NTAPI warn_yields(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct operation operation;

	operation.ext = context;
	operation.locked = FALSE;
	start(&operation);
	while (work(2))
		start(&operation);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "yield was meant" } */
	end(&operation);
}
