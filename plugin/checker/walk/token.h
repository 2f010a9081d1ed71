/* token.h - who can release a held lock that a function does not release itself.
 *
 * The IRQL that a raising acquire saved is its token: code that has it may release the
 * lock, code that cannot get it cannot release rightly.  A queue handle is the token of
 * its lock.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TOKEN_H
#define TOKEN_H

#include "walk/lock.h"

/* The token of a lock that is held in STATE, NODE, is stored at ADDRESS. */
void token_kept(struct walk *walk, struct state *state, int node, int address);

/* The call at operation I of BLOCK hands the arguments in TO_UNSEEN, a bit each, to
 * functions of the driver that are not seen.  A held lock whose address or token these
 * can get is unknown afterwards, unless this function releases it after the call: then
 * the programmer believes that the call does not. */
void token_call(struct walk *walk, struct state *state, int block, int i,
		unsigned long long to_unseen);

/* True if the IRQL or the queue handle that EVENT, a release, gives back comes from a
 * function that is not seen: the lock may have been acquired in there. */
bool token_is_from_unseen(struct walk *walk, struct state *state, const struct lock_event *event);

#endif
