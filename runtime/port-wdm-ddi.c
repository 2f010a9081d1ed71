/* port-wdm-ddi.c - the real DDIs in a driver, also where the kernel lacks one.
 *
 * On i386 the stdcall exports are called: Wine's Kef... only print a message.
 *
 * SPDX-License-Identifier: MIT
 */

#include "momentary.h"
#include "port-wdm-kernel.h"

uint8_t port_KeAcquireSpinLockRaiseToSynch(void *lock)
{
	return kernel.acquire_synch ? kernel.acquire_synch(lock) : port_kernel_acquire(lock);
}

uint8_t port_KeAcquireSpinLockForDpc(void *lock)
{
	return kernel.acquire_for_dpc ? kernel.acquire_for_dpc(lock) : port_kernel_acquire(lock);
}

void port_KeReleaseSpinLockForDpc(void *lock, uint8_t irql)
{
	if (kernel.release_for_dpc)
		kernel.release_for_dpc(lock, irql);
	else
		port_kernel_release(lock, irql);
}

/* In the kernels without this routine a lock is 0 when free and 1 when held. */
uint8_t port_KeTryToAcquireSpinLockAtDpcLevel(void *lock)
{
	uintptr_t is_free = 0;

	if (kernel.try_at_dpc)
		return kernel.try_at_dpc(lock);
	return __atomic_compare_exchange_n((uintptr_t *)lock, &is_free, 1, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void port_KeAcquireInStackQueuedSpinLock(void *lock, void *handle)
{
	KeAcquireInStackQueuedSpinLock(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle)
{
	if (kernel.queued_synch)
		kernel.queued_synch(lock, handle);
	else
		KeAcquireInStackQueuedSpinLock(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle)
{
	if (kernel.queued_for_dpc)
		kernel.queued_for_dpc(lock, handle);
	else
		KeAcquireInStackQueuedSpinLock(lock, handle);
}

void port_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle)
{
	KeAcquireInStackQueuedSpinLockAtDpcLevel(lock, handle);
}

void port_KeReleaseInStackQueuedSpinLock(void *handle)
{
	KeReleaseInStackQueuedSpinLock(handle);
}

void port_KeReleaseInStackQueuedSpinLockForDpc(void *handle)
{
	if (kernel.queued_release_for_dpc)
		kernel.queued_release_for_dpc(handle);
	else
		KeReleaseInStackQueuedSpinLock(handle);
}

void port_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle)
{
	KeReleaseInStackQueuedSpinLockFromDpcLevel(handle);
}

/* A kernel without numbered locks uses none itself: the runtime's own locks replace
 * them. */
static uintptr_t numbered_locks[64];

static void *numbered_lock(unsigned number)
{
	return &numbered_locks[number % 64];
}

uint8_t port_KeAcquireQueuedSpinLock(unsigned number)
{
	return kernel.numbered ? kernel.numbered(number)
			       : port_kernel_acquire(numbered_lock(number));
}

uint8_t port_KeAcquireQueuedSpinLockRaiseToSynch(unsigned number)
{
	return kernel.numbered_synch ? kernel.numbered_synch(number)
				     : port_kernel_acquire(numbered_lock(number));
}

/* Acquiring a lock that no other code uses raises the IRQL. */
static uint32_t try_numbered(unsigned number, uint8_t *irql)
{
	uintptr_t own = 0;
	uint8_t old = port_kernel_acquire(&own);

	if (port_KeTryToAcquireSpinLockAtDpcLevel(numbered_lock(number))) {
		KeReleaseSpinLockFromDpcLevel((void *)&own);
		*irql = old;
		return 1;
	}
	port_kernel_release(&own, old);
	return 0;
}

uint32_t port_KeTryToAcquireQueuedSpinLock(unsigned number, uint8_t *irql)
{
	return kernel.numbered_try ? kernel.numbered_try(number, irql) : try_numbered(number, irql);
}

uint32_t port_KeTryToAcquireQueuedSpinLockRaiseToSynch(unsigned number, uint8_t *irql)
{
	return kernel.numbered_try_synch ? kernel.numbered_try_synch(number, irql)
					 : try_numbered(number, irql);
}

void port_KeReleaseQueuedSpinLock(unsigned number, uint8_t irql)
{
	if (kernel.numbered_release)
		kernel.numbered_release(number, irql);
	else
		port_kernel_release(numbered_lock(number), irql);
}

uint8_t port_acquire_cancel(struct spinrule_site *site)
{
	uint8_t irql;

	(void)site;
	IoAcquireCancelSpinLock(&irql);
	return irql;
}

void port_IoReleaseCancelSpinLock(uint8_t irql)
{
	IoReleaseCancelSpinLock(irql);
}

/* All that a kernel does; in the headers of x86-64 this is an inline function. */
void port_KeInitializeSpinLock(void *lock)
{
	__atomic_store_n((uintptr_t *)lock, 0, __ATOMIC_RELEASE);
}

int port_level(void)
{
	return kernel.has_irqls ? kernel_irql() : -1;
}

/* Releasing a lock that no other code uses lowers the IRQL. */
void port_lower_irql(uint8_t irql)
{
	uintptr_t own = 0;

	port_kernel_acquire(&own);
	port_kernel_release(&own, irql);
}

/* Some kernels store the owner's thread in a lock, others 1; in all of them the lowest
 * bit is set. */
enum port_word port_look_at(const void *lock)
{
	uintptr_t word;

	if (kernel.is_address_valid && !kernel.is_address_valid(lock))
		return PORT_WORD_GONE;
	if (!kernel.has_lock_words || !kernel.is_address_valid)
		return PORT_WORD_NOTHING;
	word = __atomic_load_n((const uintptr_t *)lock, __ATOMIC_RELAXED);
	if (word == 0)
		return PORT_WORD_FREE;
	if (word == 1 || (word & 1 && kernel.is_address_valid((const void *)(word - 1))))
		return PORT_WORD_TAKEN;
	return PORT_WORD_OTHER;
}

uintptr_t port_momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock)
{
	void *real = kernel.momentary[routine];
	uintptr_t result;
	uint8_t irql;

	if (real && (routine == PORT_REMOVE_HEAD || routine == PORT_POP))
		return ((momentary_2_function *)real)(first, lock);
	if (real)
		return ((momentary_3_function *)real)(first, second, lock);
	irql = port_kernel_acquire(lock);
	result = momentary_work(routine, first, second);
	port_kernel_release(lock, irql);
	return result;
}

union port_large_integer port_ExInterlockedAddLargeInteger(void *addend,
							   union port_large_integer increment,
							   void *lock)
{
	union port_large_integer result;
	uint8_t irql;

	if (kernel.add_large)
		return kernel.add_large(addend, increment, lock);
	irql = port_kernel_acquire(lock);
	result = momentary_add_large(addend, increment);
	port_kernel_release(lock, irql);
	return result;
}

void port_ExRaiseStatus(int32_t status)
{
	ExRaiseStatus(status);
}

void port_ExRaiseAccessViolation(void)
{
	ExRaiseAccessViolation();
}

void port_ExRaiseDatatypeMisalignment(void)
{
	ExRaiseDatatypeMisalignment();
}

int32_t port_PsTerminateSystemThread(int32_t status)
{
	return PsTerminateSystemThread(status);
}
