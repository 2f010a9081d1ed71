/* port-wdm-shared.c - reader/writer spin locks in a driver, also where the kernel lacks
 * them: then this file's own work takes the lock, for all code of the driver.
 *
 * SPDX-License-Identifier: MIT
 */

#include "port-wdm-kernel.h"
#include "shared-lock.h"

/* Raising is the kernel's business: a lock that no other code uses does it. */
static uint8_t raise_irql(void)
{
	uintptr_t own = 0;
	uint8_t old = port_kernel_acquire(&own);

	KeReleaseSpinLockFromDpcLevel((void *)&own);
	return old;
}

static void acquire(void *lock, int (*try)(void *))
{
	while (!try(lock))
		__builtin_ia32_pause();
}

uint8_t port_ExAcquireSpinLockShared(void *lock)
{
	uint8_t old;

	if (kernel.shared.acquire)
		return kernel.shared.acquire(lock);
	old = raise_irql();
	acquire(lock, shared_lock_try_read);
	return old;
}

void port_ExAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	if (kernel.shared.acquire_at_dpc)
		kernel.shared.acquire_at_dpc(lock);
	else
		acquire(lock, shared_lock_try_read);
}

uint32_t port_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	if (kernel.shared.try_at_dpc)
		return kernel.shared.try_at_dpc(lock);
	return kernel.shared.acquire ? 0 : (uint32_t)shared_lock_try_read(lock);
}

void port_ExReleaseSpinLockShared(void *lock, uint8_t irql)
{
	if (kernel.shared.release) {
		kernel.shared.release(lock, irql);
		return;
	}
	shared_lock_end_read(lock);
	port_lower_irql(irql);
}

void port_ExReleaseSpinLockSharedFromDpcLevel(void *lock)
{
	if (kernel.shared.release_from_dpc)
		kernel.shared.release_from_dpc(lock);
	else
		shared_lock_end_read(lock);
}

uint8_t port_ExAcquireSpinLockExclusive(void *lock)
{
	uint8_t old;

	if (kernel.exclusive.acquire)
		return kernel.exclusive.acquire(lock);
	old = raise_irql();
	acquire(lock, shared_lock_try_write_soon);
	return old;
}

void port_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	if (kernel.exclusive.acquire_at_dpc)
		kernel.exclusive.acquire_at_dpc(lock);
	else
		acquire(lock, shared_lock_try_write_soon);
}

/* A kernel that has the rest, and lacks this or the conversion, has another layout of the
 * lock: a try that fails is always right. */
uint32_t port_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	if (kernel.exclusive.try_at_dpc)
		return kernel.exclusive.try_at_dpc(lock);
	return kernel.exclusive.acquire ? 0 : (uint32_t)shared_lock_try_write(lock);
}

void port_ExReleaseSpinLockExclusive(void *lock, uint8_t irql)
{
	if (kernel.exclusive.release) {
		kernel.exclusive.release(lock, irql);
		return;
	}
	shared_lock_end_write(lock);
	port_lower_irql(irql);
}

void port_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock)
{
	if (kernel.exclusive.release_from_dpc)
		kernel.exclusive.release_from_dpc(lock);
	else
		shared_lock_end_write(lock);
}

uint32_t port_ExTryConvertSharedSpinLockExclusive(void *lock)
{
	if (kernel.convert)
		return kernel.convert(lock);
	return kernel.exclusive.acquire ? 0 : (uint32_t)shared_lock_convert(lock);
}
