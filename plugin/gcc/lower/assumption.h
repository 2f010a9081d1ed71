/* assumption.h - what the programmer assumes, in lock programs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ASSUMPTION_H
#define ASSUMPTION_H

#include "lower/function.h"

/* A call that assumes something.  False if CALL is none. */
bool lower_assumption (function_lowering &l, gcall *call);

/* Note each assumption in UNIT for assumption_uses (). */
void lower_note_assumptions (const lockprog_unit *unit);

#endif
