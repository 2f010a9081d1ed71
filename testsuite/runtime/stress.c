/* Many threads on many locks, most of them right, some of them wrong in every way there is: what is wrong is reported, each
 * time and on its thread, at its line and with its lock, and nothing else is; no counter under a lock loses an increment.
 *
 * STRESS=PAIRS in the environment says how many pairs of acquire and release; `make check-stress` does ten million.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: exitcode=0 */
/* exit: 0 */
/* expect: ^stress: 64 threads, [0-9]+ pairs, 2880 violations seeded, 2880 reported$ */
/* expect: ^spinrule: 2880 violations, [0-9]+ lock calls checked */

#include "by-hand.h"

#include <string.h>

enum {
	THREADS = 64,
	LOCKS = 1000,
	QUEUED = 100,		/* of them are only taken as queued locks */
	PAIRS = 128000,		/* all threads together, when nothing else is asked for */
	MAX_NESTED = 4
};

enum wrong {
	DOUBLE_ACQUIRE, UNHELD, MISMATCHED, WRONG_IRQL, REINIT, MOMENTARY, AT_RETURN, HANDED_OVER,
	WRONGS
};

enum { TIMES = 6 };		/* each thread does each */

static struct {
	KSPIN_LOCK lock;
	unsigned counter;
} table[LOCKS];

/* A thread's own. */
static struct worker {
	unsigned number, random;
	unsigned long increments, pairs;
	KSPIN_LOCK lock;	/* nobody else's, but for handing over to the next thread */
	KIRQL irql;
	int is_held, is_released;	/* how often */

	/* The report that must come next. */
	const char *id;
	const void *of;
	unsigned line;		/* 0: any */
	unsigned seen, invented, lost;
} workers[THREADS];

static __thread struct worker *me;
static int go;
static unsigned long rounds;

/* ---- what is reported ---- */

static void see(const struct spinrule_report *report)
{
	if (!me || !me->id || strcmp(me->id, report->id) || me->of != report->lock
	    || (me->line && (!report->site || report->site->line != me->line))) {
		fprintf(stderr, "stress: invented: %s of %p at line %u\n", report->id, report->lock, report->site ? report->site->line : 0);
		if (me)
			me->invented++;
		return;
	}
	me->id = NULL;
	me->seen++;
}

static void expect(const char *id, const void *lock, unsigned line)
{
	me->id = id;
	me->of = lock;
	me->line = line;
}

static void expected(void)
{
	if (!me->id)
		return;
	fprintf(stderr, "stress: lost: %s of %p at line %u\n", me->id, me->of, me->line);
	me->lost++;
	me->id = NULL;
}

/* CALL breaks the rule, and that is reported before it comes back. */
#define BREAKS(ID, LOCK, CALL) do { expect(ID, LOCK, __LINE__); CALL; expected(); } while (0)

/* ---- what is right ---- */

static unsigned random_below(unsigned limit)
{
	unsigned x = me->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	me->random = x;
	return x % limit;
}

/* Under the lock of table[I]. */
static void work_at(unsigned i)
{
	table[i].counter++;
	me->increments++;
	me->pairs++;
}

static void one_queued(void)
{
	unsigned i = LOCKS - QUEUED + random_below(QUEUED);
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&table[i].lock, &handle);
	work_at(i);
	KeReleaseInStackQueuedSpinLock(&handle);
}

static void one_tried(void)
{
	unsigned i = random_below(LOCKS - QUEUED);

	if (!KeTryToAcquireSpinLockAtDpcLevel(&table[i].lock))
		return;
	work_at(i);
	KeReleaseSpinLockFromDpcLevel(&table[i].lock);
}

/* In the order of the table, so that nobody waits for ever; released in that order or the other. */
static void some_nested(void)
{
	unsigned n = 1 + random_below(MAX_NESTED), at[MAX_NESTED], first = random_below(LOCKS - QUEUED - MAX_NESTED * 8);
	int is_backwards = (int)random_below(2);
	KIRQL irql;

	for (unsigned i = 0; i < n; i++) {
		at[i] = first;
		first += 1 + random_below(8);
	}
	KeAcquireSpinLock(&table[at[0]].lock, &irql);
	for (unsigned i = 1; i < n; i++)
		KeAcquireSpinLockAtDpcLevel(&table[at[i]].lock);
	for (unsigned i = 0; i < n; i++)
		work_at(at[i]);
	for (unsigned i = 1; i < n; i++)
		KeReleaseSpinLockFromDpcLevel(&table[at[is_backwards ? n - i : i]].lock);
	KeReleaseSpinLock(&table[at[0]].lock, irql);
}

/* ---- what is wrong ---- */

static void acquire_twice(KSPIN_LOCK *lock)
{
	KIRQL irql, again;

	KeAcquireSpinLock(lock, &irql);
	BREAKS("double-acquire", lock, KeAcquireSpinLock(lock, &again));
	KeReleaseSpinLock(lock, again);
	KeReleaseSpinLock(lock, irql);
}

