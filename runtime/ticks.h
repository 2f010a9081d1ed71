/* ticks.h - a clock that is cheap to read, to measure how long locks are held.
 *
 * It is the time-stamp counter of x86 processors whose counter runs at a constant rate,
 * and the port's clock elsewhere.  Any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_TICKS_H
#define SPINRULE_TICKS_H

#include "locks.h"

/* Called at the start.  LIMIT, in microseconds, is the limit of ticks_may_exceed. */
void ticks_start(unsigned limit);

/* True if a tick is one of the processor's counter; else it is a microsecond. */
extern int ticks_are_of_processor;

/* A time of more ticks than this may exceed the limit. */
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

/* TICKS in microseconds, at most 0xffffffff. */
unsigned ticks_in_microseconds(uint64_t ticks);

#endif
