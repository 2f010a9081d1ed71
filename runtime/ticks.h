/* ticks.h - a clock that costs little to read, for how long locks are held.
 *
 * On x86 processors whose time-stamp counter runs evenly that is the counter, elsewhere the port's clock.  Any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_TICKS_H
#define SPINRULE_TICKS_H

#include "locks.h"

/* At the start: LIMIT is what ticks_may_exceed asks about, in microseconds. */
void ticks_start(unsigned limit);

/* True where a tick is one of the processor's counter, else it is a microsecond. */
extern int ticks_are_of_processor;

/* More ticks than these may be more than the limit. */
extern uint64_t ticks_limit;

static inline uint64_t ticks_now(void)
{
#if defined(__x86_64__) || defined(__i386__)
	if (ticks_are_of_processor)
		return __builtin_ia32_rdtsc();
#endif
	return port_microseconds();
}

static inline int ticks_may_exceed(uint64_t ticks)
{
	return ticks > locks_load(ticks_limit);
}

/* TICKS in microseconds, 0xffffffff if it is more. */
unsigned ticks_in_microseconds(uint64_t ticks);

#endif
