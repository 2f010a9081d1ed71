/* call-alias.h - calls that hand one lock to a function under two names.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CALL_ALIAS_H
#define CALL_ALIAS_H

#include "call/summary.h"

/* As claim_aliases of struct callees. */
void call_alias_claim(struct walk *walk, struct state *state, int block, int i);

#endif
