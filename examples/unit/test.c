/* test.c - a unit test of queue.c: it fails if a function breaks the spin-lock rule.
 *
 * SPDX-License-Identifier: MIT
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <spinrule/spinrule.h>

#include "queue.h"

static unsigned long long before;

static int note_violations(void **state)
{
	(void)state;
	before = spinrule_violation_count();
	return 0;
}

/* What cmocka reports as the failure of the test. */
static int no_violation(void **state)
{
	(void)state;
	return spinrule_violation_count() != before;
}

static void puts_until_full(void **state)
{
	struct queue queue;

	(void)state;
	queue_init(&queue);
	for (int i = 0; i < QUEUE_SIZE; i++)
		assert_true(queue_put(&queue, i));
	assert_false(queue_put(&queue, QUEUE_SIZE));
}

static void gets_nothing_of_an_empty_queue(void **state)
{
	struct queue queue;
	int number;

	(void)state;
	queue_init(&queue);
	assert_false(queue_get(&queue, &number));
	/* Again: if the lock was kept, this is the second acquire. */
	assert_false(queue_get(&queue, &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(puts_until_full, note_violations, no_violation),
		cmocka_unit_test_setup_teardown(gets_nothing_of_an_empty_queue, note_violations,
						no_violation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
