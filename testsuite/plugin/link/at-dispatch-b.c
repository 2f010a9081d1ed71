/* What another file makes a callback.  At DISPATCH_LEVEL a register of the processor is one value; a threaded DPC may be entered
 * at PASSIVE_LEVEL.
 *
 * SPDX-License-Identifier: MIT
 */

#include "at-dispatch.h"

static KSPIN_LOCK lock;

extern void elsewhere(void);

static inline ULONG in_dpc(void)
{
	ULONG found;

	__asm__ __volatile__("movl %%gs:0x20, %0" : "=r" (found));
	return found;
}

VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	ULONG before = in_dpc();

	(void)dpc, (void)context, (void)arg1, (void)arg2;
	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(&lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(&lock);
}

VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	ULONG before = in_dpc();

	(void)dpc, (void)context, (void)arg1, (void)arg2;
	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(&lock);
	if (!in_dpc() && before)
		KeReleaseSpinLockFromDpcLevel(&lock);
}	/* warning: held-at-return */

/* says: spinrule:   threaded: unknown */
VOID NTAPI threaded(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	ULONG before = in_dpc();

	(void)dpc, (void)context, (void)arg1, (void)arg2;
	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(&lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(&lock);
}

/* says: spinrule:   dpc_and_threaded: unknown */
VOID NTAPI dpc_and_threaded(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	ULONG before = in_dpc();

	(void)dpc, (void)context, (void)arg1, (void)arg2;
	elsewhere();
	if (before)
		KeAcquireSpinLockAtDpcLevel(&lock);
	if (in_dpc())
		KeReleaseSpinLockFromDpcLevel(&lock);
}
