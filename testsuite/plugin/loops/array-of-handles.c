/* { dg-do compile } */
/* { dg-undecided "good_any_number" } */
/* The locks of an array of KMDF handles, acquired in one loop and released in another.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "wdf-lock.h"

struct adapter {
	WDFSPINLOCK locks[8];
	int n;
};

void use(struct adapter *adapter);

KDEFERRED_ROUTINE good_forwards, good_backwards, warn_one_left, warn_one_twice, good_any_number;

VOID NTAPI good_forwards(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	for (int i = 0; i < 4; i++)
		WdfSpinLockAcquire(adapter->locks[i]);
	use(adapter);
	for (int i = 0; i < 4; i++)
		WdfSpinLockRelease(adapter->locks[i]);
}

VOID NTAPI good_backwards(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	for (int i = 0; i < 8; i++)
		WdfSpinLockAcquire(adapter->locks[i]);
	use(adapter);
	for (int i = 7; i >= 0; i--)
		WdfSpinLockRelease(adapter->locks[i]);
}

VOID NTAPI warn_one_left(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	for (int i = 0; i < 4; i++)
		WdfSpinLockAcquire(adapter->locks[i]);
	adapter->n++;
	for (int i = 1; i < 4; i++)
		WdfSpinLockRelease(adapter->locks[i]);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." "the first" } */

VOID NTAPI warn_one_twice(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	for (int i = 0; i < 4; i++)
		WdfSpinLockAcquire(adapter->locks[i]);
	adapter->n++;
	for (int i = 0; i < 4; i++)
		WdfSpinLockRelease(adapter->locks[i]);
	WdfSpinLockRelease(adapter->locks[3]);	/* { dg-warning "is released but not held .spinrule-release-unheld." "the last" } */
}

/* How many they are is known at run time only.  */
VOID NTAPI good_any_number(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct adapter *adapter = context;

	for (int i = 0; i < adapter->n; i++)
		WdfSpinLockAcquire(adapter->locks[i]);
	for (int i = 0; i < adapter->n; i++)
		WdfSpinLockRelease(adapter->locks[i]);
}
