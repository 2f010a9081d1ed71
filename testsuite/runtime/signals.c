/* A signal handler that uses spin locks, also while its thread is at work in the runtime, corrupts nothing: no
 * violation is found.  Whether checking was incomplete depends on the moment.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: logfile=@LOG@:summary=0 */
/* exit: 0 */
/* expect: ^handled$ */

#include "by-hand.h"

#include <string.h>

/* What the log says besides is not asked for. */
static void remove_log(void)
{
	char path[300], *name = getenv("SPINRULE_OPTIONS");

	CHECK(name && sscanf(name, "logfile=%299s", path) == 1);
	*strstr(path, ":summary") = 0;
	remove(path);
}

#ifdef _WIN32

int main(void)
{
	KSPIN_LOCK lock = 0;

	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	say("handled");
	CHECK(spinrule_violation_count() == 0);
	remove_log();
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
	while (signals < 500)
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
	CHECK(spinrule_violation_count() == 0);
	remove_log();
	return 0;
}

#endif
