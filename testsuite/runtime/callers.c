/* A mistake in a helper is reported once for each chain of callers, with their lines: also where the helper jumps to
 * the runtime, and where one caller is inlined into another.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: callers=3 */
/* exit: 66 */
/* expect: ^spinrule: spin lock .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*callers\.c:{enter}:[0-9]+ in enter$ */
/* expect: ^    called at .*callers\.c:{one} in read_one$ */
/* expect: ^    called at .*callers\.c:{mainone} in main$ */
/* expect: ^  acquired by thread */
/* expect: ^spinrule: spin lock .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^    called at .*callers\.c:{two} in read_two$ */
/* expect: ^    called at .*callers\.c:{maintwo} in main$ */
/* expect: ^spinrule: spin lock .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^    called at .*callers\.c:{drop} in drop$ */
/* expect: ^    called at .*callers\.c:{maindrop} in main$ */
/* expect: ^spinrule: 6 violations, */
/* expect: ^  double-acquire: 5$ */
/* reject: called at .*(libc|start) */

#include "by-hand.h"

#define HELPER __attribute__((noinline, noclone))

static KSPIN_LOCK lock;
static volatile int count, sum;

HELPER static void enter(PKSPIN_LOCK given)
{
	KeAcquireSpinLockAtDpcLevel(given);	/* line: enter */
	__asm__ volatile("");
}

HELPER static void leave(PKSPIN_LOCK given)
{
	KeReleaseSpinLockFromDpcLevel(given);
}

HELPER static void read_one(void)
{
	enter(&lock);
	enter(&lock);	/* line: one */
	leave(&lock);
	leave(&lock);
}

HELPER static void read_two(void)
{
	enter(&lock);
	sum++;
	enter(&lock);	/* line: two */
	leave(&lock);
	leave(&lock);
}

static inline __attribute__((always_inline)) void drop(void)
{
	leave(&lock);	/* line: drop */
}

int main(void)
{
	for (count = 0; count < 2; count++)
		read_one();	/* line: mainone */
	for (count = 0; count < 3; count++)
		read_two();	/* line: maintwo */
	drop();			/* line: maindrop */
	return 0;
}
