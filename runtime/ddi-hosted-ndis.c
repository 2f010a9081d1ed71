/* ddi-hosted-ndis.c - NDIS's lock functions of plain programs.
 *
 * Calls of them stay as they are (bracket.c), so instrumented code and other code both
 * call them by their names.  A reader of a reader/writer lock may read again.
 *
 * SPDX-License-Identifier: MIT
 */

#include "ddi-hosted-names.h"
#include "hosted.h"
#include "locks.h"

#include <stdlib.h>

/* NDIS_SPIN_LOCK. */
struct ndis_spin_lock {
	uintptr_t lock;
	uint8_t irql;
};

/* LOCK_STATE, LOCK_STATE_EX: the system's own. */
struct rw_state {
	uint8_t irql, is_writer;
};

#ifdef __ELF__
#pragma GCC visibility push(default)
#endif

void STDCALL NdisAllocateSpinLock(struct ndis_spin_lock *lock);
void STDCALL NdisFreeSpinLock(struct ndis_spin_lock *lock);
void STDCALL NdisAcquireSpinLock(struct ndis_spin_lock *lock);
void STDCALL NdisReleaseSpinLock(struct ndis_spin_lock *lock);
void STDCALL NdisDprAcquireSpinLock(struct ndis_spin_lock *lock);
void STDCALL NdisDprReleaseSpinLock(struct ndis_spin_lock *lock);
void *STDCALL NdisInterlockedInsertHeadList(void *head, void *entry, struct ndis_spin_lock *lock);
void *STDCALL NdisInterlockedInsertTailList(void *head, void *entry, struct ndis_spin_lock *lock);
void *STDCALL NdisInterlockedRemoveHeadList(void *head, struct ndis_spin_lock *lock);
void *STDCALL NdisInterlockedPushEntryList(void *head, void *entry, struct ndis_spin_lock *lock);
void *STDCALL NdisInterlockedPopEntryList(void *head, struct ndis_spin_lock *lock);
uint32_t STDCALL NdisInterlockedAddUlong(uint32_t *addend, uint32_t increment,
					 struct ndis_spin_lock *lock);
void *STDCALL NdisAllocateRWLock(void *handle);
void STDCALL NdisFreeRWLock(void *lock);
void STDCALL NdisAcquireRWLockRead(void *lock, struct rw_state *state, uint8_t flags);
void STDCALL NdisAcquireRWLockWrite(void *lock, struct rw_state *state, uint8_t flags);
void STDCALL NdisReleaseRWLock(void *lock, struct rw_state *state);
void STDCALL NdisInitializeReadWriteLock(void *lock);
void STDCALL NdisAcquireReadWriteLock(void *lock, uint8_t write, struct rw_state *state);
void STDCALL NdisReleaseReadWriteLock(void *lock, struct rw_state *state);
void STDCALL NdisDprAcquireReadWriteLock(void *lock, uint8_t write, struct rw_state *state);
void STDCALL NdisDprReleaseReadWriteLock(void *lock, struct rw_state *state);

static void rw_release(void *lock, const struct rw_state *state)
{
	if (state->is_writer)
		port_ExReleaseSpinLockExclusive(lock, state->irql);
	else
		port_ExReleaseSpinLockShared(lock, state->irql);
}

void STDCALL NdisAllocateSpinLock(struct ndis_spin_lock *lock)
{
	port_KeInitializeSpinLock(&lock->lock);
}

void STDCALL NdisFreeSpinLock(struct ndis_spin_lock *lock)
{
	(void)lock;
}

void STDCALL NdisAcquireSpinLock(struct ndis_spin_lock *lock)
{
	uint8_t irql = port_KeAcquireSpinLockRaiseToDpc(&lock->lock);

	/* Only the owner writes there. */
	lock->irql = irql;
}

void STDCALL NdisReleaseSpinLock(struct ndis_spin_lock *lock)
{
	port_KeReleaseSpinLock(&lock->lock, lock->irql);
}

void STDCALL NdisDprAcquireSpinLock(struct ndis_spin_lock *lock)
{
	port_KeAcquireSpinLockAtDpcLevel(&lock->lock);
}

void STDCALL NdisDprReleaseSpinLock(struct ndis_spin_lock *lock)
{
	port_KeReleaseSpinLockFromDpcLevel(&lock->lock);
}

void *STDCALL NdisInterlockedInsertHeadList(void *head, void *entry, struct ndis_spin_lock *lock)
{
	return (void *)port_momentary(PORT_INSERT_HEAD, head, (uintptr_t)entry, &lock->lock);
}

