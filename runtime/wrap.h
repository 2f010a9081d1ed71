/* wrap.h - the functions that instrumented code calls instead of a DDI: two for each row
 * of ddi.def.
 *
 * spinrule_<DDI> replaces a call of the DDI: it takes the DDI's arguments, then the site
 * of the call.  It is cdecl on i386, so the plugin makes one kind of call for every DDI.
 *
 * spinrule_thunk_<DDI> replaces the DDI's address: it has the DDI's own type and calling
 * convention.  Reports name its site "through a pointer".
 *
 * KIRQL and BOOLEAN are uint8_t here, ULONG and LOGICAL uint32_t, NTSTATUS int32_t, and a
 * pointer to a structure of the kernel is void *.
 *
 * Each function checks the rule, then does the DDI's work, at the IRQL that the DDI
 * requires.  locks.h says what each does after a violation if halt=0.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAP_H
#define SPINRULE_WRAP_H

#include "port.h"
#include "rule.h"
#include "spinrule.h"

/* The runtime's other symbols are hidden in a shared object. */
#ifdef __ELF__
#pragma GCC visibility push(default)
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __i386__
#define WRAP __attribute__((cdecl, regparm(0)))
#else
#define WRAP
#endif

/* The native <wdm.h> declares no calling conventions. */
#if defined(__i386__) && defined(_WIN32)
#define THUNK_STDCALL __attribute__((stdcall))
#define THUNK_FASTCALL __attribute__((fastcall))
#else
#define THUNK_STDCALL
#define THUNK_FASTCALL
#endif

#define NORETURN __attribute__((noreturn))

/* An IRQL that instrumented code restores.  On x86-64 GCC extends an argument that is
 * narrower than a register in the caller, and only GCC instruments: the wrapper need not
 * extend it again. */
#ifdef __x86_64__
typedef unsigned wrap_irql;
#else
typedef uint8_t wrap_irql;
#endif

/* ---- raising ---- */

