/* port-wdm.h - the functions of this port that are inlined into the wrappers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_WDM_H
#define SPINRULE_PORT_WDM_H

#include <stdint.h>

#ifdef __i386__
#define PORT_STDCALL __attribute__((stdcall))
#define PORT_FASTCALL __attribute__((fastcall))
#else
#define PORT_STDCALL
#define PORT_FASTCALL
#endif
#define PORT_IMPORT __attribute__((dllimport))

#ifdef __i386__
PORT_IMPORT uint8_t PORT_FASTCALL KfAcquireSpinLock(void *lock);
PORT_IMPORT void PORT_FASTCALL KfReleaseSpinLock(void *lock, uint8_t irql);
#define port_kernel_acquire KfAcquireSpinLock
#define port_kernel_release KfReleaseSpinLock
#else
PORT_IMPORT uint8_t KeAcquireSpinLockRaiseToDpc(void *lock);
PORT_IMPORT void KeReleaseSpinLock(void *lock, uint8_t irql);
#define port_kernel_acquire KeAcquireSpinLockRaiseToDpc
#define port_kernel_release KeReleaseSpinLock
#endif
PORT_IMPORT void PORT_STDCALL KeAcquireSpinLockAtDpcLevel(void *lock);
PORT_IMPORT void PORT_STDCALL KeReleaseSpinLockFromDpcLevel(void *lock);

/* ---- threads: a hash table maps each to its set ----
 *
 * It is sparse, so a thread is mostly found at its first place; the sets are large, and
 * fewer. */

enum {
	PORT_SETS = 1024,	/* unless the driver has SPINRULE_THREADS */
	PORT_PLACES = 4096	/* a power of two */
};

/* What is added to THREAD of a place while its set is parked: see port-wdm.c. */
#define PORT_PARKED ((uintptr_t)1)

struct port_place {
	uintptr_t thread;	/* 0: free; 1: reserved by a thread that is claiming it */
	struct held_set *set;	/* of THREAD; while the place is free, of the last thread */
};

extern struct port_place port_places[PORT_PLACES];

/* The offset, in the segment of the processor or of the thread, of what identifies the
 * thread; 0: not found yet. */
extern uintptr_t port_thread_place;

/* The slow ways. */
uintptr_t port_ask_thread(void);
struct held_set *port_find_set_further(uintptr_t thread);

/* The set that this thread, which has none, gave up last, as it was then; NULL if another
 * thread has it. */
struct held_set *port_claim_parked(void);

/* Identifies this thread.  Not 0. */
static inline uintptr_t port_thread(void)
{
	uintptr_t place = port_thread_place, thread;

	if (__builtin_expect(!place, 0))
		return port_ask_thread();
#ifdef __x86_64__
	__asm__ volatile("movq %%gs:(%1), %0" : "=r"(thread) : "r"(place));
#else
	__asm__ volatile("movl %%fs:(%1), %0" : "=r"(thread) : "r"(place));
#endif
	return thread;
}

static inline unsigned port_first_place(uintptr_t thread)
{
	return ((uint32_t)(thread >> 4) * 2654435769u) >> 20;
}

_Static_assert(PORT_PLACES == 1 << 12, "port_first_place takes 12 bits");

static inline struct held_set *port_find_set(void)
{
	uintptr_t thread = port_thread();
	struct port_place *place = &port_places[port_first_place(thread)];

	if (__builtin_expect(locks_load(place->thread) != thread, 0))
		return port_find_set_further(thread);
	return place->set;
}

/* The texts that wait for PASSIVE_LEVEL. */
extern unsigned port_delayed;

static inline int port_has_delayed(void)
{
	return locks_load(port_delayed) != 0;
}

/* ---- the real DDIs ---- */

static inline uint8_t port_KeAcquireSpinLockRaiseToDpc(void *lock)
{
	return port_kernel_acquire(lock);
}

static inline void port_KeReleaseSpinLock(void *lock, unsigned irql)
{
	port_kernel_release(lock, (uint8_t)irql);
}

static inline void port_KeAcquireSpinLockAtDpcLevel(void *lock)
{
	KeAcquireSpinLockAtDpcLevel(lock);
}

static inline void port_KeReleaseSpinLockFromDpcLevel(void *lock)
{
	KeReleaseSpinLockFromDpcLevel(lock);
}

uint8_t port_KeTryToAcquireSpinLockAtDpcLevel(void *lock);

static inline uint8_t port_try(void *lock)
{
	return port_KeTryToAcquireSpinLockAtDpcLevel(lock);
}

#endif
