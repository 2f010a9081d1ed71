/* thunk.c - functions of a DDI's own type and calling convention, which replace the DDI
 * where a driver takes its address.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wrap.h"

/* Line 0: the place of the call through the pointer is not known. */
static struct spinrule_site sites[SPINRULE_DDIS] = {
#define SPINRULE_DDI(NAME, WRITTEN, ...) \
	{ .file = "", .function = "", .ddi = #WRITTEN, .lock = "" },
#include "ddi.def"
};

#define SITE(NAME) (&sites[SPINRULE_DDI_##NAME])

/* ---- raising ---- */

void THUNK_STDCALL spinrule_thunk_KeAcquireSpinLock(void *lock, uint8_t *irql)
{
	spinrule_KeAcquireSpinLock(lock, irql, SITE(KeAcquireSpinLock));
}

uint8_t THUNK_STDCALL spinrule_thunk_KeAcquireSpinLockRaiseToDpc(void *lock)
{
	return spinrule_KeAcquireSpinLockRaiseToDpc(lock, SITE(KeAcquireSpinLockRaiseToDpc));
}

uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireSpinLockRaiseToSynch(void *lock)
{
	return spinrule_KeAcquireSpinLockRaiseToSynch(lock, SITE(KeAcquireSpinLockRaiseToSynch));
}

uint8_t THUNK_FASTCALL spinrule_thunk_KfAcquireSpinLock(void *lock)
{
	return spinrule_KfAcquireSpinLock(lock, SITE(KfAcquireSpinLock));
}

uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireSpinLockForDpc(void *lock)
{
	return spinrule_KeAcquireSpinLockForDpc(lock, SITE(KeAcquireSpinLockForDpc));
}

void THUNK_STDCALL spinrule_thunk_KeReleaseSpinLock(void *lock, uint8_t irql)
{
	spinrule_KeReleaseSpinLock(lock, irql, SITE(KeReleaseSpinLock));
}

void THUNK_FASTCALL spinrule_thunk_KfReleaseSpinLock(void *lock, uint8_t irql)
{
	spinrule_KfReleaseSpinLock(lock, irql, SITE(KfReleaseSpinLock));
}

void THUNK_FASTCALL spinrule_thunk_KeReleaseSpinLockForDpc(void *lock, uint8_t irql)
{
	spinrule_KeReleaseSpinLockForDpc(lock, irql, SITE(KeReleaseSpinLockForDpc));
}

/* ---- at DPC level ---- */

void THUNK_STDCALL spinrule_thunk_KeAcquireSpinLockAtDpcLevel(void *lock)
{
	spinrule_KeAcquireSpinLockAtDpcLevel(lock, SITE(KeAcquireSpinLockAtDpcLevel));
}

void THUNK_FASTCALL spinrule_thunk_KefAcquireSpinLockAtDpcLevel(void *lock)
{
	spinrule_KefAcquireSpinLockAtDpcLevel(lock, SITE(KefAcquireSpinLockAtDpcLevel));
}

void THUNK_FASTCALL spinrule_thunk_KiAcquireSpinLock(void *lock)
{
	spinrule_KiAcquireSpinLock(lock, SITE(KiAcquireSpinLock));
}

uint8_t THUNK_FASTCALL spinrule_thunk_KeTryToAcquireSpinLockAtDpcLevel(void *lock)
{
	return spinrule_KeTryToAcquireSpinLockAtDpcLevel(lock,
							 SITE(KeTryToAcquireSpinLockAtDpcLevel));
}

void THUNK_STDCALL spinrule_thunk_KeReleaseSpinLockFromDpcLevel(void *lock)
{
	spinrule_KeReleaseSpinLockFromDpcLevel(lock, SITE(KeReleaseSpinLockFromDpcLevel));
}

void THUNK_FASTCALL spinrule_thunk_KefReleaseSpinLockFromDpcLevel(void *lock)
{
	spinrule_KefReleaseSpinLockFromDpcLevel(lock, SITE(KefReleaseSpinLockFromDpcLevel));
}

void THUNK_FASTCALL spinrule_thunk_KiReleaseSpinLock(void *lock)
{
	spinrule_KiReleaseSpinLock(lock, SITE(KiReleaseSpinLock));
}

/* ---- in-stack queued ---- */

void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLock(void *lock, void *handle)
{
	spinrule_KeAcquireInStackQueuedSpinLock(lock, handle, SITE(KeAcquireInStackQueuedSpinLock));
}

void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock,
									      void *handle)
{
	spinrule_KeAcquireInStackQueuedSpinLockRaiseToSynch(
		lock, handle, SITE(KeAcquireInStackQueuedSpinLockRaiseToSynch));
}

