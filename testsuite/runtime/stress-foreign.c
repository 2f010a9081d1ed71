/* Threads that release, initialize and use each other's locks as it happens to come: which rule is broken depends on who was
 * first, but each report is one of those that fit, their number is right, and the program ends.
 *
 * What is shown is that looking into another thread's locks is safe while that thread changes them; stress.exp runs this
 * under ThreadSanitizer, too.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: exitcode=0 */
/* exit: 0 */
/* expect: ^stress: all reports fit, and they were counted$ */
/* expect: ^spinrule: [0-9]+ violations, [0-9]+ lock calls checked */

#include "by-hand.h"

#include <stdint.h>
#include <string.h>

enum { THREADS = 16, LOCKS = 4, ROUNDS = 40000 };

static KSPIN_LOCK locks[LOCKS];
static unsigned long reports[THREADS];
static __thread unsigned long *my_reports;
static int go;

static void see(const struct spinrule_report *report)
{
	static const char *const fitting[] = { "release-unheld", "wrong-context", "reinit-held", "double-acquire", "wrong-irql" };
	int fits = 0;

	for (unsigned i = 0; i < sizeof fitting / sizeof fitting[0]; i++)
		fits |= !strcmp(report->id, fitting[i]);
	CHECK(fits);
	CHECK(report->lock >= (void *)locks && report->lock < (void *)(locks + LOCKS));
	/* Who acquired it is known with the place, or not at all. */
	CHECK(!report->acquired_by == !report->acquired_at);
	if (report->acquired_at)
		CHECK(strstr(report->acquired_at->ddi, "Acquire"));
	++*my_reports;
}

static thread_result THREAD_CALL worker(void *context)
{
	unsigned me = (unsigned)(uintptr_t)context, random = 2654435769u * (me + 1);
	ULONG number = 0;
	KIRQL irql;

	my_reports = &reports[me];
	wait_for_flag(&go);
	for (int i = 0; i < ROUNDS; i++) {
		KSPIN_LOCK *mine, *any;

		random = random * 1664525 + 1013904223;
		mine = &locks[random >> 20 & (LOCKS - 1)];
		any = &locks[random >> 24 & (LOCKS - 1)];
		/* Never a second lock: two threads would wait for each other. */
		KeAcquireSpinLock(mine, &irql);
		switch (random >> 28) {
		case 0: KeReleaseSpinLock(any, irql); break;
		case 1: KeReleaseSpinLockFromDpcLevel(mine == any ? &locks[(any - locks + 1) % LOCKS] : any); break;
		case 2: KeInitializeSpinLock(any); break;
		case 3: ExInterlockedAddUlong(&number, 1, mine); break;
		default: break;
		}
		KeReleaseSpinLock(mine, irql);
	}
	return 0;
}

int main(void)
{
	thread threads[THREADS];
	unsigned long all = 0;

	spinrule_set_report_hook(see);
	for (unsigned i = 0; i < THREADS; i++)
		threads[i] = thread_start(worker, (void *)(uintptr_t)i);
	raise_flag(&go);
	for (unsigned i = 0; i < THREADS; i++) {
		thread_join(threads[i]);
		all += reports[i];
	}
	CHECK(all == spinrule_violation_count());
	say("stress: all reports fit, and they were counted");
	return 0;
}
