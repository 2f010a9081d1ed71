/* ddi-hosted.c - the spin-lock DDIs themselves, for plain programs.
 *
 * Locks spin and IRQLs are numbers that each thread keeps: enough for a driver's logic to run, and for the
 * rule to be checked, on threads.  As in a kernel, acquiring a lock twice on one thread never
 * comes back; it yields the processor meanwhile.
 *
 * Programs get them in three ways: from instrumented code as port_..., by name, and on Windows through
 * the pointers __imp_... that a declaration with dllimport asks for.
 *
 * SPDX-License-Identifier: MIT
 */

#include "hosted.h"
#include "locks.h"
#include "momentary.h"

#include <stdarg.h>
#include <stdio.h>

#if defined(__i386__) && defined(_WIN32)
#define STDCALL __attribute__((stdcall))
#define FASTCALL __attribute__((fastcall))
#define STDCALL_NAME(NAME, BYTES) "_" #NAME "@" #BYTES
#define FASTCALL_NAME(NAME, BYTES) "@" #NAME "@" #BYTES
#else
#define STDCALL
#define FASTCALL
#define STDCALL_NAME(NAME, BYTES) #NAME
#define FASTCALL_NAME(NAME, BYTES) #NAME
#endif

/* The pointer that a declaration with dllimport makes a caller look for. */
#ifdef _WIN32
#define IMPORT(NAME, CONVENTION, BYTES) \
	extern void *const import_##NAME __asm__("__imp_" CONVENTION##_NAME(NAME, BYTES)); \
	void *const import_##NAME = (void *)NAME;
#else
#define IMPORT(NAME, CONVENTION, BYTES)
#endif

#define NORETURN __attribute__((noreturn))

enum { SYNCH_LEVEL = 12, QUEUED_LOCKS = 64, SPINS_BEFORE_YIELD = 100, LONG_WAIT = 2000000 };

enum { STATUS_DATATYPE_MISALIGNMENT = (int)0x80000002, STATUS_ACCESS_VIOLATION = (int)0xC0000005 };

/* KSPIN_LOCK: 0 when free; else 1, or the last handle of a queue. */
typedef uintptr_t spin_lock;

/* KLOCK_QUEUE_HANDLE. */
struct queue_handle {
	struct queue_handle *next;
	spin_lock *lock;	/* lowest bit: this handle waits */
	uint8_t irql;
};

static spin_lock cancel_lock;
static spin_lock queued_locks[QUEUED_LOCKS];

/* ---- spinning ---- */

static void wait_a_little(unsigned *turns)
{
	if (++*turns % SPINS_BEFORE_YIELD == 0) {
		port_yield();
		return;
	}
#if defined(__i386__) || defined(__x86_64__)
	__builtin_ia32_pause();
#endif
}

/* This thread has waited for LOCK since SINCE, in microseconds; 0 before it is known. */
static void wait_longer(spin_lock *lock, unsigned *turns, uint64_t *since)
{
	wait_a_little(turns);
	if (*turns % SPINS_BEFORE_YIELD)
		return;
	if (!*since)
		*since = port_microseconds();
	if (port_microseconds() - *since < LONG_WAIT)
		return;
	locks_waiting(lock);
	*since = 0;
}

void port_wait(void *which)
{
	spin_lock *lock = which;
	unsigned turns = 0;
	uint64_t since = 0;

	do
		while (__atomic_load_n(lock, __ATOMIC_RELAXED))
			wait_longer(lock, &turns, &since);
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE));
}