void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle)
{
	spinrule_KeAcquireInStackQueuedSpinLockForDpc(lock, handle,
						      SITE(KeAcquireInStackQueuedSpinLockForDpc));
}

void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock,
									    void *handle)
{
	spinrule_KeAcquireInStackQueuedSpinLockAtDpcLevel(
		lock, handle, SITE(KeAcquireInStackQueuedSpinLockAtDpcLevel));
}

void THUNK_FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLock(void *handle)
{
	spinrule_KeReleaseInStackQueuedSpinLock(handle, SITE(KeReleaseInStackQueuedSpinLock));
}

void THUNK_FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLockForDpc(void *handle)
{
	spinrule_KeReleaseInStackQueuedSpinLockForDpc(handle,
						      SITE(KeReleaseInStackQueuedSpinLockForDpc));
}

void THUNK_FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle)
{
	spinrule_KeReleaseInStackQueuedSpinLockFromDpcLevel(
		handle, SITE(KeReleaseInStackQueuedSpinLockFromDpcLevel));
}

/* ---- queued by number ---- */

uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireQueuedSpinLock(uintptr_t number)
{
	return spinrule_KeAcquireQueuedSpinLock(number, SITE(KeAcquireQueuedSpinLock));
}

uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number)
{
	return spinrule_KeAcquireQueuedSpinLockRaiseToSynch(
		number, SITE(KeAcquireQueuedSpinLockRaiseToSynch));
}

uint32_t THUNK_FASTCALL spinrule_thunk_KeTryToAcquireQueuedSpinLock(uintptr_t number, uint8_t *irql)
{
	return spinrule_KeTryToAcquireQueuedSpinLock(number, irql,
						     SITE(KeTryToAcquireQueuedSpinLock));
}

uint32_t THUNK_FASTCALL spinrule_thunk_KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number,
										uint8_t *irql)
{
	return spinrule_KeTryToAcquireQueuedSpinLockRaiseToSynch(
		number, irql, SITE(KeTryToAcquireQueuedSpinLockRaiseToSynch));
}

void THUNK_FASTCALL spinrule_thunk_KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql)
{
	spinrule_KeReleaseQueuedSpinLock(number, irql, SITE(KeReleaseQueuedSpinLock));
}

/* ---- cancel ---- */

void THUNK_STDCALL spinrule_thunk_IoAcquireCancelSpinLock(uint8_t *irql)
{
	spinrule_IoAcquireCancelSpinLock(irql, SITE(IoAcquireCancelSpinLock));
}

void THUNK_STDCALL spinrule_thunk_IoReleaseCancelSpinLock(uint8_t irql)
{
	spinrule_IoReleaseCancelSpinLock(irql, SITE(IoReleaseCancelSpinLock));
}

/* ---- set-up ---- */

void THUNK_STDCALL spinrule_thunk_KeInitializeSpinLock(void *lock)
{
	spinrule_KeInitializeSpinLock(lock, SITE(KeInitializeSpinLock));
}

/* ---- momentary ---- */

