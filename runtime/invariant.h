/* invariant.h - spinrule_assert: what the runtime's own code keeps true.
 *
 * Checked in a test build, -DSPINRULE_ASSERT; a release build contains nothing of it.
 * Never on the fast path, which a test build must not change either.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_INVARIANT_H
#define SPINRULE_INVARIANT_H

#ifdef SPINRULE_ASSERT
#define spinrule_assert(CONDITION) \
	((CONDITION) ? (void)0 : invariant_broken(#CONDITION, __FILE__, __LINE__))

/* Write what is broken, and stop the program or the machine.  Any IRQL. */
void invariant_broken(const char *condition, const char *file, unsigned line)
	__attribute__((noreturn, cold));
#else
#define spinrule_assert(CONDITION) ((void)sizeof((CONDITION) ? 1 : 0))
#endif

#endif
