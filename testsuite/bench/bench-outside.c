/* bench-outside.c - the routine of a thread of bench-driver.c that is no callback for the runtime: this file is never
 * instrumented.
 *
 * SPDX-License-Identifier: MIT
 */

#include "bench-outside.h"

VOID NTAPI outside_start(PVOID context)
{
	struct outside *outside = context;

	outside->is_measured = measure(outside->raw, outside->checked, OUTSIDE_TURNS, 1, &outside->result);
}
