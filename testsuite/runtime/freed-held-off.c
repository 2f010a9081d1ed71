/* With freed_held=0 nothing is said of memory that is freed while a lock in it is held; the lock stays held.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: freed_held=0 */
/* flags: -Wno-attributes */
/* exit: 0 */
/* expect: ^spinrule: 0 violations, 2 lock calls checked */

#include "by-hand.h"

#ifdef BY_HAND
#define FREEING(MEMORY) spinrule_freeing(MEMORY, sizeof *(MEMORY), SITE_OF("ExFreePoolWithTag", ""))
#else
#define FREEING(MEMORY) ((void)0)
#endif

static KSPIN_LOCK lock;

/* The kernel's part of this program. */
VOID NTAPI ExFreePoolWithTag(PVOID memory, ULONG tag)
{
	(void)memory, (void)tag;
}

int main(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	FREEING(&lock), ExFreePoolWithTag(&lock, 0);
	KeReleaseSpinLock(&lock, irql);
	return 0;
}
