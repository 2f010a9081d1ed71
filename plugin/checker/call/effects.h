/* effects.h - what an outcome of a callee does to locks, done to its caller's state.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EFFECTS_H
#define EFFECTS_H

#include "call/translate.h"

/* True if two names of the callee are one lock in N effects, which are HERE in the
 * caller's terms: the order of events on it is unknown. */
bool effects_have_two_names(const struct translated *here, int n);

/* Apply OUTCOME's effects, which are HERE in the caller's terms, at operation I of BLOCK,
 * in order.  WAITS_FOR_EVER: as in struct callees. */
enum call_end effects_apply(struct walk *walk, struct state *state, const struct outcome *outcome,
			    const struct translated *here, int block, int i,
			    bool waits_for_ever);

#endif
