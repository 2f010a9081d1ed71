/* apply.h - applies one outcome of a callee to the caller's state, translated to the
 * caller's terms.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef APPLY_H
#define APPLY_H

#include "call/summary.h"

/* Apply OUTCOME of the call at operation I of BLOCK to STATE, up to where the callee
 * ends.  WAITS_FOR_EVER: as in struct callees. */
enum call_end apply_outcome(struct walk *walk, struct state *state, int block, int i,
			    const struct outcome *outcome, bool waits_for_ever);

/* It is unknown what operation I of BLOCK, a call, does, apart from which locks it may
 * use, and which it may leave in another state. */
enum call_end apply_unknown(struct walk *walk, struct state *state, int block, int i);

#endif
