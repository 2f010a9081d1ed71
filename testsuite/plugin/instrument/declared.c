/* A unit that declares or defines functions of the runtime itself: nothing is declared twice. */
/* refers: spinrule_KeReleaseInStackQueuedSpinLock spinrule_callback_enter */
/* keeps: KeAcquireInStackQueuedSpinLock */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule.h"

#ifdef __i386__
#define CDECL __attribute__((cdecl, regparm(0)))
#else
#define CDECL
#endif

extern void CDECL spinrule_KeReleaseInStackQueuedSpinLock(void *handle, struct spinrule_site *site);
extern void FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE handle);

/* The runtime's own functions are never instrumented. */
void CDECL spinrule_KeAcquireInStackQueuedSpinLock(void *lock, void *handle, struct spinrule_site *site)
{
	site->executed = 1;
	KeAcquireInStackQueuedSpinLock((PKSPIN_LOCK)lock, (PKLOCK_QUEUE_HANDLE)handle);
}

__typeof__(&KeReleaseInStackQueuedSpinLock) pointers[] = {
	KeReleaseInStackQueuedSpinLock, spinrule_thunk_KeReleaseInStackQueuedSpinLock
};
DRIVER_DISPATCH dispatch;

NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	struct spinrule_site *site = (struct spinrule_site *)device;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock((PKSPIN_LOCK)irp, &handle);
	spinrule_callback_leave(spinrule_callback_enter(0, site), site);
	KeReleaseInStackQueuedSpinLock(&handle);
	spinrule_KeReleaseInStackQueuedSpinLock(&handle, site);
	return STATUS_SUCCESS;
}
