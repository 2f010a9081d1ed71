/* A signal handler that uses spin locks, also while its thread is at work in the runtime, corrupts nothing.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* exit: 0 */
/* expect: ^handled$ */
/* expect: ^spinrule: 0 violations, [0-9]+ lock calls checked */

#include "by-hand.h"

#ifdef _WIN32

int main(void)
{
	KSPIN_LOCK lock = 0;

	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	say("handled");
	return 0;
}

#else

#include <signal.h>
#include <sys/time.h>

static KSPIN_LOCK locks[4], in_handler[2];
static volatile sig_atomic_t signals;

static void handle(int number)
{
	(void)number;
	KeAcquireSpinLockAtDpcLevel(&in_handler[0]);
	KeAcquireSpinLockAtDpcLevel(&in_handler[1]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[1]);
	KeReleaseSpinLockFromDpcLevel(&in_handler[0]);
	signals++;
}

int main(void)
{
	struct itimerval often = { { 0, 100 }, { 0, 100 } };

	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &often, NULL);
	while (signals < 2000)
		for (int i = 0; i < 4; i++) {
			KeAcquireSpinLockAtDpcLevel(&locks[0]);
			KeAcquireSpinLockAtDpcLevel(&locks[1]);
			KeAcquireSpinLockAtDpcLevel(&locks[2]);
			KeReleaseSpinLockFromDpcLevel(&locks[i % 2]);
			KeReleaseSpinLockFromDpcLevel(&locks[2]);
			KeReleaseSpinLockFromDpcLevel(&locks[1 - i % 2]);
		}
	often.it_value.tv_usec = often.it_interval.tv_usec = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	say("handled");
	return 0;
}

#endif
