/* ddi-hosted-names.c - the spin-lock DDIs of plain programs under their own names.
 *
 * For code that is not instrumented: it calls a DDI by its name or, on Windows, through
 * the pointer __imp_... if the declaration has dllimport.  ddi-hosted.c does the work.
 *
 * SPDX-License-Identifier: MIT
 */

#include "ddi-hosted-names.h"
#include "hosted.h"
#include "locks.h"

#include <stdarg.h>
#include <stdio.h>

#define NORETURN __attribute__((noreturn))

/* ---- declarations: no header of the runtime has them ---- */

#ifdef __ELF__
#pragma GCC visibility push(default)
#endif

/* raising */
void STDCALL KeAcquireSpinLock(void *lock, uint8_t *irql);
uint8_t STDCALL KeAcquireSpinLockRaiseToDpc(void *lock);
uint8_t FASTCALL KeAcquireSpinLockRaiseToSynch(void *lock);
uint8_t FASTCALL KfAcquireSpinLock(void *lock);
uint8_t FASTCALL KeAcquireSpinLockForDpc(void *lock);
void STDCALL KeReleaseSpinLock(void *lock, uint8_t irql);
void FASTCALL KfReleaseSpinLock(void *lock, uint8_t irql);
void FASTCALL KeReleaseSpinLockForDpc(void *lock, uint8_t irql);

/* at DPC level */
void STDCALL KeAcquireSpinLockAtDpcLevel(void *lock);
void FASTCALL KefAcquireSpinLockAtDpcLevel(void *lock);
void FASTCALL KiAcquireSpinLock(void *lock);
uint8_t FASTCALL KeTryToAcquireSpinLockAtDpcLevel(void *lock);
void STDCALL KeReleaseSpinLockFromDpcLevel(void *lock);
void FASTCALL KefReleaseSpinLockFromDpcLevel(void *lock);
void FASTCALL KiReleaseSpinLock(void *lock);

/* in-stack queued */
void FASTCALL KeAcquireInStackQueuedSpinLock(void *lock, void *handle);
void FASTCALL KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle);
void FASTCALL KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle);
void FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle);
void FASTCALL KeReleaseInStackQueuedSpinLock(void *handle);
void FASTCALL KeReleaseInStackQueuedSpinLockForDpc(void *handle);
void FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle);

/* queued by number */
uint8_t FASTCALL KeAcquireQueuedSpinLock(uintptr_t number);
uint8_t FASTCALL KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number);
uint32_t FASTCALL KeTryToAcquireQueuedSpinLock(uintptr_t number, uint8_t *irql);
uint32_t FASTCALL KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number, uint8_t *irql);
void FASTCALL KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql);

/* cancel */
void STDCALL IoAcquireCancelSpinLock(uint8_t *irql);
void STDCALL IoReleaseCancelSpinLock(uint8_t irql);

/* set-up */
void STDCALL KeInitializeSpinLock(void *lock);

/* momentary */
void *STDCALL ExInterlockedInsertHeadList(void *head, void *entry, void *lock);
void *STDCALL ExInterlockedInsertTailList(void *head, void *entry, void *lock);
void *STDCALL ExInterlockedRemoveHeadList(void *head, void *lock);
void *STDCALL ExInterlockedPopEntryList(void *head, void *lock);
void *STDCALL ExInterlockedPushEntryList(void *head, void *entry, void *lock);
uint32_t STDCALL ExInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock);
union port_large_integer STDCALL ExInterlockedAddLargeInteger(void *addend,
							      union port_large_integer increment,
							      void *lock);
void *FASTCALL ExfInterlockedInsertHeadList(void *head, void *entry, void *lock);
void *FASTCALL ExfInterlockedInsertTailList(void *head, void *entry, void *lock);
void *FASTCALL ExfInterlockedRemoveHeadList(void *head, void *lock);
void *FASTCALL ExfInterlockedPopEntryList(void *head, void *lock);
void *FASTCALL ExfInterlockedPushEntryList(void *head, void *entry, void *lock);
uint32_t FASTCALL ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock);

/* reader/writer */
uint8_t STDCALL ExAcquireSpinLockShared(void *lock);
void STDCALL ExAcquireSpinLockSharedAtDpcLevel(void *lock);
uint32_t STDCALL ExTryAcquireSpinLockSharedAtDpcLevel(void *lock);
void STDCALL ExReleaseSpinLockShared(void *lock, uint8_t irql);
void STDCALL ExReleaseSpinLockSharedFromDpcLevel(void *lock);
uint8_t STDCALL ExAcquireSpinLockExclusive(void *lock);
void STDCALL ExAcquireSpinLockExclusiveAtDpcLevel(void *lock);
uint32_t STDCALL ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock);
void STDCALL ExReleaseSpinLockExclusive(void *lock, uint8_t irql);
void STDCALL ExReleaseSpinLockExclusiveFromDpcLevel(void *lock);
uint32_t STDCALL ExTryConvertSharedSpinLockExclusive(void *lock);

