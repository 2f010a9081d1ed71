/* apply.h - one way in which a callee comes back, translated to its caller's terms and
 * done to the caller's state.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef APPLY_H
#define APPLY_H

#include "call/summary.h"

/* What walks ask of callees, answered from SUMMARIES: an array, one for each function of
 * the unit. */
struct callees apply_callees(const struct summary *summaries);

/* The summaries that WALK's callees have. */
const struct summary *apply_summaries(const struct walk *walk);

#endif
