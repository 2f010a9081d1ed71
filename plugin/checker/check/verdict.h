/* verdict.h - makes a walk the result for the caller of the checker.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef VERDICT_H
#define VERDICT_H

#include "check/checker.h"

/* Add the claims of WALK, a walk of function number F, and what it left undecided to
 * CHECKER's result. */
void verdict_record(struct checker *checker, struct walk *walk, int f);

/* Free the contents of RESULT; it becomes the result of a function without locks. */
void verdict_clear(struct check_function_result *result);

/* The number of lock operations in FUNCTION's text. */
int verdict_lock_ops(const struct lockprog_function *function);

#endif
