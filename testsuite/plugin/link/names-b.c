/* The other half of names-a.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "names.h"

static void step(void)
{
	KeAcquireSpinLockAtDpcLevel(&gate);
}

void leave_weakly(void)
{
	KeReleaseSpinLockFromDpcLevel(&gate);
}

void leave_gate(void)
{
	KeReleaseSpinLockFromDpcLevel(&gate);
}

void enter_first(void)
{
	step();
}

void enter_second(void) __attribute__((alias("enter_first")));

int down_once(int depth)
{
	return down(depth - 1);
}
