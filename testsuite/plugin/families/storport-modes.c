/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-role=HW_STARTIO:held=StartIoLock -fplugin-arg-spinrule-role=HW_RESET_BUS:held=InterruptLock" } */
/* Which lock of the adapter some callbacks are entered with depends on modes that are set at run time: an argument says it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;
typedef BOOLEAN HW_STARTIO(PVOID extension, PVOID request);
typedef BOOLEAN HW_RESET_BUS(PVOID extension, ULONG path);

extern VOID StorPortAcquireSpinLock(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle);
extern VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle);

struct extension {
	int queued;
};

HW_STARTIO good_start, warn_start;
HW_RESET_BUS good_reset, warn_reset;

BOOLEAN good_start(PVOID context, PVOID request)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	(void)request;
	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);
	extension->queued++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

BOOLEAN warn_start(PVOID context, PVOID request)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	(void)request;
	/* { dg-note "rule StorPortSpinLock; '-fplugin" "it has no bug check" { target *-*-* } .+1 } */
	StorPortAcquireSpinLock(extension, StartIoLock, NULL, &handle);	/* { dg-warning "'StartIoLock' is acquired while already held .spinrule-double-acquire." "half duplex" } */
	extension->queued++;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}

BOOLEAN good_reset(PVOID context, ULONG path)
{
	struct extension *extension = context;

	extension->queued = (int)path;
	return TRUE;
}

BOOLEAN warn_reset(PVOID context, ULONG path)
{
	struct extension *extension = context;
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(extension, InterruptLock, NULL, &handle);	/* { dg-warning "'InterruptLock' is acquired while already held .spinrule-double-acquire." "as the interrupt" } */
	extension->queued = (int)path;
	StorPortReleaseSpinLock(extension, &handle);
	return TRUE;
}
