/* names.h - names that files share, and names that they do not.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK gate;
extern int steps;

void leave_gate(void);
void enter_second(void);
void leave_weakly(void);
int down(int depth);
int down_once(int depth);

static inline void header_enter(void)
{
	KeAcquireSpinLockAtDpcLevel(&gate);
}

DRIVER_DISPATCH good_static, warn_static, good_weak, warn_alias, good_alias, good_recursion, warn_recursion;
