/* ddi-hosted.h - the DDIs of plain programs that are inlined into the wrappers.
 *
 * The headers of these ports include it after port_irql () and port_set_irql ().
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_DDI_HOSTED_H
#define SPINRULE_DDI_HOSTED_H

#include "port.h"

/* Plain programs write each text at once. */
static inline int port_has_delayed(void)
{
	return 0;
}

/* The wrappers take a lock themselves, and call a function only if it is not free. */
#define PORT_OWN_LOCKS 1

enum { HOSTED_SYNCH_LEVEL = 12 };

/* Take LOCK if it is free.  A KSPIN_LOCK is 0 when free; else it is SIGN, any odd
 * number, or the last handle of a queue.  Returns what it was. */
static inline uintptr_t port_take_by(void *lock, uintptr_t sign)
{
	return __atomic_exchange_n((uintptr_t *)lock, sign, __ATOMIC_ACQUIRE);
}

/* The same; true if it was free.  A word that is garbage is left there. */
void port_put_back(void *lock, uintptr_t was);

static inline int port_take(void *lock)
{
	uintptr_t was = port_take_by(lock, 1);

	if (__builtin_expect(was == 0, 1))
		return 1;
	port_put_back(lock, was);
	return 0;
}

/* The state of a lock whose memory is WORD.  A sign is 1, or a former held_set.at. */
static inline enum port_word hosted_word(uintptr_t word)
{
	const uintptr_t sets = (uintptr_t)port_sets, size = port_set_count * sizeof *port_sets;

	if (word == 0)
		return PORT_WORD_FREE;
	return word == 1 || (word & 1 && word - sets < size) ? PORT_WORD_TAKEN : PORT_WORD_OTHER;
}

/* Wait until the lock WHICH is free, and take it.  WAS is what port_take_by returned.
 * SITE: the acquire's, or NULL. */
struct spinrule_site;
void port_wait(void *which, uintptr_t was, struct spinrule_site *site);

static inline void hosted_acquire(uintptr_t *lock)
{
	uintptr_t was = port_take_by(lock, 1);

	if (__builtin_expect(was != 0, 0))
		port_wait(lock, was, NULL);
}

static inline uint8_t port_KeAcquireSpinLockRaiseToDpc(void *lock)
{
	uint8_t old = port_irql();

	port_set_irql(PORT_DISPATCH_LEVEL);
	hosted_acquire((uintptr_t *)lock);
	return old;
}

static inline void port_KeReleaseSpinLock(void *lock, unsigned irql)
{
	__atomic_store_n((uintptr_t *)lock, 0, __ATOMIC_RELEASE);
	port_set_irql(irql);
}

static inline void port_KeAcquireSpinLockAtDpcLevel(void *lock)
{
	hosted_acquire((uintptr_t *)lock);
}

static inline uint8_t port_KeTryToAcquireSpinLockAtDpcLevel(void *lock)
{
	uintptr_t free = 0;

	return __atomic_compare_exchange_n((uintptr_t *)lock, &free, 1, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* The same in fewer instructions.  The word of a lock that is held is odd: an even one
 * that is garbage counts as free. */
static inline uint8_t port_try(void *lock)
{
#if defined __GCC_ASM_FLAG_OUTPUTS__ && !defined __SANITIZE_THREAD__
	int was_held;

	/* The compiler makes a loop of the function below. */
	__asm__ volatile("lock btsl $0, %1"
			 : "=@ccc"(was_held), "+m"(*(uint32_t *)lock)
			 :
			 : "memory");
	return !was_held;
#else
	return !(__atomic_fetch_or((uintptr_t *)lock, 1, __ATOMIC_ACQUIRE) & 1);
#endif
}

static inline void port_KeReleaseSpinLockFromDpcLevel(void *lock)
{
	__atomic_store_n((uintptr_t *)lock, 0, __ATOMIC_RELEASE);
}

#endif
