/* { dg-do compile } */
/* NDIS reader/writer locks: a lock state for each acquire; readers may read again.  */
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

struct filter {
	PNDIS_RW_LOCK_EX lock;
	int entries;
};

int good_read(struct filter *filter)
{
	LOCK_STATE_EX state;
	int entries;

	NdisAcquireRWLockRead(filter->lock, &state, 0);
	entries = filter->entries;
	NdisReleaseRWLock(filter->lock, &state);
	return entries;
}

int warn_read(struct filter *filter)
{
	LOCK_STATE_EX state;
	int entries;

	NdisAcquireRWLockRead(filter->lock, &state, 0);
	entries = filter->entries;
	if (entries < 0)
		return -1;	/* { dg-warning "'filter->lock' is still held at return .spinrule-held-at-return." "early" } */
	NdisReleaseRWLock(filter->lock, &state);
	return entries;
}

static int count(struct filter *filter)
{
	LOCK_STATE_EX state;
	int entries;

	NdisAcquireRWLockRead(filter->lock, &state, 1);
	entries = filter->entries;
	NdisReleaseRWLock(filter->lock, &state);
	return entries;
}

int good_read_again(struct filter *filter)
{
	LOCK_STATE_EX outer, inner;
	int entries;

	NdisAcquireRWLockRead(filter->lock, &outer, 0);
	NdisAcquireRWLockRead(filter->lock, &inner, 1);
	entries = filter->entries;
	NdisReleaseRWLock(filter->lock, &inner);
	entries += count(filter);
	NdisReleaseRWLock(filter->lock, &outer);
	return entries;
}

int warn_read_again(struct filter *filter)
{
	LOCK_STATE_EX outer, inner;
	int entries;

	NdisAcquireRWLockRead(filter->lock, &outer, 0);
	NdisAcquireRWLockRead(filter->lock, &inner, 1);
	entries = filter->entries;
	NdisReleaseRWLock(filter->lock, &inner);
	NdisReleaseRWLock(filter->lock, &outer);
	NdisReleaseRWLock(filter->lock, &outer);	/* { dg-warning "'filter->lock' is released but not held .spinrule-release-unheld." "once too often" } */
	return entries;
}

void good_write(struct filter *filter)
{
	LOCK_STATE_EX state;

	NdisAcquireRWLockWrite(filter->lock, &state, 0);
	filter->entries++;
	NdisReleaseRWLock(filter->lock, &state);
	filter->entries += count(filter);
}

void warn_write(struct filter *filter)
{
	LOCK_STATE_EX state;

	NdisAcquireRWLockWrite(filter->lock, &state, 0);
	filter->entries++;
	filter->entries += count(filter);	/* { dg-warning "'filter->lock' is acquired while already held .spinrule-double-acquire." "a writer reads" } */
	NdisReleaseRWLock(filter->lock, &state);
}

void warn_no_upgrade(struct filter *filter)
{
	LOCK_STATE_EX state, inner;

	NdisAcquireRWLockRead(filter->lock, &state, 0);
	NdisAcquireRWLockWrite(filter->lock, &inner, 0);	/* { dg-warning "'filter->lock' is acquired while already held .spinrule-double-acquire." "a reader writes" } */
	filter->entries++;
	NdisReleaseRWLock(filter->lock, &inner);
	NdisReleaseRWLock(filter->lock, &state);
}
