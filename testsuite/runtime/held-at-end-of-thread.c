/* A thread ends with a lock held: by itself, and by PsTerminateSystemThread.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'first' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at its end$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}:[0-9]+ in returns$ */
/* expect: spinrule: spin lock 'second' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  by thread [0-9]+ at .*:{left}:[0-9]+ in terminates$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{second}:[0-9]+ in terminates$ */
/* expect: ^spinrule: 2 violations, 5 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK first, second, third;

static thread_result THREAD_CALL returns(void *context)
{
	KIRQL irql;

	(void)context;
	KeAcquireSpinLock(&first, &irql);	/* line: first */
	return 0;
}

static thread_result THREAD_CALL terminates(void *context)
{
	KIRQL irql;

	(void)context;
	KeAcquireSpinLock(&third, &irql);
	KeReleaseSpinLock(&third, irql);
	KeAcquireSpinLock(&second, &irql);	/* line: second */
	PsTerminateSystemThread(STATUS_SUCCESS);	/* line: left */
	CHECK(0);
	return 0;
}

int main(void)
{
	run_in_thread(returns, NULL);
	CHECK(!first);
	run_in_thread(terminates, NULL);
	CHECK(!second);
	return 0;
}