/* leaving */
NORETURN void STDCALL ExRaiseStatus(int32_t status);
NORETURN void STDCALL ExRaiseAccessViolation(void);
NORETURN void STDCALL ExRaiseDatatypeMisalignment(void);
int32_t STDCALL PsTerminateSystemThread(int32_t status);

/* IRQLs, bug checks, text */
uint8_t STDCALL KeGetCurrentIrql(void);
void STDCALL KeLowerIrql(uint8_t irql);
void FASTCALL KfLowerIrql(uint8_t irql);
uint8_t FASTCALL KfRaiseIrql(uint8_t irql);
void STDCALL KeRaiseIrql(uint8_t irql, uint8_t *old);
uint8_t STDCALL KeRaiseIrqlToDpcLevel(void);
uint8_t STDCALL KeRaiseIrqlToSynchLevel(void);
uint8_t FASTCALL KeTestSpinLock(void *lock);
NORETURN void STDCALL KeBugCheckEx(uint32_t code, uintptr_t p1, uintptr_t p2, uintptr_t p3,
				   uintptr_t p4);
NORETURN void STDCALL KeBugCheck(uint32_t code);
uint32_t DbgPrint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- raising ---- */

void STDCALL KeAcquireSpinLock(void *lock, uint8_t *irql)
{
	*irql = port_KeAcquireSpinLockRaiseToDpc(lock);
}

uint8_t STDCALL KeAcquireSpinLockRaiseToDpc(void *lock)
{
	return port_KeAcquireSpinLockRaiseToDpc(lock);
}

uint8_t FASTCALL KeAcquireSpinLockRaiseToSynch(void *lock)
{
	return port_KeAcquireSpinLockRaiseToSynch(lock);
}

uint8_t FASTCALL KfAcquireSpinLock(void *lock)
{
	return port_KeAcquireSpinLockRaiseToDpc(lock);
}

uint8_t FASTCALL KeAcquireSpinLockForDpc(void *lock)
{
	return port_KeAcquireSpinLockForDpc(lock);
}

void STDCALL KeReleaseSpinLock(void *lock, uint8_t irql)
{
	port_KeReleaseSpinLock(lock, irql);
}

void FASTCALL KfReleaseSpinLock(void *lock, uint8_t irql)
{
	port_KeReleaseSpinLock(lock, irql);
}

void FASTCALL KeReleaseSpinLockForDpc(void *lock, uint8_t irql)
{
	port_KeReleaseSpinLockForDpc(lock, irql);
}

/* ---- at DPC level ---- */

void STDCALL KeAcquireSpinLockAtDpcLevel(void *lock)
{
	port_KeAcquireSpinLockAtDpcLevel(lock);
}

void FASTCALL KefAcquireSpinLockAtDpcLevel(void *lock)
{
	port_KeAcquireSpinLockAtDpcLevel(lock);
}

void FASTCALL KiAcquireSpinLock(void *lock)
{
	port_KeAcquireSpinLockAtDpcLevel(lock);
}

uint8_t FASTCALL KeTryToAcquireSpinLockAtDpcLevel(void *lock)
{
	return port_KeTryToAcquireSpinLockAtDpcLevel(lock);
}

void STDCALL KeReleaseSpinLockFromDpcLevel(void *lock)
{
	port_KeReleaseSpinLockFromDpcLevel(lock);
}

void FASTCALL KefReleaseSpinLockFromDpcLevel(void *lock)
{
	port_KeReleaseSpinLockFromDpcLevel(lock);
}

void FASTCALL KiReleaseSpinLock(void *lock)
{
	port_KeReleaseSpinLockFromDpcLevel(lock);
}

/* ---- in-stack queued ---- */

void FASTCALL KeAcquireInStackQueuedSpinLock(void *lock, void *handle)
{
	port_KeAcquireInStackQueuedSpinLock(lock, handle);
}

void FASTCALL KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle)
{
	port_KeAcquireInStackQueuedSpinLockRaiseToSynch(lock, handle);
}

void FASTCALL KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle)
{
	port_KeAcquireInStackQueuedSpinLockForDpc(lock, handle);
}

void FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle)
{
	port_KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, handle);
}

