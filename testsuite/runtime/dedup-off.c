/* dedup=0 reports every time; a pair of sites is what counts without it.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: dedup=0:history=0 */
/* exit: 66 */
/* expect: \[spinrule-release-unheld\]$ */
/* expect: \[spinrule-release-unheld\]$ */
/* expect: \[spinrule-release-unheld\]$ */
/* reject: last events */
/* expect: ^spinrule: 3 violations, 3 lock calls checked */
/* expect: ^  release-unheld: 3$ */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	for (int i = 0; i < 3; i++)
		KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
