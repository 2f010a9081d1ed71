/* A momentary routine on a lock that is held: it would wait for ever.  The list is right all the same.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 66 */
/* expect: spinrule: spin lock 'lock' .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{tail}:[0-9]+ in main$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{acquired}:[0-9]+ in main$ */
/* expect: ^spinrule: 1 violation, 14 lock calls checked */

#include "by-hand.h"

static KSPIN_LOCK lock;

int main(void)
{
	LIST_ENTRY list, one, two;
	SINGLE_LIST_ENTRY stack = { NULL }, low, high;
	ULONG sum = 40;
	KIRQL irql;

	InitializeListHead(&list);
	CHECK(!ExInterlockedRemoveHeadList(&list, &lock));
	CHECK(!ExInterlockedInsertHeadList(&list, &one, &lock));
	CHECK(ExInterlockedInsertTailList(&list, &two, &lock) == &one);
	CHECK(ExInterlockedRemoveHeadList(&list, &lock) == &one);
	CHECK(ExInterlockedRemoveHeadList(&list, &lock) == &two);

	CHECK(!ExInterlockedPushEntryList(&stack, &low, &lock));
	CHECK(ExInterlockedPushEntryList(&stack, &high, &lock) == &low);
	CHECK(ExInterlockedPopEntryList(&stack, &lock) == &high);
	CHECK(ExInterlockedPopEntryList(&stack, &lock) == &low);
	CHECK(!ExInterlockedPopEntryList(&stack, &lock));

	CHECK(ExInterlockedAddUlong(&sum, 2, &lock) == 40);
	CHECK(sum == 42);

	KeAcquireSpinLock(&lock, &irql);	/* line: acquired */
	ExInterlockedInsertTailList(&list, &two, &lock);	/* line: tail */
	KeReleaseSpinLock(&lock, irql);
	CHECK(RemoveHeadList(&list) == &two);
	CHECK(IsListEmpty(&list));
	CHECK(!lock);
	return 0;
}
