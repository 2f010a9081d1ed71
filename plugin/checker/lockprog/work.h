/* work.h - counts the work of the checker, so that the size of the input bounds it.
 *
 * Work is counted and not timed: verdicts are the same on every machine.  One unit is
 * about what it takes to compare two numbers in a list.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WORK_H
#define WORK_H

/* All work since the process started. */
extern unsigned long long work_done;

static inline void work_count(unsigned long long n)
{
	work_done += n;
}

#endif
