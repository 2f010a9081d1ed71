/* ndis-lite.h - NDIS's locks as functions, on every compiler: mingw-w64 10's <ddk/ndis.h> does not
 * compile.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef NDIS_LITE_H
#define NDIS_LITE_H

#include "wdm-lite.h"

#if !defined(_WIN32)
#include "../../runtime/native/ndis.h"
#else
typedef struct _NDIS_SPIN_LOCK {
	KSPIN_LOCK SpinLock;
	KIRQL OldIrql;
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;

typedef struct _NDIS_RW_LOCK_EX *PNDIS_RW_LOCK_EX;
typedef struct _LOCK_STATE_EX {
	KIRQL OldIrql;
	UCHAR LockState, Flags;
} LOCK_STATE_EX, *PLOCK_STATE_EX;

__declspec(dllimport) VOID NTAPI NdisAllocateSpinLock(PNDIS_SPIN_LOCK);
VOID NTAPI NdisFreeSpinLock(PNDIS_SPIN_LOCK);
__declspec(dllimport) VOID NTAPI NdisAcquireSpinLock(PNDIS_SPIN_LOCK);
VOID NTAPI NdisReleaseSpinLock(PNDIS_SPIN_LOCK);
VOID NTAPI NdisDprAcquireSpinLock(PNDIS_SPIN_LOCK);
VOID NTAPI NdisDprReleaseSpinLock(PNDIS_SPIN_LOCK);
PLIST_ENTRY NTAPI NdisInterlockedInsertTailList(PLIST_ENTRY, PLIST_ENTRY, PNDIS_SPIN_LOCK);
PLIST_ENTRY NTAPI NdisInterlockedRemoveHeadList(PLIST_ENTRY, PNDIS_SPIN_LOCK);
PNDIS_RW_LOCK_EX NTAPI NdisAllocateRWLock(PVOID);
VOID NTAPI NdisFreeRWLock(PNDIS_RW_LOCK_EX);
VOID NTAPI NdisAcquireRWLockRead(PNDIS_RW_LOCK_EX, PLOCK_STATE_EX, UCHAR);
VOID NTAPI NdisAcquireRWLockWrite(PNDIS_RW_LOCK_EX, PLOCK_STATE_EX, UCHAR);
VOID NTAPI NdisReleaseRWLock(PNDIS_RW_LOCK_EX, PLOCK_STATE_EX);
#endif

#endif
