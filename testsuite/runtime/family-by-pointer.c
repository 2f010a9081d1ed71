/* A lock that is acquired through a pointer and released by name, of a family whose calls stay: the runtime sees no half of it.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* exit: 0 */
/* expect: ^good$ */
/* expect: ^spinrule: 0 violations, 2 lock calls checked, */

#include "by-hand.h"
#include "ndis-lite.h"

static KSPIN_LOCK plain;
static NDIS_SPIN_LOCK lock;
static int count;

static VOID (NTAPI *volatile acquire)(PNDIS_SPIN_LOCK) = NdisAcquireSpinLock;

int main(void)
{
	KIRQL irql;

	NdisAllocateSpinLock(&lock);
	acquire(&lock);
	count++;
	NdisReleaseSpinLock(&lock);
	KeAcquireSpinLock(&plain, &irql);
	count++;
	KeReleaseSpinLock(&plain, irql);
	puts(count == 2 ? "good" : "bad");
	return 0;
}
