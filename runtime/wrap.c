/* wrap.c - what instrumented code calls instead of a DDI.
 *
 * An acquire is checked before the real one, which never returns if this thread holds the
 * lock already, and recorded after it.  A release is checked and recorded before the real
 * one: after it another thread may hold the lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wrap.h"

#include "callback.h"
#include "locks.h"
#include "momentary.h"
#include "wrap-acquire.h"
#include "wrap-release.h"

/* At the start of a cache line, which is also what a processor fetches at once. */
#define HOT __attribute__((aligned(64)))

/* ---- raising ---- */

HOT void WRAP spinrule_KeAcquireSpinLock(void *lock, uint8_t *irql, struct spinrule_site *site)
{
	acquire_raising_through(lock, irql, site);
}

HOT uint8_t WRAP spinrule_KeAcquireSpinLockRaiseToDpc(void *lock, struct spinrule_site *site)
{
	return acquire_raising(lock, site);
}

uint8_t WRAP spinrule_KeAcquireSpinLockRaiseToSynch(void *lock, struct spinrule_site *site)
{
	return acquire_as(lock, port_KeAcquireSpinLockRaiseToSynch, site);
}

HOT uint8_t WRAP spinrule_KfAcquireSpinLock(void *lock, struct spinrule_site *site)
{
	return acquire_raising(lock, site);
}

uint8_t WRAP spinrule_KeAcquireSpinLockForDpc(void *lock, struct spinrule_site *site)
{
	return acquire_as(lock, port_KeAcquireSpinLockForDpc, site);
}

HOT void WRAP spinrule_KeReleaseSpinLock(void *lock, wrap_irql irql, struct spinrule_site *site)
{
	release_raising(lock, irql, site);
}

HOT void WRAP spinrule_KfReleaseSpinLock(void *lock, wrap_irql irql, struct spinrule_site *site)
{
	release_raising(lock, irql, site);
}

void WRAP spinrule_KeReleaseSpinLockForDpc(void *lock, uint8_t irql, struct spinrule_site *site)
{
	release_as(lock, irql, port_KeReleaseSpinLockForDpc, site);
}

/* ---- at DPC level ---- */

HOT void WRAP spinrule_KeAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, site);
}

HOT void WRAP spinrule_KefAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, site);
}

HOT void WRAP spinrule_KiAcquireSpinLock(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, site);
}

uint8_t WRAP spinrule_KeTryToAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site)
{
	return try_at_dpc(lock, site);
}

HOT void WRAP spinrule_KeReleaseSpinLockFromDpcLevel(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, site);
}

HOT void WRAP spinrule_KefReleaseSpinLockFromDpcLevel(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, site);
}

HOT void WRAP spinrule_KiReleaseSpinLock(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, site);
}

/* ---- in-stack queued ---- */

void WRAP spinrule_KeAcquireInStackQueuedSpinLock(void *lock, void *handle,
						  struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED, port_KeAcquireInStackQueuedSpinLock,
		       site);
}

void WRAP spinrule_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle,
							      struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED,
		       port_KeAcquireInStackQueuedSpinLockRaiseToSynch, site);
}

void WRAP spinrule_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle,
							struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED,
		       port_KeAcquireInStackQueuedSpinLockForDpc, site);
}

void WRAP spinrule_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle,
							    struct spinrule_site *site)
{
	acquire_queued(lock, handle, SPINRULE_GROUP_QUEUED_DPC,
		       port_KeAcquireInStackQueuedSpinLockAtDpcLevel, site);
}

void WRAP spinrule_KeReleaseInStackQueuedSpinLock(void *handle, struct spinrule_site *site)
{
	release_queued(handle, SPINRULE_GROUP_QUEUED, port_KeReleaseInStackQueuedSpinLock, site);
}

void WRAP spinrule_KeReleaseInStackQueuedSpinLockForDpc(void *handle, struct spinrule_site *site)
{
	release_queued(handle, SPINRULE_GROUP_QUEUED, port_KeReleaseInStackQueuedSpinLockForDpc,
		       site);
}

void WRAP spinrule_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle,
							      struct spinrule_site *site)
{
	release_queued(handle, SPINRULE_GROUP_QUEUED_DPC,
		       port_KeReleaseInStackQueuedSpinLockFromDpcLevel, site);
}

/* ---- queued by number ---- */

uint8_t WRAP spinrule_KeAcquireQueuedSpinLock(uintptr_t number, struct spinrule_site *site)
{
	return acquire_numbered((unsigned)number, port_KeAcquireQueuedSpinLock, site);
}

uint8_t WRAP spinrule_KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number,
							  struct spinrule_site *site)
{
	return acquire_numbered((unsigned)number, port_KeAcquireQueuedSpinLockRaiseToSynch, site);
}

