/* gdb-program.c - two threads, a lock held by each, one of which is waited for.  See gdb.exp.
 *
 * SPDX-License-Identifier: MIT
 */

#include "by-hand.h"

KSPIN_LOCK first, second, none;

void __attribute__((noinline)) stop_here(void)
{
	__asm__ volatile("");
}

static thread_result THREAD_CALL other(void *context)
{
	KIRQL outer, inner;

	(void)context;
	KeAcquireSpinLock(&second, &outer);
	KeAcquireSpinLock(&first, &inner);
	KeReleaseSpinLock(&first, inner);
	KeReleaseSpinLock(&second, outer);
	return 0;
}

int main(void)
{
	KIRQL irql;
	thread waiting;

	KeAcquireSpinLock(&first, &irql);
	waiting = thread_start(other, NULL);
	for (int i = 0; i < 400; i++)
		rest();
	stop_here();
	KeReleaseSpinLock(&first, irql);
	thread_join(waiting);
	return 0;
}
