/* ticks.c - a clock that costs little to read.
 *
 * How fast the counter runs is found by the way, from what it and the port's clock have counted since the start: nobody waits
 * for it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "ticks.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* No processor's counter is slower, in ticks of a microsecond. */
#define SLOWEST 100

/* Microseconds after which the speed is known well enough. */
#define LONG_ENOUGH 20000

int ticks_are_of_processor;
uint64_t ticks_limit;

static unsigned limit_in_microseconds;
static uint64_t start_ticks, start_microseconds;

/* Ticks of a microsecond; 0 while it is not known well. */
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

/* Without a division of 64 bits, which on i386 would need libgcc: not every driver is linked with it. */
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