uint32_t WRAP spinrule_KeTryToAcquireQueuedSpinLock(uintptr_t number, uint8_t *irql,
						    struct spinrule_site *site)
{
	return try_numbered((unsigned)number, irql, port_KeTryToAcquireQueuedSpinLock, site);
}

uint32_t WRAP spinrule_KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number, uint8_t *irql,
								struct spinrule_site *site)
{
	return try_numbered((unsigned)number, irql, port_KeTryToAcquireQueuedSpinLockRaiseToSynch,
			    site);
}

void WRAP spinrule_KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql,
					   struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_releasing(locks_numbered((unsigned)number), NULL, KIND_NUMBERED, &irql, site))
		port_KeReleaseQueuedSpinLock((unsigned)number, irql);
}

/* ---- cancel ---- */

void WRAP spinrule_IoAcquireCancelSpinLock(uint8_t *irql, struct spinrule_site *site)
{
	*irql = acquire_cancel(site);
}

void WRAP spinrule_IoReleaseCancelSpinLock(uint8_t irql, struct spinrule_site *site)
{
	release_cancel(irql, site);
}

/* ---- set-up ---- */

void WRAP spinrule_KeInitializeSpinLock(void *lock, struct spinrule_site *site)
{
	locks_initializing(lock, site);
	port_KeInitializeSpinLock(lock);
}

/* ---- momentary ---- */

/* A thread that holds LOCK already, which has been reported, must not wait for it:
 * then the routine's work is done without the lock. */
static uintptr_t momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock,
			   struct spinrule_site *site)
{
	if (locks_may_use(lock, site))
		return port_momentary(routine, first, second, lock);
	return momentary_work(routine, first, second);
}

void *WRAP spinrule_ExInterlockedInsertHeadList(void *head, void *entry, void *lock,
						struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExInterlockedInsertTailList(void *head, void *entry, void *lock,
						struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExInterlockedRemoveHeadList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_REMOVE_HEAD, head, 0, lock, site);
}

void *WRAP spinrule_ExInterlockedPopEntryList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_POP, head, 0, lock, site);
}

void *WRAP spinrule_ExInterlockedPushEntryList(void *head, void *entry, void *lock,
					       struct spinrule_site *site)
{
	return (void *)momentary(PORT_PUSH, head, (uintptr_t)entry, lock, site);
}

uint32_t WRAP spinrule_ExInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock,
					     struct spinrule_site *site)
{
	return (uint32_t)momentary(PORT_ADD_ULONG, addend, increment, lock, site);
}

union port_large_integer WRAP spinrule_ExInterlockedAddLargeInteger(
	void *addend, union port_large_integer increment, void *lock, struct spinrule_site *site)
{
	if (locks_may_use(lock, site))
		return port_ExInterlockedAddLargeInteger(addend, increment, lock);
	return momentary_add_large(addend, increment);
}

void *WRAP spinrule_ExfInterlockedInsertHeadList(void *head, void *entry, void *lock,
						 struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExfInterlockedInsertTailList(void *head, void *entry, void *lock,
						 struct spinrule_site *site)
{
	return (void *)momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, lock, site);
}

void *WRAP spinrule_ExfInterlockedRemoveHeadList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_REMOVE_HEAD, head, 0, lock, site);
}

void *WRAP spinrule_ExfInterlockedPopEntryList(void *head, void *lock, struct spinrule_site *site)
{
	return (void *)momentary(PORT_POP, head, 0, lock, site);
}

void *WRAP spinrule_ExfInterlockedPushEntryList(void *head, void *entry, void *lock,
						struct spinrule_site *site)
{
	return (void *)momentary(PORT_PUSH, head, (uintptr_t)entry, lock, site);
}

uint32_t WRAP spinrule_ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock,
					      struct spinrule_site *site)
{
	return (uint32_t)momentary(PORT_ADD_ULONG, addend, increment, lock, site);
}

/* ---- leaving ---- */

NORETURN void WRAP spinrule_ExRaiseStatus(int32_t status, struct spinrule_site *site)
{
	callback_raise(site);
	port_ExRaiseStatus(status);
}

NORETURN void WRAP spinrule_ExRaiseAccessViolation(struct spinrule_site *site)
{
	callback_raise(site);
	port_ExRaiseAccessViolation();
}

NORETURN void WRAP spinrule_ExRaiseDatatypeMisalignment(struct spinrule_site *site)
{
	callback_raise(site);
	port_ExRaiseDatatypeMisalignment();
}

int32_t WRAP spinrule_PsTerminateSystemThread(int32_t status, struct spinrule_site *site)
{
	callback_thread_ends(site);
	return port_PsTerminateSystemThread(status);
}
