/* The driver unloads while a lock is held, by whatever thread.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .* in unload$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{acquired}:[0-9]+ in worker$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */

#include "by-hand.h"

static KSPIN_LOCK lock;
static int is_held, is_unloaded;

static DRIVER_UNLOAD unload;

static thread_result THREAD_CALL worker(void *context)
{
	(void)context;
	KeAcquireSpinLockAtDpcLevel(&lock);	/* line: acquired */
	raise_flag(&is_held);
	wait_for_flag(&is_unloaded);
	return 0;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
	CALLBACK(DRIVER_UNLOAD);

	(void)driver;
}

int main(void)
{
	thread which = thread_start(worker, NULL);

	wait_for_flag(&is_held);
	unload(NULL);
	CHECK(!lock);
	raise_flag(&is_unloaded);
	thread_join(which);
	return 0;
}
