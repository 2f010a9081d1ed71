/* print.h - prints what was checked as text.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PRINT_H
#define PRINT_H

#include "check/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A notice for the user about RESULT as a whole, or NULL: that there is no callback, or
 * no lock. */
const char *print_notice(const struct lockprog_unit *unit, const struct check_result *result);

/* Print a line for each function with locks. */
void print_verdicts(FILE *out, const struct lockprog_unit *unit, const struct check_result *result);

/* Print what was checked: a line for the unit, then one for each function with locks. */
void print_summary(FILE *out, const struct lockprog_unit *unit, const struct check_result *result);

#ifdef __cplusplus
}
#endif

#endif
