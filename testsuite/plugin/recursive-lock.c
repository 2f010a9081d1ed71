/* { dg-do compile } */
/* A lock that its owner may take again: a field says who owns it, another how deep.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	PVOID owner;
	int depth;
	int count;
};

#ifndef __MINGW32__
extern PVOID PsGetCurrentThread(void);
#endif

static void enter(struct ext *ext)
{
	PVOID thread = PsGetCurrentThread();
	KIRQL irql;

	if (ext->owner != thread) {
		KeAcquireSpinLock(&ext->lock, &irql);
		ext->owner = thread;
		ext->irql = irql;
	}
	ext->depth++;
}

static void leave(struct ext *ext)
{
	if (--ext->depth == 0) {
		ext->owner = NULL;
		KeReleaseSpinLock(&ext->lock, ext->irql);
	}
}

/* A depth that fell to zero does not do so again at the next step down. */
void good_left_twice(struct ext *ext)
{
	leave(ext);
	leave(ext);
}

/* The depth starts anew with each owner. */
static void enter_anew(struct ext *ext)
{
	PVOID thread = PsGetCurrentThread();
	KIRQL irql;

	if (ext->owner == thread) {
		ext->depth++;
		return;
	}
	KeAcquireSpinLock(&ext->lock, &irql);
	ext->owner = thread;
	ext->depth = 1;
	ext->irql = irql;
}

void good_entered_twice(struct ext *ext)
{
	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
	leave(ext);
}

/* No thread is null, which stands for nobody: the second time it is acquired too. */
void good_twice_in_a_row(struct ext *ext)
{
	enter_anew(ext);
	ext->count++;
	leave(ext);
	enter_anew(ext);
	ext->count++;
	leave(ext);
}

KDEFERRED_ROUTINE good_left_as_often, warn_left_once_too_few;

VOID NTAPI good_left_as_often(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	ext->owner = NULL;
	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
	leave(ext);
}

VOID NTAPI warn_left_once_too_few(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	ext->owner = NULL;
	enter_anew(ext);
	enter_anew(ext);
	leave(ext);
}	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
