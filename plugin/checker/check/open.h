/* open.h - violations that may be none, depending on functions that are not seen.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OPEN_H
#define OPEN_H

#include "check/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of each function of UNIT: it may call a function of the driver that has no program, or
 * functions that do; malloc'ed. */
bool *open_find(const struct lockprog_unit *unit);

/* True if a path to VIOLATION, of function number F, may pass such a call; MAY_CALL is
 * open_find's. */
bool open_is(const struct lockprog_unit *unit, int f, const struct check_violation *violation,
	     const bool *may_call);

#ifdef __cplusplus
}
#endif

#endif
