/* tokens.h - where a function keeps the tokens of the locks that it holds, and which
 * calls may release a lock with them.
 *
 * walk/token.h says what a token is, and decides on each path; this is found from the
 * text of the function, for the slice.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TOKENS_H
#define TOKENS_H

#include "shape/flow.h"

struct slice_wants;

struct tokens {
	const struct flow *flow;
	bool any;		/* the function saves IRQLs, or acquires with queue handles */
	bool *is_saved;		/* value: an IRQL that an acquire saves, or computed from one */
	int n_kept, max_kept, *kept;	/* values: the addresses where such a value is stored */
	int *first;		/* block: the number of its first operation in the function */
	bool *may_release;	/* operation, by its number in the function */
};

struct tokens *tokens_find(const struct flow *flow, const struct slice_wants *wants);
void tokens_free(struct tokens *tokens);

/* True if V may be a saved IRQL, or a pointer to where one is kept. */
bool tokens_may_be(const struct tokens *tokens, int v);

/* True if operation I of BLOCK is a call that runs functions of the driver that are not
 * seen, which may get the token of a lock that is held there, and may release it. */
bool tokens_may_release(const struct tokens *tokens, int block, int i);

#endif
