/* ddi-hosted.c - the spin-lock DDIs of plain programs, as the wrappers call them.
 *
 * Locks spin, and an IRQL is a number that each thread keeps: enough to run a driver's
 * logic on threads, and to check the rule.  As in a kernel, a second acquire of a lock by
 * the same thread never returns; it yields the processor meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */

#include "garbage.h"
#include "hosted.h"
#include "locks.h"
#include "momentary.h"
#include "shared-lock.h"
#include "wait.h"

enum { QUEUED_LOCKS = 64, SPINS_BEFORE_YIELD = 100 };

enum {
	STATUS_DATATYPE_MISALIGNMENT = (int)0x80000002,
	STATUS_ACCESS_VIOLATION = (int)0xC0000005
};

/* KSPIN_LOCK: 0 when free; else an odd number, or the last handle of a queue. */
typedef uintptr_t spin_lock;

/* KLOCK_QUEUE_HANDLE. */
struct queue_handle {
	struct queue_handle *next;
	spin_lock *lock;	/* lowest bit set: this handle waits */
	uint8_t irql;
};

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

/* A turn of WAIT for a lock. */
static void wait_on(struct wait *wait, unsigned *turns)
{
	wait_a_little(turns);
	if (*turns % SPINS_BEFORE_YIELD == 0)
		wait_goes_on(wait);
}

void port_pause(void)
{
	port_yield();
}

void port_put_back(void *lock, uintptr_t was)
{
	uintptr_t sign = __atomic_load_n((uintptr_t *)lock, __ATOMIC_RELAXED);

	if (sign & 1 && hosted_word(was) == PORT_WORD_OTHER && garbage_is_word(was))
		__atomic_compare_exchange_n((uintptr_t *)lock, &sign, was, 0, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
}

void port_wait(void *which, uintptr_t was, struct spinrule_site *site)
{
	spin_lock *lock = which;
	unsigned turns = 0;
	struct wait wait = { .lock = lock, .site = site };
	struct held_set *set;

	/* The exchange has taken it already. */
	if (hosted_word(was) == PORT_WORD_OTHER && garbage_is_word(was)) {
		set = port_find_set();
		if (!site && set->wanted == lock)
			site = set->wanted_site;
		if (site)
			garbage_report(lock, SPINRULE_GROUP_ANY, site);
		return;
	}
	do
		while (__atomic_load_n(lock, __ATOMIC_RELAXED))
			wait_on(&wait, &turns);
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE));
	wait_ends(&wait);
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

/* The queue of Mellor-Crummey and Scott: each waiter spins on its own handle. */
static void queue_acquire(spin_lock *lock, struct queue_handle *handle)
{
	uintptr_t last = __atomic_load_n(lock, __ATOMIC_RELAXED);
	struct queue_handle *before;
	unsigned turns = 0;
	struct wait wait = { .lock = lock };

	handle->next = NULL;
	handle->lock = (spin_lock *)((uintptr_t)lock | 1);
	/* An owner without a handle cannot be linked to the next one: wait until it is
	 * free. */
	while (last & 1 || !__atomic_compare_exchange_n(lock, &last, (uintptr_t)handle, 0,
							__ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		if (last & 1) {
			wait_on(&wait, &turns);
			last = __atomic_load_n(lock, __ATOMIC_RELAXED);
		}
	before = (struct queue_handle *)last;
	if (before) {
		__atomic_store_n(&before->next, handle, __ATOMIC_RELEASE);
		while ((uintptr_t)__atomic_load_n(&handle->lock, __ATOMIC_ACQUIRE) & 1)
			wait_on(&wait, &turns);
	} else {
		handle->lock = lock;
	}
	wait_ends(&wait);
}

static void queue_release(struct queue_handle *handle)
{
	spin_lock *lock = handle->lock;
	uintptr_t last = (uintptr_t)handle;
	struct queue_handle *next;
	unsigned turns = 0;

	if (__atomic_compare_exchange_n(lock, &last, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		return;
	/* An acquire without a handle, which the rule forbids for such a lock, has
	 * left its sign there. */
	if (last & 1 && !__atomic_load_n(&handle->next, __ATOMIC_ACQUIRE)) {
		__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
		return;
	}
	while (!(next = __atomic_load_n(&handle->next, __ATOMIC_ACQUIRE)))
		wait_a_little(&turns);
	__atomic_store_n(&next->lock, lock, __ATOMIC_RELEASE);
}

uint8_t port_KeAcquireSpinLockRaiseToSynch(void *lock)
{
	uint8_t old = raise_irql(HOSTED_SYNCH_LEVEL);

	hosted_acquire(lock);
	return old;
}

/* A threaded DPC runs below DISPATCH_LEVEL: only then is the IRQL raised. */
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
	((struct queue_handle *)handle)->irql = raise_irql(HOSTED_SYNCH_LEVEL);
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

/* A try that fails does not change the IRQL. */
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
	return try_numbered(number, irql, HOSTED_SYNCH_LEVEL);
}

void port_KeReleaseQueuedSpinLock(unsigned number, uint8_t irql)
{
	port_KeReleaseSpinLock(&queued_locks[number % QUEUED_LOCKS], irql);
}

/* ---- reader/writer ---- */

/* Go on until TRY takes LOCK. */
static void shared_acquire(void *lock, int (*try)(void *))
{
	struct wait wait = { .lock = lock };
	unsigned turns = 0;

	while (!try(lock))
		wait_on(&wait, &turns);
	wait_ends(&wait);
}

uint8_t port_ExAcquireSpinLockShared(void *lock)
{
	uint8_t old = raise_irql(PORT_DISPATCH_LEVEL);

	shared_acquire(lock, shared_lock_try_read);
	return old;
}

void port_ExAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	shared_acquire(lock, shared_lock_try_read);
}

uint32_t port_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	return (uint32_t)shared_lock_try_read(lock);
}

void port_ExReleaseSpinLockShared(void *lock, uint8_t irql)
{
	shared_lock_end_read(lock);
	port_set_irql(irql);
}

void port_ExReleaseSpinLockSharedFromDpcLevel(void *lock)
{
	shared_lock_end_read(lock);
}

uint8_t port_ExAcquireSpinLockExclusive(void *lock)
{
	uint8_t old = raise_irql(PORT_DISPATCH_LEVEL);

	shared_acquire(lock, shared_lock_try_write_soon);
	return old;
}

void port_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	shared_acquire(lock, shared_lock_try_write_soon);
}

uint32_t port_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	return (uint32_t)shared_lock_try_write(lock);
}

void port_ExReleaseSpinLockExclusive(void *lock, uint8_t irql)
{
	shared_lock_end_write(lock);
	port_set_irql(irql);
}

void port_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock)
{
	shared_lock_end_write(lock);
}

uint32_t port_ExTryConvertSharedSpinLockExclusive(void *lock)
{
	return (uint32_t)shared_lock_convert(lock);
}

/* ---- the system's own locks ---- */

uint8_t port_acquire_cancel(struct spinrule_site *site)
{
	uint8_t old = port_irql();
	uintptr_t was;

	port_set_irql(PORT_DISPATCH_LEVEL);
	was = port_take_by(locks_cancel(), 1);
	if (__builtin_expect(was != 0, 0))
		port_wait(locks_cancel(), was, site);
	return old;
}

void port_IoReleaseCancelSpinLock(uint8_t irql)
{
	port_KeReleaseSpinLock(locks_cancel(), irql);
}

void port_KeInitializeSpinLock(void *lock)
{
	spin_release(lock);
}

int port_level(void)
{
	return (int)port_irql();
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
