/* Violations by function, by file and by lock that a file names are counted and not reported; what is wrong in the
 * file is told.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: suppressions=@FILE@ */
/* file: # what is known */
/* file: function:known_* */
/* file: lock:*->old_lock   # to be replaced */
/* file: file:*nowhere.c */
/* file: files:x */
/* exit: 66 */
/* expect: ^spinrule: suppressions: .*: not function:PATTERN, file:PATTERN or lock:PATTERN: files:x$ */
/* expect: ^spinrule: spin lock 'ext->lock' .* \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{other}:[0-9]+ in other$ */
/* expect: ^spinrule: 1 violation, 4 lock calls checked */
/* expect: ^  release-unheld: 1$ */
/* expect: ^  suppressed 2 times by function:known_\*$ */
/* expect: ^  suppressed 1 time by lock:\*->old_lock$ */

#include "by-hand.h"

struct extension {
	KSPIN_LOCK lock, old_lock;
};

static void known_mistake(struct extension *ext)
{
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

static void other(struct extension *ext)
{
	KeReleaseSpinLockFromDpcLevel(&ext->old_lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* line: other */
}

int main(void)
{
	static struct extension extension;

	known_mistake(&extension);
	known_mistake(&extension);
	other(&extension);
	return 0;
}
