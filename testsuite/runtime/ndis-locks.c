/* NDIS's locks where they are functions: the calls stay, the runtime is told of them.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{kind}:[0-9]+ in warn_kind$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{acquired}:[0-9]+ in warn_kind$ */
/* expect: ^  rule SpinLock */
/* expect: ^  fix: what NdisAcquireSpinLock acquired is released by NdisReleaseSpinLock$ */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{again}:[0-9]+ in warn_released_again$ */
/* expect: ^spinrule: spin lock 'rw' .* is released by a thread that does not hold it \[spinrule-wrong-context\]$ */
/* expect: ^  by thread [0-9]+ at .*:{foreign}:[0-9]+ in releases$ */
/* expect: ^spinrule: spin lock 'lock' .* is initialized while held \[spinrule-reinit-held\]$ */
/* expect: ^  by thread [0-9]+ at .*:{init}:[0-9]+ in warn_init$ */
/* expect: ^spinrule: spin lock 'rw' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in warn_left$ */
/* expect: ^spinrule: 5 violations, */

#include "by-hand.h"
#include "ndis-lite.h"

static NDIS_SPIN_LOCK lock, other;
static PNDIS_RW_LOCK_EX rw;
static int good_readers;

static void good_pairs(void)
{
	LIST_ENTRY list = { &list, &list }, entry;

	NdisAcquireSpinLock(&lock);
	CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
	NdisDprAcquireSpinLock(&other);
	NdisDprReleaseSpinLock(&other);
	NdisReleaseSpinLock(&lock);
	CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
	NdisInterlockedInsertTailList(&list, &entry, &lock);
	CHECK(NdisInterlockedRemoveHeadList(&list, &lock) == &entry);
}

static thread_result THREAD_CALL reads(void *unused)
{
	LOCK_STATE_EX state, again;

	(void)unused;
	NdisAcquireRWLockRead(rw, &state, 0);
	NdisAcquireRWLockRead(rw, &again, 0);
	good_readers++;
	NdisReleaseRWLock(rw, &again);
	NdisReleaseRWLock(rw, &state);
	return 0;
}

static void good_shared(void)
{
	LOCK_STATE_EX state;

	NdisAcquireRWLockRead(rw, &state, 0);
	run_in_thread(reads, NULL);
	NdisReleaseRWLock(rw, &state);
	NdisAcquireRWLockWrite(rw, &state, 0);
	NdisReleaseRWLock(rw, &state);
	CHECK(good_readers == 1);
}

static void warn_kind(void)
{
	NdisAcquireSpinLock(&lock);	/* line: acquired */
	NdisDprReleaseSpinLock(&lock);	/* line: kind */
	KeLowerIrql(PASSIVE_LEVEL);
}

static void warn_released_again(void)
{
	NdisDprAcquireSpinLock(&lock);
	NdisDprReleaseSpinLock(&lock);
	NdisDprReleaseSpinLock(&lock);	/* line: again */
}

static LOCK_STATE_EX read_state;

static thread_result THREAD_CALL releases(void *unused)
{
	(void)unused;
	NdisReleaseRWLock(rw, &read_state);	/* line: foreign */
	return 0;
}

static void warn_foreign(void)
{
	NdisAcquireRWLockRead(rw, &read_state, 0);
	run_in_thread(releases, NULL);
	KeLowerIrql(PASSIVE_LEVEL);
}

static void warn_init(void)
{
	NdisDprAcquireSpinLock(&lock);
	NdisAllocateSpinLock(&lock);	/* line: init */
}

static DRIVER_DISPATCH warn_left;

static NTSTATUS NTAPI warn_left(PDEVICE_OBJECT device, PIRP irp)
{
	LOCK_STATE_EX state;

	(void)device, (void)irp;
	NdisAcquireRWLockWrite(rw, &state, 0);	/* line: left */
	return STATUS_SUCCESS;
}

int main(void)
{
	NdisAllocateSpinLock(&lock);
	NdisAllocateSpinLock(&other);
	rw = NdisAllocateRWLock(NULL);
	good_pairs();
	good_shared();
	say("good");
	warn_kind();
	warn_released_again();
	warn_foreign();
	warn_init();
	warn_left(NULL, NULL);
	NdisFreeRWLock(rw);
	NdisFreeSpinLock(&lock);
	return 0;
}
