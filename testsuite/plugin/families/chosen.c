/* { dg-do compile } */
/* Calls of one of several lock functions of a family, which a condition chooses.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct _NDIS_RW_LOCK_EX *PNDIS_RW_LOCK_EX;
typedef struct _LOCK_STATE_EX {
	KIRQL OldIrql;
	UCHAR LockState, Flags;
} LOCK_STATE_EX, *PLOCK_STATE_EX;

extern VOID NTAPI NdisAcquireRWLockRead(PNDIS_RW_LOCK_EX lock, PLOCK_STATE_EX state, UCHAR flags);
extern VOID NTAPI NdisAcquireRWLockWrite(PNDIS_RW_LOCK_EX lock, PLOCK_STATE_EX state, UCHAR flags);
extern VOID NTAPI NdisReleaseRWLock(PNDIS_RW_LOCK_EX lock, PLOCK_STATE_EX state);

typedef volatile LONG RW_LOCK, *PRW_LOCK;

extern KIRQL NTAPI ExAcquireSpinLockShared(PRW_LOCK lock);
extern VOID NTAPI ExReleaseSpinLockShared(PRW_LOCK lock, KIRQL irql);
extern KIRQL NTAPI ExAcquireSpinLockExclusive(PRW_LOCK lock);
extern VOID NTAPI ExReleaseSpinLockExclusive(PRW_LOCK lock, KIRQL irql);

typedef KIRQL (NTAPI *ACQUIRE)(PRW_LOCK lock);

struct filter {
	PNDIS_RW_LOCK_EX lock;
	RW_LOCK table;
	KSPIN_LOCK plain;
	int entries;
};

DRIVER_DISPATCH good_callback, warn_callback;

void good_chosen(struct filter *filter, int write)
{
	LOCK_STATE_EX state;

	(write ? NdisAcquireRWLockWrite : NdisAcquireRWLockRead)(filter->lock, &state, 0);
	filter->entries++;
	NdisReleaseRWLock(filter->lock, &state);
}

void warn_chosen(struct filter *filter, int write)
{
	LOCK_STATE_EX state;

	(write ? NdisAcquireRWLockWrite : NdisAcquireRWLockRead)(filter->lock, &state, 0);	/* { dg-note "acquired here, by 'NdisAcquireRWLock(Read|Write)'" "either" } */
	if (filter->entries)
		return;	/* { dg-warning "'filter->lock' is still held at return .spinrule-held-at-return." "chosen" } */
	NdisReleaseRWLock(filter->lock, &state);
}

NTSTATUS NTAPI good_callback(PDEVICE_OBJECT device, PIRP irp)
{
	good_chosen(device->DeviceExtension, irp != NULL);
	return 0;
}

NTSTATUS NTAPI warn_callback(PDEVICE_OBJECT device, PIRP irp)
{
	struct filter *filter = device->DeviceExtension;
	LOCK_STATE_EX state;

	(irp ? NdisAcquireRWLockWrite : NdisAcquireRWLockRead)(filter->lock, &state, 0);
	NdisReleaseRWLock(filter->lock, &state);
	NdisReleaseRWLock(filter->lock, &state);	/* { dg-warning "'filter->lock' is released but not held .spinrule-release-unheld." "twice" } */
	return 0;
}

/* Kept in a variable, and what it returns is used.  */
void good_exclusive_or_shared(struct filter *filter, int write)
{
	ACQUIRE acquire = ExAcquireSpinLockShared;
	KIRQL irql;

	if (write)
		acquire = ExAcquireSpinLockExclusive;
	irql = acquire(&filter->table);
	filter->entries++;
	(write ? ExReleaseSpinLockExclusive : ExReleaseSpinLockShared)(&filter->table, irql);
}

void warn_exclusive_or_shared(struct filter *filter, int write)
{
	KIRQL irql = (write ? ExAcquireSpinLockExclusive : ExAcquireSpinLockShared)(&filter->table);

	filter->entries++;
	ExReleaseSpinLockExclusive(&filter->table, irql);	/* { dg-warning "'filter->table' is acquired by 'ExAcquireSpinLockShared' but released by 'ExReleaseSpinLockExclusive' .spinrule-mismatched-release." "not as it was chosen" } */
}

void good_always_one(struct filter *filter)
{
	ACQUIRE acquire = ExAcquireSpinLockExclusive;
	KIRQL irql = acquire(&filter->table);

	filter->entries++;
	ExReleaseSpinLockExclusive(&filter->table, irql);
}

void warn_always_one(struct filter *filter)
{
	ACQUIRE acquire = ExAcquireSpinLockExclusive;
	KIRQL irql = acquire(&filter->table);

	acquire(&filter->table);	/* { dg-warning "'filter->table' is acquired while already held .spinrule-double-acquire." "again" } */
	ExReleaseSpinLockExclusive(&filter->table, irql);
}
