/* Every row of ddi.def has a wrapper and a thunk of its own; a thunk checks too.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: hand */
/* exit: 66 */
/* expect: ^all there$ */
/* expect: ^spinrule: spin lock \(0x[0-9A-F]+\) is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ in a call of KeReleaseSpinLockFromDpcLevel through a pointer$ */
/* expect: ^spinrule: 1 violation, 3 lock calls checked */

#include "by-hand.h"

#include "wrappers.h"

#include <string.h>

int main(void)
{
	static KSPIN_LOCK lock;

	for (int i = 0; i < SPINRULE_DDIS; i++) {
		CHECK(!strcmp(wrappers[i].name, spinrule_ddis[i].name));
		CHECK(wrappers[i].call && wrappers[i].thunk);
		for (int j = 0; j < i; j++)
			CHECK(wrappers[i].call != wrappers[j].call && wrappers[i].thunk != wrappers[j].thunk);
	}
	say("all there");

	spinrule_thunk_KeAcquireSpinLockAtDpcLevel(&lock);
	CHECK(lock);
	spinrule_thunk_KeReleaseSpinLockFromDpcLevel(&lock);
	CHECK(!lock);
	spinrule_thunk_KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
