/* measure.h - alternates two kinds of work and says what each takes.
 *
 * Short slices by turns: whatever else the machine does meets both kinds alike, and the medians leave out the
 * slices that were interrupted.  No C library, so a driver can measure itself.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>

#include "work.h"

enum { MAX_TURNS = 101 };

struct measured {
	unsigned first, second;	/* median time of one pair, in hundredths of a nanosecond */
	unsigned ratio;		/* median of second / first of each turn, in thousandths */
};

/* Alternate FIRST and SECOND (NULL: only FIRST), each slice 1/DIVISOR of its rounds.  False: the threads cannot be had. */
int measure(const struct work *first, const struct work *second, unsigned turns, unsigned divisor, struct measured *result);

/* ---- what the system below gives ---- */

/* Nanoseconds: of this thread on a processor where clock_is_of_thread, else of the wall. */
extern const int clock_is_of_thread;
uint64_t clock_now(void);

/* Run ROUTINE (CONTEXTS + I * SIZE) in COUNT threads at the same time and wait for them; false if some cannot be had. */
int run_threads(unsigned count, void (*routine)(void *context), void *contexts, unsigned size);

/* Wait in one of COUNT threads of run_threads until all are here. */
void meet(unsigned count);

#endif
