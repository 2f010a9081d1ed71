/* A lock that looks taken and that nobody holds: the thread that waits for it is told so, not for ever silent.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: wait=300 */
/* expect: ^spinrule: thread [0-9]+ has waited for 300 ms for spin lock '.*' .0x[0-9A-F]+. at .*wait-garbage\.c:{acquire}:[0-9]+ in take_it(, called at [^:]+(:[^:]+){0,2})?: no thread is known to hold it: it was never initialized, or overwritten, or what acquired it is not checked, or has ended$ */
/* expect: ^let go$ */
/* expect: ^spinrule: 0 violations, 2 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock = 1;

static thread_result THREAD_CALL take_it(void *context)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* line: acquire */
	KeReleaseSpinLock(&lock, irql);
	return 0;
}

int main(void)
{
	thread waiting = thread_start(take_it, NULL);

	for (int i = 0; i < 2000; i++)
		rest();
	say("let go");
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
	thread_join(waiting);
	return 0;
}
