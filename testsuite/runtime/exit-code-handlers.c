/* The exit code of a program with violations replaces its own, and nothing else: what runs at the end still runs.  gcov and sanitizers
 * write their data there.  A control character in a name does not break the line.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: exitcode=66 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at with\\na\\ttab\\x1B\.c:7: */
/* expect: ^spinrule: 1 violation, 1 lock call checked */
/* expect: ^a destructor$ */

#include "by-hand.h"

static void __attribute__((destructor)) last(void)
{
	say("a destructor");
}

static KSPIN_LOCK lock;

int main(void)
{
#line 7 "with\na\ttab\033.c"
	KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
