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