static void spin_release(spin_lock *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

static uint8_t raise_irql(uint8_t new_irql)
{
	uint8_t old = port_irql();

	port_set_irql(new_irql);
	return old;
}

/* A queue in the manner of Mellor-Crummey and Scott: who waits spins on its own handle. */
static void queue_acquire(spin_lock *lock, struct queue_handle *handle)
{
	uintptr_t last = __atomic_load_n(lock, __ATOMIC_RELAXED);
	struct queue_handle *before;
	unsigned turns = 0;

	handle->next = NULL;
	handle->lock = (spin_lock *)((uintptr_t)lock | 1);
	/* Who holds it without a handle has no place for who comes next. */
	while (last & 1 || !__atomic_compare_exchange_n(lock, &last, (uintptr_t)handle, 0,
							__ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		if (last & 1) {
			wait_a_little(&turns);
			last = __atomic_load_n(lock, __ATOMIC_RELAXED);
		}
	before = (struct queue_handle *)last;
	if (before) {
		__atomic_store_n(&before->next, handle, __ATOMIC_RELEASE);
		while ((uintptr_t)__atomic_load_n(&handle->lock, __ATOMIC_ACQUIRE) & 1)
			wait_a_little(&turns);
	} else {
		handle->lock = lock;
	}
}

static void queue_release(struct queue_handle *handle)
{
	spin_lock *lock = handle->lock;
	uintptr_t last = (uintptr_t)handle;
	struct queue_handle *next;
	unsigned turns = 0;

	if (__atomic_compare_exchange_n(lock, &last, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		return;
	/* An acquire without a handle, which the rule forbids where others use one, has left its own sign there. */
	if (last & 1 && !__atomic_load_n(&handle->next, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
		return;
	}
	while (!(next = __atomic_load_n(&handle->next, __ATOMIC_ACQUIRE)))
		wait_a_little(&turns);
	__atomic_store_n(&next->lock, lock, __ATOMIC_RELEASE);
}

/* ---- as the wrappers call them ---- */

uint8_t port_KeAcquireSpinLockRaiseToSynch(void *lock)
{
	uint8_t old = raise_irql(SYNCH_LEVEL);

	hosted_acquire(lock);
	return old;
}

/* In a DPC that may be a threaded one: raises only where it is below. */
uint8_t port_KeAcquireSpinLockForDpc(void *lock)
{
	uint8_t old = port_irql();

	if (old < PORT_DISPATCH_LEVEL)
		port_set_irql(PORT_DISPATCH_LEVEL);
	hosted_acquire(lock);
	return old;
}

void port_KeReleaseSpinLockForDpc(void *lock, uint8_t irql)
{
	port_KeReleaseSpinLock(lock, irql);
}

void port_KeAcquireInStackQueuedSpinLock(void *lock, void *handle)
{
	((struct queue_handle *)handle)->irql = raise_irql(PORT_DISPATCH_LEVEL);
	queue_acquire(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle)
{
	((struct queue_handle *)handle)->irql = raise_irql(SYNCH_LEVEL);
	queue_acquire(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle)
{
	uint8_t old = port_irql();

	((struct queue_handle *)handle)->irql = old;
	if (old < PORT_DISPATCH_LEVEL)
		port_set_irql(PORT_DISPATCH_LEVEL);
	queue_acquire(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle)
{
	queue_acquire(lock, handle);
}

void port_KeReleaseInStackQueuedSpinLock(void *handle)
{
	uint8_t irql = ((struct queue_handle *)handle)->irql;

	queue_release(handle);
	port_set_irql(irql);
}

void port_KeReleaseInStackQueuedSpinLockForDpc(void *handle)
{
	port_KeReleaseInStackQueuedSpinLock(handle);
}

void port_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle)
{
	queue_release(handle);
}

uint8_t port_KeAcquireQueuedSpinLock(unsigned number)
{
	return port_KeAcquireSpinLockRaiseToDpc(&queued_locks[number % QUEUED_LOCKS]);
}

uint8_t port_KeAcquireQueuedSpinLockRaiseToSynch(unsigned number)
{
	return port_KeAcquireSpinLockRaiseToSynch(&queued_locks[number % QUEUED_LOCKS]);
}

/* A try that fails leaves the IRQL as it was. */
static uint32_t try_numbered(unsigned number, uint8_t *irql, uint8_t new_irql)
{
	if (!port_KeTryToAcquireSpinLockAtDpcLevel(&queued_locks[number % QUEUED_LOCKS]))
		return 0;
	*irql = raise_irql(new_irql);
	return 1;
}

uint32_t port_KeTryToAcquireQueuedSpinLock(unsigned number, uint8_t *irql)
{
	return try_numbered(number, irql, PORT_DISPATCH_LEVEL);
}

uint32_t port_KeTryToAcquireQueuedSpinLockRaiseToSynch(unsigned number, uint8_t *irql)
{
	return try_numbered(number, irql, SYNCH_LEVEL);
}

void port_KeReleaseQueuedSpinLock(unsigned number, uint8_t irql)
{
	port_KeReleaseSpinLock(&queued_locks[number % QUEUED_LOCKS], irql);
}

uint8_t port_IoAcquireCancelSpinLock(void)
{
	return port_KeAcquireSpinLockRaiseToDpc(&cancel_lock);
}

void port_IoReleaseCancelSpinLock(uint8_t irql)
{
	port_KeReleaseSpinLock(&cancel_lock, irql);
}

void port_KeInitializeSpinLock(void *lock)
{
	spin_release(lock);
}

void port_lower_irql(uint8_t irql)
{
	port_set_irql(irql);
}

uintptr_t port_momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock)
{
	uintptr_t result;

	hosted_acquire(lock);
	result = momentary_work(routine, first, second);
	spin_release(lock);
	return result;
}

union port_large_integer port_ExInterlockedAddLargeInteger(void *addend,
							   union port_large_integer increment,
							   void *lock)
{
	union port_large_integer result;

	hosted_acquire(lock);
	result = momentary_add_large(addend, increment);
	spin_release(lock);
	return result;
}

void port_ExRaiseStatus(int32_t status)
{
	port_raise(status);
}

void port_ExRaiseAccessViolation(void)
{
	port_raise(STATUS_ACCESS_VIOLATION);
}

void port_ExRaiseDatatypeMisalignment(void)
{
	port_raise(STATUS_DATATYPE_MISALIGNMENT);
}

int32_t port_PsTerminateSystemThread(int32_t status)
{
	port_exit_thread(status);
}

/* ---- by name: declarations, for none of these has a header here ---- */

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

/* ---- by name: raising ---- */

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
	*irql = port_IoAcquireCancelSpinLock();
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
	return KfRaiseIrql(SYNCH_LEVEL);
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
