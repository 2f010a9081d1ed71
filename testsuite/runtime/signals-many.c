/* A signal handler that holds many locks, up to more than the runtime has room for, also while its thread is at work in the
 * runtime: no violation is found, none of them looks held afterwards, and nothing hangs.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: history=0 */
/* expect: ^spinrule: checking is incomplete: */
/* expect: ^handled$ */
/* expect: ^spinrule: 0 violations, [0-9]+ lock calls checked */

#include "by-hand.h"

#include <signal.h>
#include <sys/time.h>

/* From where there is room for all to where the thread's own locks fill it already. */
enum { MANY = 80 };

static KSPIN_LOCK locks[3], in_handler[MANY];
static volatile sig_atomic_t signals;

static void handle(int number)
{
	int many = 1 + (int)signals % MANY;

	(void)number;
	for (int i = 0; i < many; i++)
		KeAcquireSpinLockAtDpcLevel(&in_handler[i]);
	if (signals % 2)
		for (int i = many; i-- > 0; )
			KeReleaseSpinLockFromDpcLevel(&in_handler[i]);
	else
		for (int i = 0; i < many; i++)
			KeReleaseSpinLockFromDpcLevel(&in_handler[i]);
	signals++;
}

int main(void)
{
	struct itimerval often = { { 0, 200 }, { 0, 200 } };

	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &often, NULL);
	while (signals < 3000) {
		KeAcquireSpinLockAtDpcLevel(&locks[0]);
		KeAcquireSpinLockAtDpcLevel(&locks[1]);
		KeAcquireSpinLockAtDpcLevel(&locks[2]);
		KeReleaseSpinLockFromDpcLevel(&locks[1]);
		KeReleaseSpinLockFromDpcLevel(&locks[0]);
		KeReleaseSpinLockFromDpcLevel(&locks[2]);
	}
	often.it_value.tv_usec = often.it_interval.tv_usec = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < MANY; i++)
		CHECK(!in_handler[i]);
	for (int i = 0; i < 3; i++)
		CHECK(!locks[i]);
	CHECK(spinrule_violation_count() == 0);
	say("handled");
	return 0;
}
