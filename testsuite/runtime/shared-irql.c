/* The saved IRQL is kept beside the lock, for whoever holds it, as in an NDIS_SPIN_LOCK: who waits for the lock does not write it.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: history=0 */
/* expect: ^released at 0$ */
/* expect: ^spinrule: 0 violations, 6 lock calls checked */

/* As a function: the macro writes what the acquire returned. */
#define SPINRULE_WDM_FUNCTIONS
#include "by-hand.h"

#if !defined(BY_HAND) && defined(_WIN32)
#undef KeAcquireSpinLock
DECLSPEC_IMPORT VOID NTAPI KeAcquireSpinLock(PKSPIN_LOCK, PKIRQL);
#endif

static struct {
	KSPIN_LOCK lock;
	KIRQL irql;
} shared;

static int is_ready, may_wait;

static void acquire(void)
{
	KeAcquireSpinLock(&shared.lock, &shared.irql);
}

static void release(void)
{
	KeReleaseSpinLock(&shared.lock, shared.irql);
}

static thread_result THREAD_CALL wait_for_it(void *context)
{
	KIRQL old;

	(void)context;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	/* Once without waiting: what was executed before takes another way. */
	acquire();
	release();
	raise_flag(&is_ready);
	wait_for_flag(&may_wait);
	acquire();
	release();
	KeLowerIrql(old);
	return 0;
}

int main(void)
{
	thread waiting = thread_start(wait_for_it, NULL);

	wait_for_flag(&is_ready);
	acquire();
	raise_flag(&may_wait);
	for (int i = 0; i < 50; i++)
		rest();
	fprintf(stderr, "released at %d\n", shared.irql);
	release();
	thread_join(waiting);
	return 0;
}
