/* A signal handler returns with a lock held that the next one releases, at any moment of what its thread does with locks of its
 * own: no violation is found, and nothing hangs.  Whether checking was incomplete depends on the moment.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: history=0:logfile=/dev/null */
/* expect: ^handled$ */

#include "by-hand.h"

#include <signal.h>
#include <sys/time.h>

static KSPIN_LOCK locks[3], of_handler[3];
static volatile sig_atomic_t signals;

static void handle(int number)
{
	int turn = (int)signals / 2 % 3;

	(void)number;
	/* One lock, two, or the second of two. */
	if (signals % 2 == 0) {
		KeAcquireSpinLockAtDpcLevel(&of_handler[0]);
		if (turn)
			KeAcquireSpinLockAtDpcLevel(&of_handler[1]);
		if (turn == 2)
			KeReleaseSpinLockFromDpcLevel(&of_handler[0]);
	} else {
		if (turn != 2)
			KeReleaseSpinLockFromDpcLevel(&of_handler[0]);
		if (turn)
			KeReleaseSpinLockFromDpcLevel(&of_handler[1]);
	}
	signals++;
}

int main(void)
{
	struct itimerval often = { { 0, 100 }, { 0, 100 } };
	KIRQL irql;

	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &often, NULL);
	while (signals < 6000) {
		KeAcquireSpinLock(&locks[0], &irql);
		KeReleaseSpinLock(&locks[0], irql);
		KeAcquireSpinLock(&locks[0], &irql);
		KeAcquireSpinLockAtDpcLevel(&locks[1]);
		KeAcquireSpinLockAtDpcLevel(&locks[2]);
		KeReleaseSpinLockFromDpcLevel(&locks[2]);
		KeReleaseSpinLockFromDpcLevel(&locks[1]);
		KeReleaseSpinLock(&locks[0], irql);
	}
	often.it_value.tv_usec = often.it_interval.tv_usec = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	if (signals % 2)
		handle(SIGALRM);
	for (int i = 0; i < 3; i++)
		CHECK(!locks[i] && !of_handler[i]);
	CHECK(spinrule_violation_count() == 0);
	say("handled");
	return 0;
}
