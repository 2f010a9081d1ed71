/* bench-outside.h - pairs outside of any callback of a driver.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BENCH_OUTSIDE_H
#define BENCH_OUTSIDE_H

#include "../driver/kernel.h"

#include "measure.h"

enum { OUTSIDE_TURNS = 31 };

struct outside {
	const struct work *raw, *checked;
	struct measured result;
	int is_measured;
};

/* A thread's routine: measures CONTEXT, a struct outside. */
VOID NTAPI outside_start(PVOID context);

#endif