void FASTCALL KeReleaseInStackQueuedSpinLock(void *handle)
{
	port_KeReleaseInStackQueuedSpinLock(handle);
}

void FASTCALL KeReleaseInStackQueuedSpinLockForDpc(void *handle)
{
	port_KeReleaseInStackQueuedSpinLockForDpc(handle);
}

void FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle)
{
	port_KeReleaseInStackQueuedSpinLockFromDpcLevel(handle);
}

/* ---- queued by number ---- */

uint8_t FASTCALL KeAcquireQueuedSpinLock(uintptr_t number)
{
	return port_KeAcquireQueuedSpinLock((unsigned)number);
}

uint8_t FASTCALL KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number)
{
	return port_KeAcquireQueuedSpinLockRaiseToSynch((unsigned)number);
}

uint32_t FASTCALL KeTryToAcquireQueuedSpinLock(uintptr_t number, uint8_t *irql)
{
	return port_KeTryToAcquireQueuedSpinLock((unsigned)number, irql);
}

uint32_t FASTCALL KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number, uint8_t *irql)
{
	return port_KeTryToAcquireQueuedSpinLockRaiseToSynch((unsigned)number, irql);
}

void FASTCALL KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql)
{
	port_KeReleaseQueuedSpinLock((unsigned)number, irql);
}

/* ---- cancel ---- */

void STDCALL IoAcquireCancelSpinLock(uint8_t *irql)
{
	*irql = port_acquire_cancel(NULL);
}

void STDCALL IoReleaseCancelSpinLock(uint8_t irql)
{
	port_IoReleaseCancelSpinLock(irql);
}

/* ---- set-up ---- */

void STDCALL KeInitializeSpinLock(void *lock)
{
	port_KeInitializeSpinLock(lock);
}

/* ---- momentary ---- */

void *STDCALL ExInterlockedInsertHeadList(void *head, void *entry, void *lock)
{
	return (void *)port_momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, lock);
}

void *STDCALL ExInterlockedInsertTailList(void *head, void *entry, void *lock)
{
	return (void *)port_momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, lock);
}

void *STDCALL ExInterlockedRemoveHeadList(void *head, void *lock)
{
	return (void *)port_momentary(PORT_REMOVE_HEAD, head, 0, lock);
}

void *STDCALL ExInterlockedPopEntryList(void *head, void *lock)
{
	return (void *)port_momentary(PORT_POP, head, 0, lock);
}

void *STDCALL ExInterlockedPushEntryList(void *head, void *entry, void *lock)
{
	return (void *)port_momentary(PORT_PUSH, head, (uintptr_t)entry, lock);
}

uint32_t STDCALL ExInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock)
{
	return (uint32_t)port_momentary(PORT_ADD_ULONG, addend, increment, lock);
}

union port_large_integer STDCALL ExInterlockedAddLargeInteger(void *addend,
							      union port_large_integer increment,
							      void *lock)
{
	return port_ExInterlockedAddLargeInteger(addend, increment, lock);
}

void *FASTCALL ExfInterlockedInsertHeadList(void *head, void *entry, void *lock)
{
	return (void *)port_momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, lock);
}

void *FASTCALL ExfInterlockedInsertTailList(void *head, void *entry, void *lock)
{
	return (void *)port_momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, lock);
}

void *FASTCALL ExfInterlockedRemoveHeadList(void *head, void *lock)
{
	return (void *)port_momentary(PORT_REMOVE_HEAD, head, 0, lock);
}

void *FASTCALL ExfInterlockedPopEntryList(void *head, void *lock)
{
	return (void *)port_momentary(PORT_POP, head, 0, lock);
}

void *FASTCALL ExfInterlockedPushEntryList(void *head, void *entry, void *lock)
{
	return (void *)port_momentary(PORT_PUSH, head, (uintptr_t)entry, lock);
}

uint32_t FASTCALL ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock)
{
	return (uint32_t)port_momentary(PORT_ADD_ULONG, addend, increment, lock);
}

/* ---- reader/writer ---- */

uint8_t STDCALL ExAcquireSpinLockShared(void *lock)
{
	return port_ExAcquireSpinLockShared(lock);
}

void STDCALL ExAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	port_ExAcquireSpinLockSharedAtDpcLevel(lock);
}

uint32_t STDCALL ExTryAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	return port_ExTryAcquireSpinLockSharedAtDpcLevel(lock);
}

void STDCALL ExReleaseSpinLockShared(void *lock, uint8_t irql)
{
	port_ExReleaseSpinLockShared(lock, irql);
}

void STDCALL ExReleaseSpinLockSharedFromDpcLevel(void *lock)
{
	port_ExReleaseSpinLockSharedFromDpcLevel(lock);
}

