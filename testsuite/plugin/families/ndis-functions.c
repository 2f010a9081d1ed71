/* { dg-do compile } */
/* NDIS spin locks where they are functions: the lock keeps the IRQL.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct _NDIS_SPIN_LOCK {
	KSPIN_LOCK SpinLock;
	KIRQL OldIrql;
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;

extern VOID NTAPI NdisAllocateSpinLock(PNDIS_SPIN_LOCK lock);
extern VOID NTAPI NdisFreeSpinLock(PNDIS_SPIN_LOCK lock);
extern VOID NTAPI NdisAcquireSpinLock(PNDIS_SPIN_LOCK lock);
extern VOID NTAPI NdisReleaseSpinLock(PNDIS_SPIN_LOCK lock);
extern VOID NTAPI NdisDprAcquireSpinLock(PNDIS_SPIN_LOCK lock);
extern VOID NTAPI NdisDprReleaseSpinLock(PNDIS_SPIN_LOCK lock);
extern PLIST_ENTRY NTAPI NdisInterlockedRemoveHeadList(PLIST_ENTRY head, PNDIS_SPIN_LOCK lock);

typedef int MINIPORT_PAUSE(PVOID context, PVOID parameters);

struct adapter {
	NDIS_SPIN_LOCK lock;
	NDIS_SPIN_LOCK send_lock;
	LIST_ENTRY sends;
	int running;
};

extern int transmit(PLIST_ENTRY entry);

void good_set_up(struct adapter *adapter)
{
	NdisAllocateSpinLock(&adapter->lock);
	NdisAllocateSpinLock(&adapter->send_lock);
}

MINIPORT_PAUSE good_pause, warn_pause;

int good_pause(PVOID context, PVOID parameters)
{
	struct adapter *adapter = context;

	NdisAcquireSpinLock(&adapter->lock);
	if (!adapter->running) {
		NdisReleaseSpinLock(&adapter->lock);
		return 0;
	}
	NdisDprAcquireSpinLock(&adapter->send_lock);
	adapter->running = 0;
	NdisDprReleaseSpinLock(&adapter->send_lock);
	NdisReleaseSpinLock(&adapter->lock);
	return 1;
}

int warn_pause(PVOID context, PVOID parameters)
{
	struct adapter *adapter = context;

	NdisAcquireSpinLock(&adapter->lock);
	if (!adapter->running)
		return 0;	/* { dg-warning "'adapter->lock' is still held at return .spinrule-held-at-return." "not running" } */
	adapter->running = 0;
	NdisReleaseSpinLock(&adapter->lock);
	return 1;
}

void warn_kinds(struct adapter *adapter)
{
	NdisAcquireSpinLock(&adapter->lock);
	adapter->running = 0;
	NdisDprReleaseSpinLock(&adapter->lock);	/* { dg-warning "'adapter->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "IRQL not restored" } */
}

void good_momentary(struct adapter *adapter)
{
	PLIST_ENTRY entry;

	while ((entry = NdisInterlockedRemoveHeadList(&adapter->sends, &adapter->send_lock)) != NULL) {
		NdisAcquireSpinLock(&adapter->lock);
		adapter->running += transmit(entry);
		NdisReleaseSpinLock(&adapter->lock);
	}
}

void warn_momentary(struct adapter *adapter)
{
	PLIST_ENTRY entry;

	NdisAcquireSpinLock(&adapter->send_lock);
	entry = NdisInterlockedRemoveHeadList(&adapter->sends, &adapter->send_lock);	/* { dg-warning "'adapter->send_lock' is acquired while already held .spinrule-double-acquire." "inside" } */
	adapter->running += transmit(entry);
	NdisReleaseSpinLock(&adapter->send_lock);
}

/* Nobody uses it any more.  NdisFreeSpinLock neither takes nor releases it.  */
static void drain(struct adapter *adapter)
{
	NdisAcquireSpinLock(&adapter->lock);
	adapter->running = 0;
	NdisReleaseSpinLock(&adapter->lock);
}

MINIPORT_PAUSE good_tear_down, warn_tear_down;

int good_tear_down(PVOID context, PVOID parameters)
{
	struct adapter *adapter = context;

	drain(adapter);
	NdisFreeSpinLock(&adapter->lock);
	return 0;
}

int warn_tear_down(PVOID context, PVOID parameters)
{
	struct adapter *adapter = context;

	NdisAcquireSpinLock(&adapter->lock);
	adapter->running = 0;
	NdisFreeSpinLock(&adapter->lock);
	return 0;	/* { dg-warning "'adapter->lock' is still held at return .spinrule-held-at-return." "never released" } */
}

/* ---- functions that are not seen ---- */

extern int drop_locks(struct adapter *adapter);
extern int count_sends(int limit);

/* It can get at the lock, which has all that a release needs.  */
int good_unlocked_elsewhere(struct adapter *adapter)
{
	NdisAcquireSpinLock(&adapter->lock);
	if (adapter->running)
		return drop_locks(adapter);
	NdisReleaseSpinLock(&adapter->lock);
	return 0;
}

/* It cannot.  */
int warn_unlocked_elsewhere(struct adapter *adapter)
{
	NdisAcquireSpinLock(&adapter->lock);
	if (adapter->running)
		return count_sends(5);	/* { dg-warning "'adapter->lock' is still held at return .spinrule-held-at-return." "never released" } */
	NdisReleaseSpinLock(&adapter->lock);
	return 0;
}
