/* Two threads that wait for each other: both are told, with all four places.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: wait=300 */
/* expect: ^spinrule: thread [0-9]+ has waited for 300 ms for spin lock '.+' .0x[0-9A-F]+. at .*wait-circle\.c:{second}:[0-9]+ in take_both(, called at [^:]+)?: thread [0-9]+ holds it, acquired at .*wait-circle\.c:{first}:[0-9]+ in take_both; that thread waits for spin lock .* at .*wait-circle\.c:{second}:[0-9]+ in take_both, which thread [0-9]+ acquired at .*wait-circle\.c:{first}:[0-9]+ in take_both; they wait for each other for ever$ */
/* expect: ^let go$ */
/* expect: ^spinrule: 0 violations, 8 lock calls checked */

#include "by-hand.h"

struct pair {
	KSPIN_LOCK *first, *second;
};

static KSPIN_LOCK one, two;
static struct pair forth = { &one, &two }, back = { &two, &one };
static int count_in;

static thread_result THREAD_CALL take_both(void *context)
{
	struct pair *pair = context;
	KIRQL irql, inner;

	KeAcquireSpinLock(pair->first, &irql);	/* line: first */
	__atomic_fetch_add(&count_in, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&count_in, __ATOMIC_ACQUIRE) < 2)
		rest();
	KeAcquireSpinLock(pair->second, &inner);	/* line: second */
	KeReleaseSpinLock(pair->second, inner);
	KeReleaseSpinLock(pair->first, irql);
	return 0;
}

int main(void)
{
	thread there = thread_start(take_both, &forth), here = thread_start(take_both, &back);

	for (int i = 0; i < 2000; i++)
		rest();
	say("let go");
	__atomic_store_n(&two, 0, __ATOMIC_RELEASE);
	thread_join(there);
	thread_join(here);
	return 0;
}
