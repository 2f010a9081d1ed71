/* origin.c - the calls that led to acquires, kept until they are reported.
 *
 * SPDX-License-Identifier: MIT
 */

#include "origin.h"

#include "locks.h"
#include "report.h"

enum { ORIGINS = 1024, PROBES = 16, CALLS = 8 };

static struct origin {
	uint64_t number;	/* of the calls; 0: none */
	unsigned count;		/* of calls, plus 1; 0: not written yet */
	unsigned generation;
	const void *calls[CALLS];
} origins[ORIGINS];

static unsigned generation;

static void full(void)
{
	static int is_reported;

	if (!locks_load(is_reported) && !__atomic_exchange_n(&is_reported, 1, __ATOMIC_ACQ_REL))
		report_note("", "some acquires are reported without their callers: there are more "
				"of them than the runtime has room for");
}

static void write_calls(struct origin *origin, const struct callers *callers)
{
	unsigned count = callers->count < CALLS ? callers->count : CALLS;

	for (unsigned i = 0; i < count; i++)
		origin->calls[i] = callers->calls[i];
	origin->generation = locks_load(generation);
	__atomic_store_n(&origin->count, count + 1, __ATOMIC_RELEASE);
}

COLD unsigned origin_here(void)
{
	struct callers callers;
	uint64_t number;
	unsigned first;

	callers_here(&callers);
	if (!callers.count)
		return 0;
	if (callers.count > CALLS)
		callers.count = CALLS;
	number = callers_number(&callers) + locks_load(generation);
	number += !number;
	first = (unsigned)(number >> 40);
	for (unsigned i = 0; i < PROBES; i++) {
		unsigned place = (first + i) % ORIGINS;
		uint64_t there = 0;

		if (__atomic_compare_exchange_n(&origins[place].number, &there, number, 0,
						__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			write_calls(&origins[place], &callers);
		else if (there != number)
			continue;
		return place + 1;
	}
	full();
	return 0;
}

void origin_calls(unsigned origin, struct callers *callers)
{
	const struct origin *from = origins;
	unsigned count = 0;

	callers->count = 0;
	if (origin) {
		from += origin - 1;
		count = __atomic_load_n(&from->count, __ATOMIC_ACQUIRE);
	}
	if (!count || from->generation != locks_load(generation))
		return;
	for (unsigned i = 0; i < count - 1; i++)
		callers->calls[callers->count++] = from->calls[i];
}

void origin_forget_code(void)
{
	__atomic_fetch_add(&generation, 1, __ATOMIC_RELAXED);
}
