/* apply.h - applies one outcome of a callee to the caller's state, translated to the
 * caller's terms.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef APPLY_H
#define APPLY_H

#include "call/summary.h"

/* The functions by which a walk uses its callees, with the answers from SUMMARIES: an
 * array, one for each function of the unit. */
struct callees apply_callees(const struct summary *summaries);

#endif
