/* A thread that waits for the cancel spin lock at a place that was executed before: it is told of, with its own place and the
 * owner's.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: wait=300 */
/* expect: ^spinrule: thread [0-9]+ has waited for 300 ms for the cancel spin lock at .*wait-cancel\.c:{acquire}:[0-9]+ in pair(, called at .+)?: thread [0-9]+ holds it, acquired at .*wait-cancel\.c:{held}:[0-9]+ in hold$ */
/* expect: ^let go$ */
/* expect: ^spinrule: 0 violations, 6 lock calls checked */

#include "by-hand.h"

static int is_held;

static thread_result THREAD_CALL hold(void *context)
{
	KIRQL irql;

	(void)context;
	IoAcquireCancelSpinLock(&irql);		/* line: held */
	raise_flag(&is_held);
	for (int i = 0; i < 2000; i++)
		rest();
	say("let go");
	IoReleaseCancelSpinLock(irql);
	return 0;
}

static void pair(void)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);		/* line: acquire */
	IoReleaseCancelSpinLock(irql);
}

int main(void)
{
	thread holder;

	pair();
	holder = thread_start(hold, NULL);
	wait_for_flag(&is_held);
	pair();
	thread_join(holder);
	return 0;
}
