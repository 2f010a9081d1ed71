/* Two threads over one lock, acquired at different places, with tries: no word is false.
 *
 * SPDX-License-Identifier: MIT
 */
/* exit: 0 */
/* expect: ^spinrule: 0 violations, [0-9]+ lock calls checked */

#include "by-hand.h"

enum { TURNS = 20000 };

static KSPIN_LOCK lock, other;
static unsigned count;

static void nested(void)
{
	KeAcquireSpinLockAtDpcLevel(&other);
	count++;
	KeReleaseSpinLockFromDpcLevel(&other);
}

static thread_result THREAD_CALL worker(void *context)
{
	(void)context;
	for (int i = 0; i < TURNS; i++) {
		KIRQL irql;

		KeAcquireSpinLock(&lock, &irql);
		nested();
		KeReleaseSpinLock(&lock, irql);
	}
	return 0;
}

static thread_result THREAD_CALL trier(void *context)
{
	(void)context;
	for (int i = 0; i < TURNS; ) {
		KIRQL irql = KeRaiseIrqlToDpcLevel();

		if (KeTryToAcquireSpinLockAtDpcLevel(&lock)) {
			nested();
			KeReleaseSpinLockFromDpcLevel(&lock);
			i++;
		} else {
			rest();
		}
		KeLowerIrql(irql);
	}
	return 0;
}

int main(void)
{
	thread one = thread_start(worker, NULL), two = thread_start(trier, NULL);

	thread_join(one);
	thread_join(two);
	CHECK(count == 2 * TURNS);
	return 0;
}
