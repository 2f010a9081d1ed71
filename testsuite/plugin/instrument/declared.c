/* A unit that declares or defines functions of the runtime itself: nothing is declared twice. */
/* refers: spinrule_KeAcquireSpinLockRaiseToDpc spinrule_callback_enter */
/* keeps: KeReleaseSpinLock|KfReleaseSpinLock */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule.h"

#ifdef __i386__
#define CDECL __attribute__((cdecl, regparm(0)))
#else
#define CDECL
#endif

extern KIRQL CDECL spinrule_KeAcquireSpinLockRaiseToDpc(void *lock, struct spinrule_site *site);

/* The runtime's own functions are never instrumented. */
void CDECL spinrule_KeReleaseSpinLock(void *lock, KIRQL irql, struct spinrule_site *site)
{
	site->executed = 1;
	KeReleaseSpinLock((PKSPIN_LOCK)lock, irql);
}

__typeof__(KeAcquireSpinLockRaiseToDpc) *pointer;
DRIVER_DISPATCH dispatch;

NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	PKSPIN_LOCK lock = (PKSPIN_LOCK)irp;
	KIRQL irql = KeAcquireSpinLockRaiseToDpc(lock);

	spinrule_callback_leave(spinrule_callback_enter(0, (struct spinrule_site *)irp), (struct spinrule_site *)irp);
	KeReleaseSpinLock(lock, irql);
	return STATUS_SUCCESS;
}