void WRAP spinrule_KeAcquireSpinLock(void *lock, uint8_t *irql, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_KeAcquireSpinLock(void *lock, uint8_t *irql);

uint8_t WRAP spinrule_KeAcquireSpinLockRaiseToDpc(void *lock, struct spinrule_site *site);
uint8_t THUNK_STDCALL spinrule_thunk_KeAcquireSpinLockRaiseToDpc(void *lock);

uint8_t WRAP spinrule_KeAcquireSpinLockRaiseToSynch(void *lock, struct spinrule_site *site);
uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireSpinLockRaiseToSynch(void *lock);

uint8_t WRAP spinrule_KfAcquireSpinLock(void *lock, struct spinrule_site *site);
uint8_t THUNK_FASTCALL spinrule_thunk_KfAcquireSpinLock(void *lock);

uint8_t WRAP spinrule_KeAcquireSpinLockForDpc(void *lock, struct spinrule_site *site);
uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireSpinLockForDpc(void *lock);

void WRAP spinrule_KeReleaseSpinLock(void *lock, wrap_irql irql, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_KeReleaseSpinLock(void *lock, uint8_t irql);

void WRAP spinrule_KfReleaseSpinLock(void *lock, wrap_irql irql, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KfReleaseSpinLock(void *lock, uint8_t irql);

void WRAP spinrule_KeReleaseSpinLockForDpc(void *lock, uint8_t irql, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeReleaseSpinLockForDpc(void *lock, uint8_t irql);

/* ---- at DPC level ---- */

void WRAP spinrule_KeAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_KeAcquireSpinLockAtDpcLevel(void *lock);

void WRAP spinrule_KefAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KefAcquireSpinLockAtDpcLevel(void *lock);

void WRAP spinrule_KiAcquireSpinLock(void *lock, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KiAcquireSpinLock(void *lock);

uint8_t WRAP spinrule_KeTryToAcquireSpinLockAtDpcLevel(void *lock, struct spinrule_site *site);
uint8_t THUNK_FASTCALL spinrule_thunk_KeTryToAcquireSpinLockAtDpcLevel(void *lock);

void WRAP spinrule_KeReleaseSpinLockFromDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_KeReleaseSpinLockFromDpcLevel(void *lock);

void WRAP spinrule_KefReleaseSpinLockFromDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KefReleaseSpinLockFromDpcLevel(void *lock);

void WRAP spinrule_KiReleaseSpinLock(void *lock, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KiReleaseSpinLock(void *lock);

/* ---- in-stack queued ---- */

void WRAP spinrule_KeAcquireInStackQueuedSpinLock(void *lock, void *handle,
						  struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLock(void *lock, void *handle);

void WRAP spinrule_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle,
							      struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock,
									      void *handle);

void WRAP spinrule_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle,
							struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle);

void WRAP spinrule_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle,
							    struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock,
									    void *handle);

void WRAP spinrule_KeReleaseInStackQueuedSpinLock(void *handle, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLock(void *handle);

void WRAP spinrule_KeReleaseInStackQueuedSpinLockForDpc(void *handle, struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLockForDpc(void *handle);

void WRAP spinrule_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle,
							      struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle);

/* ---- queued by number ---- */

uint8_t WRAP spinrule_KeAcquireQueuedSpinLock(uintptr_t number, struct spinrule_site *site);
uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireQueuedSpinLock(uintptr_t number);

uint8_t WRAP spinrule_KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number,
							  struct spinrule_site *site);
uint8_t THUNK_FASTCALL spinrule_thunk_KeAcquireQueuedSpinLockRaiseToSynch(uintptr_t number);

uint32_t WRAP spinrule_KeTryToAcquireQueuedSpinLock(uintptr_t number, uint8_t *irql,
						    struct spinrule_site *site);
uint32_t THUNK_FASTCALL spinrule_thunk_KeTryToAcquireQueuedSpinLock(uintptr_t number,
								    uint8_t *irql);

uint32_t WRAP spinrule_KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number, uint8_t *irql,
								struct spinrule_site *site);
uint32_t THUNK_FASTCALL spinrule_thunk_KeTryToAcquireQueuedSpinLockRaiseToSynch(uintptr_t number,
										uint8_t *irql);

void WRAP spinrule_KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql,
					   struct spinrule_site *site);
void THUNK_FASTCALL spinrule_thunk_KeReleaseQueuedSpinLock(uintptr_t number, uint8_t irql);

/* ---- cancel ---- */

void WRAP spinrule_IoAcquireCancelSpinLock(uint8_t *irql, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_IoAcquireCancelSpinLock(uint8_t *irql);

void WRAP spinrule_IoReleaseCancelSpinLock(uint8_t irql, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_IoReleaseCancelSpinLock(uint8_t irql);

/* ---- set-up ---- */

void WRAP spinrule_KeInitializeSpinLock(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_KeInitializeSpinLock(void *lock);

/* ---- momentary ---- */

void *WRAP spinrule_ExInterlockedInsertHeadList(void *head, void *entry, void *lock,
						struct spinrule_site *site);
void *THUNK_STDCALL spinrule_thunk_ExInterlockedInsertHeadList(void *head, void *entry, void *lock);

void *WRAP spinrule_ExInterlockedInsertTailList(void *head, void *entry, void *lock,
						struct spinrule_site *site);
void *THUNK_STDCALL spinrule_thunk_ExInterlockedInsertTailList(void *head, void *entry, void *lock);

void *WRAP spinrule_ExInterlockedRemoveHeadList(void *head, void *lock, struct spinrule_site *site);
void *THUNK_STDCALL spinrule_thunk_ExInterlockedRemoveHeadList(void *head, void *lock);

void *WRAP spinrule_ExInterlockedPopEntryList(void *head, void *lock, struct spinrule_site *site);
void *THUNK_STDCALL spinrule_thunk_ExInterlockedPopEntryList(void *head, void *lock);

void *WRAP spinrule_ExInterlockedPushEntryList(void *head, void *entry, void *lock,
					       struct spinrule_site *site);
void *THUNK_STDCALL spinrule_thunk_ExInterlockedPushEntryList(void *head, void *entry, void *lock);

uint32_t WRAP spinrule_ExInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock,
					     struct spinrule_site *site);
uint32_t THUNK_STDCALL spinrule_thunk_ExInterlockedAddUlong(uint32_t *addend, uint32_t increment,
							    void *lock);

union port_large_integer WRAP spinrule_ExInterlockedAddLargeInteger(
	void *addend, union port_large_integer increment, void *lock, struct spinrule_site *site);
union port_large_integer THUNK_STDCALL spinrule_thunk_ExInterlockedAddLargeInteger(
	void *addend, union port_large_integer increment, void *lock);

void *WRAP spinrule_ExfInterlockedInsertHeadList(void *head, void *entry, void *lock,
						 struct spinrule_site *site);
void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedInsertHeadList(void *head, void *entry,
								 void *lock);

void *WRAP spinrule_ExfInterlockedInsertTailList(void *head, void *entry, void *lock,
						 struct spinrule_site *site);
void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedInsertTailList(void *head, void *entry,
								 void *lock);

void *WRAP spinrule_ExfInterlockedRemoveHeadList(void *head, void *lock,
						 struct spinrule_site *site);
void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedRemoveHeadList(void *head, void *lock);

void *WRAP spinrule_ExfInterlockedPopEntryList(void *head, void *lock, struct spinrule_site *site);
void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedPopEntryList(void *head, void *lock);

void *WRAP spinrule_ExfInterlockedPushEntryList(void *head, void *entry, void *lock,
						struct spinrule_site *site);
void *THUNK_FASTCALL spinrule_thunk_ExfInterlockedPushEntryList(void *head, void *entry,
								void *lock);

uint32_t WRAP spinrule_ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment, void *lock,
					      struct spinrule_site *site);
uint32_t THUNK_FASTCALL spinrule_thunk_ExfInterlockedAddUlong(uint32_t *addend, uint32_t increment,
							      void *lock);

/* ---- reader/writer ---- */

uint8_t WRAP spinrule_ExAcquireSpinLockShared(void *lock, struct spinrule_site *site);
uint8_t THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockShared(void *lock);

void WRAP spinrule_ExAcquireSpinLockSharedAtDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockSharedAtDpcLevel(void *lock);

uint32_t WRAP spinrule_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock, struct spinrule_site *site);
uint32_t THUNK_STDCALL spinrule_thunk_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock);

void WRAP spinrule_ExReleaseSpinLockShared(void *lock, uint8_t irql, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockShared(void *lock, uint8_t irql);

void WRAP spinrule_ExReleaseSpinLockSharedFromDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockSharedFromDpcLevel(void *lock);

uint8_t WRAP spinrule_ExAcquireSpinLockExclusive(void *lock, struct spinrule_site *site);
uint8_t THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockExclusive(void *lock);

void WRAP spinrule_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock);

uint32_t WRAP spinrule_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock,
							       struct spinrule_site *site);
