/* Signal handlers with locks of their own while each pair is counted and timed, and the order of locks is checked: a
 * double acquire that comes now and then is reported each time, nothing else is, and nothing hangs.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: stats=1:hold_time=100000000:lock_order=1:summary=0:exitcode=0:logfile=/dev/null */
/* expect: ^2000 of 2000$ */

#include "by-hand.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

enum { TIMES = 2000, PAIRS_BETWEEN = 20 };

static KSPIN_LOCK locks[3], again, in_handler[2];
static unsigned reported, others;

static void hook(const struct spinrule_report *report)
{
	if (!strcmp(report->id, "double-acquire"))
		reported++;
	else
		others++;
}

static void handle(int number)
{
	KIRQL irql;

	(void)number;
	KeAcquireSpinLock(&in_handler[0], &irql);
	KeAcquireSpinLockAtDpcLevel(&in_handler[1]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[1]);
	KeReleaseSpinLock(&in_handler[0], irql);
}

static void out_of_order(void)
{
	KIRQL first, second, third;

	KeAcquireSpinLock(&locks[0], &first);
	KeAcquireSpinLock(&locks[1], &second);
	KeAcquireSpinLock(&locks[2], &third);
	KeReleaseSpinLock(&locks[2], third);
	KeReleaseSpinLock(&locks[0], second);
	KeReleaseSpinLock(&locks[1], first);
}

int main(void)
{
	struct itimerval often = { { 0, 50 }, { 0, 50 } };
	KIRQL irql, other;

	spinrule_set_report_hook(hook);
	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < TIMES; i++) {
		for (int j = 0; j < PAIRS_BETWEEN; j++)
			out_of_order();
		KeAcquireSpinLock(&again, &irql);
		KeAcquireSpinLock(&again, &other);
		KeReleaseSpinLock(&again, other);
		KeReleaseSpinLock(&again, irql);
	}
	often.it_value.tv_usec = often.it_interval.tv_usec = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	CHECK(others == 0);
	fprintf(stderr, "%u of %d\n", reported, TIMES);
	spinrule_set_report_hook(NULL);
	return 0;
}