void *STDCALL NdisInterlockedInsertTailList(void *head, void *entry, struct ndis_spin_lock *lock)
{
	return (void *)port_momentary(PORT_INSERT_TAIL, head, (uintptr_t)entry, &lock->lock);
}

void *STDCALL NdisInterlockedRemoveHeadList(void *head, struct ndis_spin_lock *lock)
{
	return (void *)port_momentary(PORT_REMOVE_HEAD, head, 0, &lock->lock);
}

void *STDCALL NdisInterlockedPushEntryList(void *head, void *entry, struct ndis_spin_lock *lock)
{
	return (void *)port_momentary(PORT_PUSH, head, (uintptr_t)entry, &lock->lock);
}

void *STDCALL NdisInterlockedPopEntryList(void *head, struct ndis_spin_lock *lock)
{
	return (void *)port_momentary(PORT_POP, head, 0, &lock->lock);
}

uint32_t STDCALL NdisInterlockedAddUlong(uint32_t *addend, uint32_t increment,
					 struct ndis_spin_lock *lock)
{
	return (uint32_t)port_momentary(PORT_ADD_ULONG, addend, increment, &lock->lock);
}

void *STDCALL NdisAllocateRWLock(void *handle)
{
	(void)handle;
	return calloc(1, sizeof(uintptr_t));
}

void STDCALL NdisFreeRWLock(void *lock)
{
	free(lock);
}

void STDCALL NdisAcquireRWLockRead(void *lock, struct rw_state *state, uint8_t flags)
{
	state->irql = port_ExAcquireSpinLockShared(lock);
	state->is_writer = 0;
	(void)flags;
}

void STDCALL NdisAcquireRWLockWrite(void *lock, struct rw_state *state, uint8_t flags)
{
	state->irql = port_ExAcquireSpinLockExclusive(lock);
	state->is_writer = 1;
	(void)flags;
}

void STDCALL NdisReleaseRWLock(void *lock, struct rw_state *state)
{
	rw_release(lock, state);
}

void STDCALL NdisInitializeReadWriteLock(void *lock)
{
	*(uint32_t *)lock = 0;
}

void STDCALL NdisAcquireReadWriteLock(void *lock, uint8_t write, struct rw_state *state)
{
	state->is_writer = write;
	state->irql = write ? port_ExAcquireSpinLockExclusive(lock)
			    : port_ExAcquireSpinLockShared(lock);
}

void STDCALL NdisReleaseReadWriteLock(void *lock, struct rw_state *state)
{
	rw_release(lock, state);
}

void STDCALL NdisDprAcquireReadWriteLock(void *lock, uint8_t write, struct rw_state *state)
{
	NdisAcquireReadWriteLock(lock, write, state);
}

void STDCALL NdisDprReleaseReadWriteLock(void *lock, struct rw_state *state)
{
	rw_release(lock, state);
}

IMPORT(NdisAllocateSpinLock, STDCALL, 4)
IMPORT(NdisFreeSpinLock, STDCALL, 4)
IMPORT(NdisAcquireSpinLock, STDCALL, 4)
IMPORT(NdisReleaseSpinLock, STDCALL, 4)
IMPORT(NdisDprAcquireSpinLock, STDCALL, 4)
IMPORT(NdisDprReleaseSpinLock, STDCALL, 4)
IMPORT(NdisInterlockedInsertHeadList, STDCALL, 12)
IMPORT(NdisInterlockedInsertTailList, STDCALL, 12)
IMPORT(NdisInterlockedRemoveHeadList, STDCALL, 8)
IMPORT(NdisInterlockedPushEntryList, STDCALL, 12)
IMPORT(NdisInterlockedPopEntryList, STDCALL, 8)
IMPORT(NdisInterlockedAddUlong, STDCALL, 12)
IMPORT(NdisAllocateRWLock, STDCALL, 4)
IMPORT(NdisFreeRWLock, STDCALL, 4)
IMPORT(NdisAcquireRWLockRead, STDCALL, 12)
IMPORT(NdisAcquireRWLockWrite, STDCALL, 12)
IMPORT(NdisReleaseRWLock, STDCALL, 8)
IMPORT(NdisInitializeReadWriteLock, STDCALL, 4)
IMPORT(NdisAcquireReadWriteLock, STDCALL, 12)
IMPORT(NdisReleaseReadWriteLock, STDCALL, 8)
IMPORT(NdisDprAcquireReadWriteLock, STDCALL, 12)
IMPORT(NdisDprReleaseReadWriteLock, STDCALL, 8)

#ifdef __ELF__
#pragma GCC visibility pop
#endif
