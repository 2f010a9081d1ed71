/* wrap-shared.c - what instrumented code calls instead of a DDI of reader/writer spin
 * locks, and instead of its address.
 *
 * In an object of its own, which only drivers that use these locks link.  Each thread's
 * set has what it holds, shared or exclusive.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wrap.h"

#include "locks.h"
#include "watch.h"

#define KIND_SHARED KIND(SPINRULE_GROUP_EX_SHARED, HELD_KNOWS_IRQL)
#define KIND_SHARED_DPC KIND(SPINRULE_GROUP_EX_SHARED_DPC, 0)
#define KIND_EXCLUSIVE KIND(SPINRULE_GROUP_EX_EXCLUSIVE, HELD_KNOWS_IRQL)
#define KIND_EXCLUSIVE_DPC KIND(SPINRULE_GROUP_EX_EXCLUSIVE_DPC, 0)

static uint8_t acquire(void *lock, uint32_t kind, uint8_t (*real)(void *),
		       struct spinrule_site *site)
{
	locks_mark_executed_by(site, lock);
	if (!locks_may_acquire(lock, NULL, kind, site))
		return PORT_DISPATCH_LEVEL;
	return locks_acquired(lock, NULL, kind, real(lock), site);
}

static void acquire_at_dpc(void *lock, uint32_t kind, void (*real)(void *),
			   struct spinrule_site *site)
{
	locks_mark_executed_by(site, lock);
	if (!locks_may_acquire(lock, NULL, kind, site))
		return;
	real(lock);
	locks_acquired(lock, NULL, kind, 0, site);
}

static uint32_t try_at_dpc(void *lock, uint32_t kind, uint32_t (*real)(void *),
			   struct spinrule_site *site)
{
	uint32_t has_acquired = !watch_fails_try() && real(lock);

	locks_mark_executed_by(site, lock);
	locks_tried(lock, has_acquired != 0, kind, 0, site);
	return has_acquired;
}

static void release(void *lock, uint32_t kind, uint8_t irql, void (*real)(void *, uint8_t),
		    struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_releasing(lock, NULL, kind, &irql, site))
		real(lock, irql);
}

static void release_from_dpc(void *lock, uint32_t kind, void (*real)(void *),
			     struct spinrule_site *site)
{
	locks_mark_executed(site);
	if (locks_releasing(lock, NULL, kind, NULL, site))
		real(lock);
}

/* ---- shared ---- */

uint8_t WRAP spinrule_ExAcquireSpinLockShared(void *lock, struct spinrule_site *site)
{
	return acquire(lock, KIND_SHARED, port_ExAcquireSpinLockShared, site);
}

void WRAP spinrule_ExAcquireSpinLockSharedAtDpcLevel(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, KIND_SHARED_DPC, port_ExAcquireSpinLockSharedAtDpcLevel, site);
}

uint32_t WRAP spinrule_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock, struct spinrule_site *site)
{
	return try_at_dpc(lock, KIND_SHARED_DPC, port_ExTryAcquireSpinLockSharedAtDpcLevel, site);
}

void WRAP spinrule_ExReleaseSpinLockShared(void *lock, uint8_t irql, struct spinrule_site *site)
{
	release(lock, KIND_SHARED, irql, port_ExReleaseSpinLockShared, site);
}

void WRAP spinrule_ExReleaseSpinLockSharedFromDpcLevel(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, KIND_SHARED_DPC, port_ExReleaseSpinLockSharedFromDpcLevel, site);
}

/* ---- exclusive ---- */

uint8_t WRAP spinrule_ExAcquireSpinLockExclusive(void *lock, struct spinrule_site *site)
{
	return acquire(lock, KIND_EXCLUSIVE, port_ExAcquireSpinLockExclusive, site);
}

void WRAP spinrule_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock, struct spinrule_site *site)
{
	acquire_at_dpc(lock, KIND_EXCLUSIVE_DPC, port_ExAcquireSpinLockExclusiveAtDpcLevel, site);
}

