/* diagnose.h - violations to GCC's diagnostics.
 *
 * DECLS[i] is what unit->functions[i] was made from.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "check.h"

/* Report every violation in RESULT, as errors if AS_ERRORS. */
void diagnose (const struct lockprog_unit *unit, const struct check_result *result, const std::vector<tree> &decls,
	       bool as_errors);

#endif
