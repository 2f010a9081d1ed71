/* gdb-program.c - two threads, a lock held by each, one of which is waited for.  See gdb.exp, and gdb-wine.exp, where gdb
 * comes later and ends it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "by-hand.h"

KSPIN_LOCK first, second, none;

volatile int is_over;

void __attribute__((noinline)) stop_here(void)
{
#ifdef IS_ATTACHED
	for (int i = 0; i < 60000 && !is_over; i++)
		rest();
#endif
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

int main(int argc, char **argv)
{
	KIRQL irql;
	thread waiting;

	(void)argv;
	if (argc > 1)
		return 0;
	KeAcquireSpinLock(&first, &irql);
	waiting = thread_start(other, NULL);
	for (int i = 0; i < 400; i++)
		rest();
	stop_here();
	KeReleaseSpinLock(&first, irql);
	thread_join(waiting);
	return 0;
}
