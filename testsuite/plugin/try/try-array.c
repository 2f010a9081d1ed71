/* { dg-do compile } */
/* Locks tried one by one in a loop, an array of flags says which worked.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define LOCKS 4

struct ext {
	KSPIN_LOCK locks[LOCKS];
	int count;
};

extern void touch(struct ext *);

KDEFERRED_ROUTINE good_those_that_worked;

VOID NTAPI good_those_that_worked(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN got[LOCKS] = { 0 };
	int i;

	for (i = 0; i < LOCKS; i++) {
		if (KeTryToAcquireSpinLockAtDpcLevel(&ext->locks[i]))
			got[i] = TRUE;
	}
	touch(ext);
	for (i = 0; i < LOCKS; i++) {
		if (got[i])
			KeReleaseSpinLockFromDpcLevel(&ext->locks[i]);
	}
}