uint8_t STDCALL ExAcquireSpinLockExclusive(void *lock)
{
	return port_ExAcquireSpinLockExclusive(lock);
}

void STDCALL ExAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	port_ExAcquireSpinLockExclusiveAtDpcLevel(lock);
}

uint32_t STDCALL ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	return port_ExTryAcquireSpinLockExclusiveAtDpcLevel(lock);
}

void STDCALL ExReleaseSpinLockExclusive(void *lock, uint8_t irql)
{
	port_ExReleaseSpinLockExclusive(lock, irql);
}

void STDCALL ExReleaseSpinLockExclusiveFromDpcLevel(void *lock)
{
	port_ExReleaseSpinLockExclusiveFromDpcLevel(lock);
}

uint32_t STDCALL ExTryConvertSharedSpinLockExclusive(void *lock)
{
	return port_ExTryConvertSharedSpinLockExclusive(lock);
}

/* ---- leaving ---- */

NORETURN void STDCALL ExRaiseStatus(int32_t status)
{
	port_ExRaiseStatus(status);
}

NORETURN void STDCALL ExRaiseAccessViolation(void)
{
	port_ExRaiseAccessViolation();
}

NORETURN void STDCALL ExRaiseDatatypeMisalignment(void)
{
	port_ExRaiseDatatypeMisalignment();
}

int32_t STDCALL PsTerminateSystemThread(int32_t status)
{
	return port_PsTerminateSystemThread(status);
}

/* ---- IRQLs, bug checks, text ---- */

uint8_t STDCALL KeGetCurrentIrql(void)
{
	return port_irql();
}

void STDCALL KeLowerIrql(uint8_t irql)
{
	port_set_irql(irql);
}

void FASTCALL KfLowerIrql(uint8_t irql)
{
	port_set_irql(irql);
}

uint8_t FASTCALL KfRaiseIrql(uint8_t irql)
{
	uint8_t old = port_irql();

	port_set_irql(irql);
	return old;
}

void STDCALL KeRaiseIrql(uint8_t irql, uint8_t *old)
{
	*old = KfRaiseIrql(irql);
}

uint8_t STDCALL KeRaiseIrqlToDpcLevel(void)
{
	return KfRaiseIrql(PORT_DISPATCH_LEVEL);
}

uint8_t STDCALL KeRaiseIrqlToSynchLevel(void)
{
	return KfRaiseIrql(HOSTED_SYNCH_LEVEL);
}

uint8_t FASTCALL KeTestSpinLock(void *lock)
{
	return !__atomic_load_n((uintptr_t *)lock, __ATOMIC_RELAXED);
}

NORETURN void STDCALL KeBugCheckEx(uint32_t code, uintptr_t p1, uintptr_t p2, uintptr_t p3,
				   uintptr_t p4)
{
	fflush(NULL);
	fprintf(stderr, "*** STOP: 0x%08X (0x%llX, 0x%llX, 0x%llX, 0x%llX)\n", (unsigned)code,
		(unsigned long long)p1, (unsigned long long)p2, (unsigned long long)p3,
		(unsigned long long)p4);
	port_crash();
}

NORETURN void STDCALL KeBugCheck(uint32_t code)
{
	KeBugCheckEx(code, 0, 0, 0, 0);
}

/* cdecl in every system. */
uint32_t DbgPrint(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	return 0;
}

/* ---- for dllimport ---- */

