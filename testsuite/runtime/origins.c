/* With origins=1 a report shows the callers of the acquire before as well, and reports that differ in them are different.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: callers=3:history=0:origins=1 */
/* exit: 66 */
/* expect: ^spinrule: spin lock .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^    called at .*origins\.c:{again} in again$ */
/* expect: ^  acquired by thread [0-9]+ at .*origins\.c:{enter}:[0-9]+ in enter$ */
/* expect: ^    called at .*origins\.c:{one} in read_one$ */
/* expect: ^    called at .*origins\.c:{mainone} in main$ */
/* expect: ^spinrule: spin lock .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^    called at .*origins\.c:{again} in again$ */
/* expect: ^  acquired by thread [0-9]+ at .*origins\.c:{enter}:[0-9]+ in enter$ */
/* expect: ^    called at .*origins\.c:{two} in read_two$ */
/* expect: ^    called at .*origins\.c:{maintwo} in main$ */
/* expect: ^spinrule: 5 violations, */
/* expect: ^  double-acquire: 5$ */

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
	__asm__ volatile("");
}

/* The same callers each time: only those of the first acquire differ. */
HELPER static void again(void)
{
	enter(&lock);	/* line: again */
	leave(&lock);
	leave(&lock);
}

HELPER static void read_one(void)
{
	enter(&lock);	/* line: one */
	sum++;
}

HELPER static void read_two(void)
{
	sum++;
	enter(&lock);	/* line: two */
	sum++;
}

int main(void)
{
	for (count = 0; count < 5; count++) {
		if (count < 2)
			read_one();	/* line: mainone */
		else
			read_two();	/* line: maintwo */
		again();
	}
	return 0;
}