void *THUNK_STDCALL spinrule_thunk_ExInterlockedInsertHeadList(void *head, void *entry, void *lock)
{
	return spinrule_ExInterlockedInsertHeadList(head, entry, lock,
						    SITE(ExInterlockedInsertHeadList));
}

void *THUNK_STDCALL spinrule_thunk_ExInterlockedInsertTailList(void *head, void *entry, void *lock)
{
	return spinrule_ExInterlockedInsertTailList(head, entry, lock,
						    SITE(ExInterlockedInsertTailList));
}

void *THUNK_STDCALL spinrule_thunk_ExInterlockedRemoveHeadList(void *head, void *lock)
{
	return spinrule_ExInterlockedRemoveHeadList(head, lock, SITE(ExInterlockedRemoveHeadList));
}

void *THUNK_STDCALL spinrule_thunk_ExInterlockedPopEntryList(void *head, void *lock)
{
	return spinrule_ExInterlockedPopEntryList(head, lock, SITE(ExInterlockedPopEntryList));
}

void *THUNK_STDCALL spinrule_thunk_ExInterlockedPushEntryList(void *head, void *entry, void *lock)
{
	return spinrule_ExInterlockedPushEntryList(head, entry, lock,
						   SITE(ExInterlockedPushEntryList));
}

uint32_t THUNK_STDCALL spinrule_thunk_ExInterlockedAddUlong(uint32_t *addend, uint32_t increment,
							    void *lock)
{
	return spinrule_ExInterlockedAddUlong(addend, increment, lock, SITE(ExInterlockedAddUlong));
}

union port_large_integer THUNK_STDCALL spinrule_thunk_ExInterlockedAddLargeInteger(
	void *addend, union port_large_integer increment, void *lock)
{
	return spinrule_ExInterlockedAddLargeInteger(addend, increment, lock,
						     SITE(ExInterlockedAddLargeInteger));
}

void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedInsertHeadList(void *head, void *entry,
								 void *lock)
{
	return spinrule_ExfInterlockedInsertHeadList(head, entry, lock,
						     SITE(ExfInterlockedInsertHeadList));
}

void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedInsertTailList(void *head, void *entry,
								 void *lock)
{
	return spinrule_ExfInterlockedInsertTailList(head, entry, lock,
						     SITE(ExfInterlockedInsertTailList));
}

void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedRemoveHeadList(void *head, void *lock)
{
	return spinrule_ExfInterlockedRemoveHeadList(head, lock,
						     SITE(ExfInterlockedRemoveHeadList));
}

void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedPopEntryList(void *head, void *lock)
{
	return spinrule_ExfInterlockedPopEntryList(head, lock, SITE(ExfInterlockedPopEntryList));
}

void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedPushEntryList(void *head, void *entry, void *lock)
{
	return spinrule_ExfInterlockedPushEntryList(head, entry, lock,
						    SITE(ExfInterlockedPushEntryList));
}

uint32_t THUNK_FASTCALL spinrule_thunk_ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment,
							      void *lock)
{
	return spinrule_ExfInterlockedAddUlong(addend, increment, lock,
					       SITE(ExfInterlockedAddUlong));
}

/* ---- leaving ---- */

NORETURN void THUNK_STDCALL spinrule_thunk_ExRaiseStatus(int32_t status)
{
	spinrule_ExRaiseStatus(status, SITE(ExRaiseStatus));
}

NORETURN void THUNK_STDCALL spinrule_thunk_ExRaiseAccessViolation(void)
{
	spinrule_ExRaiseAccessViolation(SITE(ExRaiseAccessViolation));
}

NORETURN void THUNK_STDCALL spinrule_thunk_ExRaiseDatatypeMisalignment(void)
{
	spinrule_ExRaiseDatatypeMisalignment(SITE(ExRaiseDatatypeMisalignment));
}

int32_t THUNK_STDCALL spinrule_thunk_PsTerminateSystemThread(int32_t status)
{
	return spinrule_PsTerminateSystemThread(status, SITE(PsTerminateSystemThread));
}