static void release_twice(KSPIN_LOCK *lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	KeReleaseSpinLock(lock, irql);
	BREAKS("release-unheld", lock, KeReleaseSpinLock(lock, irql));
}

static void release_otherwise(KSPIN_LOCK *lock)
{
	KeAcquireSpinLockAtDpcLevel(lock);
	BREAKS("mismatched-release", lock, KeReleaseSpinLock(lock, PASSIVE_LEVEL));
}

static void give_back_another(KSPIN_LOCK *lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	BREAKS("wrong-irql", lock, KeReleaseSpinLock(lock, (KIRQL)(irql ^ 1)));
}

static void initialize_held(KSPIN_LOCK *lock)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	BREAKS("reinit-held", lock, KeInitializeSpinLock(lock));
}

static void use_held(KSPIN_LOCK *lock)
{
	ULONG number = 1;
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	BREAKS("double-acquire", lock, ExInterlockedAddUlong(&number, 1, lock));
	CHECK(number == 2);
	KeReleaseSpinLock(lock, irql);
}

static KSTART_ROUTINE returns_with_it;

static VOID NTAPI returns_with_it(PVOID context)
{
	CALLBACK(KSTART_ROUTINE);
	KIRQL irql;

	KeAcquireSpinLock((PKSPIN_LOCK)context, &irql);
}

static void return_with(KSPIN_LOCK *lock)
{
	expect("held-at-return", lock, 0);
	returns_with_it(lock);
	expected();
}

/* Even threads acquire a lock that the odd ones release. */
static void hand_over(void)
{
	struct worker *other = &workers[me->number ^ 1];

	if (me->number % 2 == 0) {
		KeAcquireSpinLock(&me->lock, &me->irql);
		__atomic_add_fetch(&me->is_held, 1, __ATOMIC_RELEASE);
		while (__atomic_load_n(&other->is_released, __ATOMIC_ACQUIRE) != me->is_held)
			rest();
	} else {
		while (__atomic_load_n(&other->is_held, __ATOMIC_ACQUIRE) == me->is_released)
			rest();
		BREAKS("wrong-context", &other->lock, KeReleaseSpinLock(&other->lock, other->irql));
		__atomic_add_fetch(&me->is_released, 1, __ATOMIC_RELEASE);
	}
}

static void do_wrong(enum wrong wrong)
{
	/* A lock that is held meanwhile may be anyone's. */
	KSPIN_LOCK *shared = &table[random_below(LOCKS - QUEUED)].lock;

	switch (wrong) {
	case DOUBLE_ACQUIRE: acquire_twice(shared); break;
	case UNHELD: release_twice(&me->lock); break;
	case MISMATCHED: release_otherwise(shared); break;
	case WRONG_IRQL: give_back_another(shared); break;
	case REINIT: initialize_held(&me->lock); break;
	case MOMENTARY: use_held(shared); break;
	case AT_RETURN: return_with(shared); break;
	case HANDED_OVER: hand_over(); break;
	case WRONGS: break;
	}
}

static thread_result THREAD_CALL worker(void *context)
{
	unsigned done = 0;

	me = context;
	wait_for_flag(&go);
	while (me->pairs < rounds || done < WRONGS * TIMES) {
		if (done < WRONGS * TIMES && me->pairs >= rounds / (WRONGS * TIMES) * done)
			do_wrong((enum wrong)((done++ + me->number / 2) % WRONGS));
		switch (random_below(8)) {
		case 0: one_queued(); break;
		case 1: one_tried(); break;
		default: some_nested(); break;
		}
	}
	me = NULL;
	return 0;
}

int main(void)
{
	const char *asked = getenv("STRESS");
	unsigned long pairs = 0, increments = 0, counted = 0;
	unsigned seen = 0, wrong = 0;
	thread threads[THREADS];

	rounds = (asked ? strtoul(asked, NULL, 10) : PAIRS) / THREADS;
	spinrule_set_report_hook(see);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].number = i;
		workers[i].random = 2654435769u * (i + 1);
		threads[i] = thread_start(worker, &workers[i]);
	}
	raise_flag(&go);
	for (unsigned i = 0; i < THREADS; i++) {
		thread_join(threads[i]);
		seen += workers[i].seen;
		wrong += workers[i].invented + workers[i].lost;
		increments += workers[i].increments;
		pairs += workers[i].pairs;
		CHECK(!workers[i].lock);
	}
	for (unsigned i = 0; i < LOCKS; i++) {
		CHECK(!table[i].lock);
		counted += table[i].counter;
	}
	CHECK(counted == increments);
	CHECK(pairs >= rounds);
	fprintf(stderr, "stress: %d threads, %lu pairs, %d violations seeded, %u reported\n", THREADS, pairs,
		THREADS * WRONGS * TIMES - THREADS / 2 * TIMES, seen);
	CHECK(!wrong);
	CHECK(spinrule_violation_count() == seen);
	return 0;
}
