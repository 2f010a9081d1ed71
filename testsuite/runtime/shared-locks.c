/* Reader/writer spin locks: what each thread holds, shared or exclusive.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* exit: 66 */
/* expect: ^good: 2 readers$ */
/* expect: ^spinrule: spin lock 'pair\.word' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{again}:[0-9]+ in warn_again$ */
/* expect: ^spinrule: spin lock 'pair\.word' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{otherway}:[0-9]+ in warn_other_way$ */
/* expect: ^  fix: what ExAcquireSpinLockExclusive acquired is released by ExReleaseSpinLockExclusive$ */
/* expect: ^spinrule: spin lock 'pair\.word' .* is released by a routine of another kind than acquired it \[spinrule-mismatched-release\]$ */
/* expect: ^  by thread [0-9]+ at .*:{converted}:[0-9]+ in warn_converted$ */
/* expect: ^spinrule: spin lock 'pair\.word' .* is not held at a call that requires it \[spinrule-call-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{convert}:[0-9]+ in warn_convert$ */
/* expect: ^spinrule: spin lock 'pair\.word' .* is released with an IRQL that its acquire did not save \[spinrule-wrong-irql\]$ */
/* expect: ^  by thread [0-9]+ at .*:{irql}:[0-9]+ in warn_irql$ */
/* expect: ^spinrule: spin lock 'pair\.word' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{twice}:[0-9]+ in warn_released_twice$ */
/* expect: ^spinrule: spin lock 'which' .* is released by a thread that does not hold it \[spinrule-wrong-context\]$ */
/* expect: ^  by thread [0-9]+ at .*:{foreign}:[0-9]+ in releases$ */
/* expect: ^spinrule: spin lock 'pair\.word' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in warn_left$ */
/* expect: ^spinrule: 8 violations, */

#include "by-hand.h"

#ifdef _WIN32
typedef volatile LONG EX_SPIN_LOCK, *PEX_SPIN_LOCK;

extern KIRQL NTAPI ExAcquireSpinLockShared(PEX_SPIN_LOCK);
extern VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK);
extern LOGICAL NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK);
extern VOID NTAPI ExReleaseSpinLockShared(PEX_SPIN_LOCK, KIRQL);
extern VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK);
extern KIRQL NTAPI ExAcquireSpinLockExclusive(PEX_SPIN_LOCK);
extern VOID NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK);
extern LOGICAL NTAPI ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK);
extern VOID NTAPI ExReleaseSpinLockExclusive(PEX_SPIN_LOCK, KIRQL);
extern VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK);
extern LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK);
#endif

/* The second half of a word: the first is another's. */
static struct {
	LONG guard;
	EX_SPIN_LOCK word;
} pair __attribute__((aligned(8))) = { -1, 0 };
#define lock pair.word

static int is_done;

/* ---- several readers, each of which has the lock ---- */

static thread_result THREAD_CALL reads(void *readers)
{
	KIRQL irql = ExAcquireSpinLockShared(&lock);

	++*(int *)readers;
	CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
	CHECK(!ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
	/* There is another reader. */
	CHECK(!ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockShared(&lock, irql);
	return 0;
}

static void good_readers(void)
{
	KIRQL irql = ExAcquireSpinLockShared(&lock);
	int readers = 1;

	run_in_thread(reads, &readers);
	CHECK(lock == 1);
	ExReleaseSpinLockShared(&lock, irql);
	CHECK(!lock && KeGetCurrentIrql() == PASSIVE_LEVEL);
	fprintf(stderr, "good: %d readers\n", readers);
}

static void good_converted(void)
{
	KIRQL irql = ExAcquireSpinLockShared(&lock);

	CHECK(ExTryConvertSharedSpinLockExclusive(&lock));
	CHECK(!ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
	ExReleaseSpinLockExclusive(&lock, irql);
	ExAcquireSpinLockSharedAtDpcLevel(&lock);
	CHECK(ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
	CHECK(ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
	CHECK(ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
	ExReleaseSpinLockSharedFromDpcLevel(&lock);
	ExReleaseSpinLockSharedFromDpcLevel(&lock);
	ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
	ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
	CHECK(!lock);
}

/* A writer keeps readers out, whether it waits or has the lock. */
static thread_result THREAD_CALL writes(void *value)
{
	for (int i = 0; i < 1000; i++) {
		KIRQL irql = ExAcquireSpinLockExclusive(&lock);

		((int *)value)[0]++;
		((int *)value)[1]++;
		ExReleaseSpinLockExclusive(&lock, irql);
	}
	raise_flag(&is_done);
	return 0;
}

static void good_writer(void)
{
	static int value[2];
	thread writer = thread_start(writes, value);

	do {
		KIRQL irql = ExAcquireSpinLockShared(&lock);

		CHECK(value[0] == value[1]);
		ExReleaseSpinLockShared(&lock, irql);
	} while (!__atomic_load_n(&is_done, __ATOMIC_ACQUIRE));
	thread_join(writer);
	CHECK(value[0] == 1000 && !lock);
}

/* ---- mistakes ---- */

static void warn_again(void)
{
	KIRQL irql = ExAcquireSpinLockShared(&lock), other;

	other = ExAcquireSpinLockExclusive(&lock);	/* line: again */
	ExReleaseSpinLockExclusive(&lock, other);
	ExReleaseSpinLockShared(&lock, irql);
	CHECK(!lock && KeGetCurrentIrql() == PASSIVE_LEVEL);
}

static void warn_other_way(void)
{
	KIRQL irql = ExAcquireSpinLockExclusive(&lock);

	ExReleaseSpinLockShared(&lock, irql);	/* line: otherway */
	CHECK(!lock && KeGetCurrentIrql() == PASSIVE_LEVEL);
}

static void warn_converted(void)
{
	KIRQL irql = ExAcquireSpinLockShared(&lock);

	CHECK(ExTryConvertSharedSpinLockExclusive(&lock));
	ExReleaseSpinLockShared(&lock, irql);	/* line: converted */
	CHECK(!lock);
}

static void warn_convert(void)
{
	CHECK(!ExTryConvertSharedSpinLockExclusive(&lock));	/* line: convert */
	CHECK(!lock);
}

static void warn_irql(void)
{
	ExAcquireSpinLockShared(&lock);
	ExReleaseSpinLockShared(&lock, 1);	/* line: irql */
	KeLowerIrql(PASSIVE_LEVEL);
}

static void warn_released_twice(void)
{
	ExAcquireSpinLockSharedAtDpcLevel(&lock);
	ExReleaseSpinLockSharedFromDpcLevel(&lock);
	ExReleaseSpinLockSharedFromDpcLevel(&lock);	/* line: twice */
	CHECK(!lock);
}

static thread_result THREAD_CALL releases(void *which)
{
	ExReleaseSpinLockSharedFromDpcLevel(which);	/* line: foreign */
	return 0;
}

static void warn_foreign(void)
{
	ExAcquireSpinLockSharedAtDpcLevel(&lock);
	run_in_thread(releases, (void *)&lock);
	CHECK(!lock);
}

static DRIVER_DISPATCH warn_left;

static NTSTATUS NTAPI warn_left(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device, (void)irp;
	ExAcquireSpinLockExclusive(&lock);	/* line: left */
	return STATUS_SUCCESS;
}

int main(void)
{
	good_readers();
	good_converted();
	good_writer();
	warn_again();
	warn_other_way();
	warn_converted();
	warn_convert();
	warn_irql();
	warn_released_twice();
	warn_foreign();
	warn_left(NULL, NULL);
	CHECK(!lock && pair.guard == -1);
	return 0;
}
