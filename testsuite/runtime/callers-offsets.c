/* Callers as module and offset, for who resolves them later; none with callers=0.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: resolve=0:callers=1 */
/* exit: 66 */
/* expect: is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^    which is callers-offsets-[^ ]*\.exe\+0x[0-9A-F]+$ */
/* expect: ^    called at callers-offsets-[^ ]*\.exe\+0x[0-9A-F]+$ */
/* expect: ^  rule */
/* expect: is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^    called at callers-offsets-[^ ]*\.exe\+0x[0-9A-F]+$ */
/* expect: ^  rule */
/* expect: ^spinrule: 2 violations, */

#include "by-hand.h"

static KSPIN_LOCK lock;

/* With a frame pointer: on i386 Windows has nothing else to find callers by. */
__attribute__((noinline, noclone, optimize("no-omit-frame-pointer"))) static void leave(void)
{
	KeReleaseSpinLockFromDpcLevel(&lock);
	__asm__ volatile("");
}

int main(void)
{
	leave();
	__asm__ volatile("");
	leave();
	__asm__ volatile("");
	return 0;
}