uint32_t WRAP spinrule_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock,
							       struct spinrule_site *site)
{
	return try_at_dpc(lock, KIND_EXCLUSIVE_DPC, port_ExTryAcquireSpinLockExclusiveAtDpcLevel,
			  site);
}

void WRAP spinrule_ExReleaseSpinLockExclusive(void *lock, uint8_t irql, struct spinrule_site *site)
{
	release(lock, KIND_EXCLUSIVE, irql, port_ExReleaseSpinLockExclusive, site);
}

void WRAP spinrule_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock, struct spinrule_site *site)
{
	release_from_dpc(lock, KIND_EXCLUSIVE_DPC, port_ExReleaseSpinLockExclusiveFromDpcLevel,
			 site);
}

uint32_t WRAP spinrule_ExTryConvertSharedSpinLockExclusive(void *lock, struct spinrule_site *site)
{
	uint32_t is_exclusive;

	locks_mark_executed(site);
	if (!locks_may_convert(lock, site))
		return 0;
	is_exclusive = !watch_fails_try() && port_ExTryConvertSharedSpinLockExclusive(lock);
	if (is_exclusive)
		locks_converted(lock);
	return is_exclusive;
}

/* ---- thunks ---- */

/* Line 0: the place of the call through the pointer is not known. */
#define SITE(NAME) \
	({ \
		static struct spinrule_site site = { \
			.file = "", .function = "", .ddi = #NAME, .lock = "" }; \
		&site; \
	})

uint8_t THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockShared(void *lock)
{
	return spinrule_ExAcquireSpinLockShared(lock, SITE(ExAcquireSpinLockShared));
}

void THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	spinrule_ExAcquireSpinLockSharedAtDpcLevel(lock, SITE(ExAcquireSpinLockSharedAtDpcLevel));
}

uint32_t THUNK_STDCALL spinrule_thunk_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock)
{
	return spinrule_ExTryAcquireSpinLockSharedAtDpcLevel(
		lock, SITE(ExTryAcquireSpinLockSharedAtDpcLevel));
}

void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockShared(void *lock, uint8_t irql)
{
	spinrule_ExReleaseSpinLockShared(lock, irql, SITE(ExReleaseSpinLockShared));
}

void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockSharedFromDpcLevel(void *lock)
{
	spinrule_ExReleaseSpinLockSharedFromDpcLevel(lock,
						     SITE(ExReleaseSpinLockSharedFromDpcLevel));
}

uint8_t THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockExclusive(void *lock)
{
	return spinrule_ExAcquireSpinLockExclusive(lock, SITE(ExAcquireSpinLockExclusive));
}

void THUNK_STDCALL spinrule_thunk_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	spinrule_ExAcquireSpinLockExclusiveAtDpcLevel(lock,
						      SITE(ExAcquireSpinLockExclusiveAtDpcLevel));
}

uint32_t THUNK_STDCALL spinrule_thunk_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock)
{
	return spinrule_ExTryAcquireSpinLockExclusiveAtDpcLevel(
		lock, SITE(ExTryAcquireSpinLockExclusiveAtDpcLevel));
}

void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockExclusive(void *lock, uint8_t irql)
{
	spinrule_ExReleaseSpinLockExclusive(lock, irql, SITE(ExReleaseSpinLockExclusive));
}

void THUNK_STDCALL spinrule_thunk_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock)
{
	spinrule_ExReleaseSpinLockExclusiveFromDpcLevel(
		lock, SITE(ExReleaseSpinLockExclusiveFromDpcLevel));
}

uint32_t THUNK_STDCALL spinrule_thunk_ExTryConvertSharedSpinLockExclusive(void *lock)
{
	return spinrule_ExTryConvertSharedSpinLockExclusive(
		lock, SITE(ExTryConvertSharedSpinLockExclusive));
}
