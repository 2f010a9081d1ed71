/* diagnose.h - violations to GCC's diagnostics.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "findings/finding.h"

/* Report those of FINDINGS that are to be shown; with SHOW_SILENCED the others as well,
 * as warnings. */
void diagnose (const struct lockprog_unit *unit, const std::vector<finding> &findings,
	       bool show_silenced);

/* Notes about the unit: what is undecided, and that no callback was found. */
void diagnose_rest (const struct lockprog_unit *unit, const struct check_result *result,
		    const std::vector<tree> &decls);

#endif