IMPORT(KeAcquireSpinLock, STDCALL, 8)
IMPORT(KeAcquireSpinLockRaiseToDpc, STDCALL, 4)
IMPORT(KeAcquireSpinLockRaiseToSynch, FASTCALL, 4)
IMPORT(KfAcquireSpinLock, FASTCALL, 4)
IMPORT(KeAcquireSpinLockForDpc, FASTCALL, 4)
IMPORT(KeReleaseSpinLock, STDCALL, 8)
IMPORT(KfReleaseSpinLock, FASTCALL, 8)
IMPORT(KeReleaseSpinLockForDpc, FASTCALL, 8)
IMPORT(KeAcquireSpinLockAtDpcLevel, STDCALL, 4)
IMPORT(KefAcquireSpinLockAtDpcLevel, FASTCALL, 4)
IMPORT(KiAcquireSpinLock, FASTCALL, 4)
IMPORT(KeTryToAcquireSpinLockAtDpcLevel, FASTCALL, 4)
IMPORT(KeReleaseSpinLockFromDpcLevel, STDCALL, 4)
IMPORT(KefReleaseSpinLockFromDpcLevel, FASTCALL, 4)
IMPORT(KiReleaseSpinLock, FASTCALL, 4)
IMPORT(KeAcquireInStackQueuedSpinLock, FASTCALL, 8)
IMPORT(KeAcquireInStackQueuedSpinLockRaiseToSynch, FASTCALL, 8)
IMPORT(KeAcquireInStackQueuedSpinLockForDpc, FASTCALL, 8)
IMPORT(KeAcquireInStackQueuedSpinLockAtDpcLevel, FASTCALL, 8)
IMPORT(KeReleaseInStackQueuedSpinLock, FASTCALL, 4)
IMPORT(KeReleaseInStackQueuedSpinLockForDpc, FASTCALL, 4)
IMPORT(KeReleaseInStackQueuedSpinLockFromDpcLevel, FASTCALL, 4)
IMPORT(KeAcquireQueuedSpinLock, FASTCALL, 4)
IMPORT(KeAcquireQueuedSpinLockRaiseToSynch, FASTCALL, 4)
IMPORT(KeTryToAcquireQueuedSpinLock, FASTCALL, 8)
IMPORT(KeTryToAcquireQueuedSpinLockRaiseToSynch, FASTCALL, 8)
IMPORT(KeReleaseQueuedSpinLock, FASTCALL, 8)
IMPORT(IoAcquireCancelSpinLock, STDCALL, 4)
IMPORT(IoReleaseCancelSpinLock, STDCALL, 4)
IMPORT(KeInitializeSpinLock, STDCALL, 4)
IMPORT(ExInterlockedInsertHeadList, STDCALL, 12)
IMPORT(ExInterlockedInsertTailList, STDCALL, 12)
IMPORT(ExInterlockedRemoveHeadList, STDCALL, 8)
IMPORT(ExInterlockedPopEntryList, STDCALL, 8)
IMPORT(ExInterlockedPushEntryList, STDCALL, 12)
IMPORT(ExInterlockedAddUlong, STDCALL, 12)
IMPORT(ExInterlockedAddLargeInteger, STDCALL, 16)
IMPORT(ExfInterlockedInsertHeadList, FASTCALL, 12)
IMPORT(ExfInterlockedInsertTailList, FASTCALL, 12)
IMPORT(ExfInterlockedRemoveHeadList, FASTCALL, 8)
IMPORT(ExfInterlockedPopEntryList, FASTCALL, 8)
IMPORT(ExfInterlockedPushEntryList, FASTCALL, 12)
IMPORT(ExfInterlockedAddUlong, FASTCALL, 12)
IMPORT(ExAcquireSpinLockShared, STDCALL, 4)
IMPORT(ExAcquireSpinLockSharedAtDpcLevel, STDCALL, 4)
IMPORT(ExTryAcquireSpinLockSharedAtDpcLevel, STDCALL, 4)
IMPORT(ExReleaseSpinLockShared, STDCALL, 8)
IMPORT(ExReleaseSpinLockSharedFromDpcLevel, STDCALL, 4)
IMPORT(ExAcquireSpinLockExclusive, STDCALL, 4)
IMPORT(ExAcquireSpinLockExclusiveAtDpcLevel, STDCALL, 4)
IMPORT(ExTryAcquireSpinLockExclusiveAtDpcLevel, STDCALL, 4)
IMPORT(ExReleaseSpinLockExclusive, STDCALL, 8)
IMPORT(ExReleaseSpinLockExclusiveFromDpcLevel, STDCALL, 4)
IMPORT(ExTryConvertSharedSpinLockExclusive, STDCALL, 4)
IMPORT(ExRaiseStatus, STDCALL, 4)
IMPORT(ExRaiseAccessViolation, STDCALL, 0)
IMPORT(ExRaiseDatatypeMisalignment, STDCALL, 0)
IMPORT(PsTerminateSystemThread, STDCALL, 4)
IMPORT(KeGetCurrentIrql, STDCALL, 0)
IMPORT(KeLowerIrql, STDCALL, 4)
IMPORT(KfLowerIrql, FASTCALL, 4)
IMPORT(KfRaiseIrql, FASTCALL, 4)
IMPORT(KeRaiseIrql, STDCALL, 8)
IMPORT(KeRaiseIrqlToDpcLevel, STDCALL, 0)
IMPORT(KeRaiseIrqlToSynchLevel, STDCALL, 0)
IMPORT(KeTestSpinLock, FASTCALL, 4)
IMPORT(KeBugCheckEx, STDCALL, 20)
IMPORT(KeBugCheck, STDCALL, 4)

#ifdef __ELF__
#pragma GCC visibility pop
#endif
