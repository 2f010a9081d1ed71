/* result.h - a violation as a result of a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RESULT_H
#define RESULT_H

#include "check/callee.h"
#include "output/sarif.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Add VIOLATION of function number FUNCTION of UNIT to LOG, by its PATH.  BASE has what
 * the checker does not know: whether it is an error, its fingerprint, why it is accepted;
 * the rest of BASE is not read.  DIRECTORY is where the file was compiled, or NULL:
 * here. */
void result_add(struct sarif *log, const struct callee_unit *unit, int function,
		const struct check_violation *violation, const struct check_path *path,
		const char *directory, const struct sarif_result *base);

/* Note in LOG that a function is not decided, and why. */
void result_add_undecided(struct sarif *log, const struct lockprog_function *function,
			  const struct check_function_result *result, const char *directory);

#ifdef __cplusplus
}
#endif

#endif
