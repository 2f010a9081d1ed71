/* verdict.h - from a walk to the result that the caller of the checker sees.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef VERDICT_H
#define VERDICT_H

#include "check/checker.h"

/* What WALK, of function number F, claims and leaves undecided goes into CHECKER's
 * result. */
void verdict_record(struct checker *checker, struct walk *walk, int f);

/* Free what RESULT has; it becomes empty: the function has nothing to do with locks. */
void verdict_clear(struct check_function_result *result);

/* The number of lock operations in FUNCTION's text. */
int verdict_lock_ops(const struct lockprog_function *function);

#endif