uint32_t THUNK_STDCALL spinrule_thunk_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock);

void WRAP spinrule_ExReleaseSpinLockExclusive(void *lock, uint8_t irql, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockExclusive(void *lock, uint8_t irql);

void WRAP spinrule_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock, struct spinrule_site *site);
void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock);

uint32_t WRAP spinrule_ExTryConvertSharedSpinLockExclusive(void *lock, struct spinrule_site *site);
uint32_t THUNK_STDCALL spinrule_thunk_ExTryConvertSharedSpinLockExclusive(void *lock);

/* ---- leaving ---- */

NORETURN void WRAP spinrule_ExRaiseStatus(int32_t status, struct spinrule_site *site);
NORETURN void THUNK_STDCALL spinrule_thunk_ExRaiseStatus(int32_t status);

NORETURN void WRAP spinrule_ExRaiseAccessViolation(struct spinrule_site *site);
NORETURN void THUNK_STDCALL spinrule_thunk_ExRaiseAccessViolation(void);

NORETURN void WRAP spinrule_ExRaiseDatatypeMisalignment(struct spinrule_site *site);
NORETURN void THUNK_STDCALL spinrule_thunk_ExRaiseDatatypeMisalignment(void);

int32_t WRAP spinrule_PsTerminateSystemThread(int32_t status, struct spinrule_site *site);
int32_t THUNK_STDCALL spinrule_thunk_PsTerminateSystemThread(int32_t status);

#ifdef __cplusplus
}
#endif

#ifdef __ELF__
#pragma GCC visibility pop
#endif

#endif
