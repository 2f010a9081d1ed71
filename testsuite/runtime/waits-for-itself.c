/* A thread whose locks are not followed for sure any more, since a signal handler left one held, waits for a lock that it holds by all
 * that is known: nothing is claimed, and that it may wait for ever is told.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: hand */
/* options: wait=300:history=0 */
/* expect: ^spinrule: checking is incomplete: .*leaves a spin lock held */
/* expect: ^spinrule: thread [0-9]+ may wait for ever, for a spin lock .0x[0-9A-F]+. that it seems to hold: acquired at .*waits-for-itself\.c:{first}$ */
/* expect: ^let go$ */
/* expect: ^spinrule: 0 violations, [0-9]+ lock calls checked, [0-9]+ of [0-9]+ sites executed; checking is incomplete$ */

#include "by-hand.h"

#include "locks.h"

static KSPIN_LOCK lock;
static int has_got_it;

static thread_result THREAD_CALL wait_for_it(void *context)
{
	KIRQL irql, inner;

	(void)context;
	KeAcquireSpinLock(&lock, &irql);	/* line: first */
	/* What the runtime does where a signal has come at the wrong moment. */
	locks_disturbed(port_find_set());
	KeAcquireSpinLock(&lock, &inner);
	raise_flag(&has_got_it);
	KeReleaseSpinLock(&lock, inner);
	return 0;
}

int main(void)
{
	thread waiting = thread_start(wait_for_it, NULL);

	for (int i = 0; i < 3000; i++)
		rest();
	CHECK(!__atomic_load_n(&has_got_it, __ATOMIC_ACQUIRE));
	say("let go");
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
	thread_join(waiting);
	return 0;
}
