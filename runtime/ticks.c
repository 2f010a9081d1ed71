/* ticks.c - a clock that is cheap to read.
 *
 * The speed of the counter is computed when it is needed, from what the counter and the
 * port's clock have counted since the start: no thread waits to measure it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "ticks.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* Ticks per microsecond of the slowest counter of any processor. */
#define SLOWEST 100

/* Microseconds after which the measured speed is accurate enough. */
#define LONG_ENOUGH 20000

int ticks_are_of_processor;
uint64_t ticks_limit;

static unsigned limit_in_microseconds;
static uint64_t start_ticks, start_microseconds;

/* Ticks per microsecond; 0 while it is not accurate. */
static unsigned speed;

static int has_even_counter(void)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
#else
	return 0;
#endif
}

void ticks_start(unsigned limit)
{
	limit_in_microseconds = limit;
	ticks_are_of_processor = has_even_counter();
	ticks_limit = (uint64_t)limit * (ticks_are_of_processor ? SLOWEST : 1);
	start_microseconds = port_microseconds();
	start_ticks = ticks_now();
}

/* Ticks per microsecond, maybe not accurate yet.  Divides 32 bits only: on i386 a
 * division of 64 bits needs libgcc, and some drivers are linked without it. */
static unsigned find_speed(void)
{
	uint64_t ticks, microseconds;
	unsigned found = __atomic_load_n(&speed, __ATOMIC_RELAXED);
	int is_known;

	if (found)
		return found;
	microseconds = port_microseconds() - start_microseconds;
	ticks = ticks_now() - start_ticks;
	is_known = microseconds >= LONG_ENOUGH;
	while (ticks >> 32)
		ticks >>= 1, microseconds >>= 1;
	found = microseconds ? (unsigned)ticks / (unsigned)microseconds : 0;
	if (found < SLOWEST)
		return SLOWEST;
	if (is_known) {
		locks_store(ticks_limit, (uint64_t)limit_in_microseconds * found);
		__atomic_store_n(&speed, found, __ATOMIC_RELAXED);
	}
	return found;
}

unsigned ticks_in_microseconds(uint64_t ticks)
{
	unsigned per_microsecond, shift = 0;

	if (!ticks_are_of_processor)
		return ticks >> 32 ? 0xffffffff : (unsigned)ticks;
	per_microsecond = find_speed();
	while (ticks >> shift >> 32)
		shift++;
	ticks = (uint64_t)((unsigned)(ticks >> shift) / per_microsecond) << shift;
	return ticks >> 32 ? 0xffffffff : (unsigned)ticks;
}
