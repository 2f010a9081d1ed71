/* queue-user.c - what another file's functions do with a lock, by annotations; and two mistakes
 * that these find: docs/annotations.md.
 *
 * SPDX-License-Identifier: MIT
 */

#include <ddk/wdm.h>
#include <spinrule/sal.h>

typedef struct {
	KSPIN_LOCK Lock;
	KIRQL Irql;
	LONG Count;
} EXT, *PEXT;

_When_(return != FALSE, _Acquires_lock_(Ext->Lock)) BOOLEAN TryLockExt(PEXT Ext);

_Requires_lock_held_(Ext->Lock) VOID CountLocked(PEXT Ext);

VOID NTAPI MyDpc(PKDPC Dpc, PVOID Context, PVOID Arg1, PVOID Arg2)
{
	PEXT ext = Context;

	if (TryLockExt(ext)) {
		CountLocked(ext);
		KeReleaseSpinLock(&ext->Lock, ext->Irql);
	}
	CountLocked(ext);
}

_Acquires_lock_(Ext->Lock) VOID LockExt(PEXT Ext)
{
	if (Ext->Count < 0)
		return;
	KeAcquireSpinLock(&Ext->Lock, &Ext->Irql);
}
