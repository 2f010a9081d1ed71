/* { dg-do compile } */
/* A flag in shared memory tells a helper whether to release; a loop calls it many times.  */
/* SPDX-License-Identifier: MIT */
/* { dg-undecided "good_released_once" } */

#include "wdm-lite.h"

struct extension { KSPIN_LOCK lock; LONG noted; };
extern struct extension extension;

static void unlock_noted(PKSPIN_LOCK lock, LONG *noted)
{
	if (*noted) {
		KeReleaseSpinLockFromDpcLevel(lock);
		*noted = 0;
	}
}

void good_released_once(int n)
{
	for (int i = 0; i < n; i++)
		unlock_noted(&extension.lock, &extension.noted);
}

KDEFERRED_ROUTINE warn_released_again;

VOID NTAPI warn_released_again(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	for (int i = 0; i < 8; i++) {
		LONG noted = 1;

		unlock_noted(&extension.lock, &noted); /* { dg-warning "lock' is released but not held .spinrule-release-unheld." } */
	}
}
