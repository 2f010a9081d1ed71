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

/* NODE is stored in the cell of CLASS_ (-1: unknown) at ADDRESS: it may be the token of a
 * lock that is held in STATE. */
void token_kept(struct walk *walk, struct state *state, int node, int address, int class_);

/* The call at operation I of BLOCK hands the arguments in TO_UNSEEN, a bit each, to
 * functions of the driver that are not seen.  A held lock whose address or token these
 * can get is unknown afterwards, unless this function releases it after the call: then
 * the programmer believes that the call does not.  Of a lock that the called function
 * acquired, since BEFORE on the path, its outcome says whether they ran after that. */
void token_call(struct walk *walk, struct state *state, int block, int i,
		unsigned long long to_unseen, const struct step *before);

/* OP, a call, may hand on what it is given: note locks whose token it gets. */
void token_handed(struct walk *walk, struct state *state, const struct lockprog_op *op);

/* EVENT is a release: the IRQL or the handle that it gives back is used, by whatever lock
 * that is. */
void token_given(struct walk *walk, struct state *state, const struct lock_event *event);

/* True if nobody can release LOCK, which is held at a return of RESULT (node, or -1):
 * only variables of the function have its token, and no function was given it. */
bool token_is_lost(const struct walk *walk, const struct state *state,
		   const struct lock_record *lock, int result);

/* OP, a call, hands the arguments in TO_UNSEEN, a bit each, to functions that are not
 * seen, or, if LOWERS, calls one that changes the IRQL: if it gets the IRQL that is owed
 * in STATE, it lowers the IRQL to that. */
void token_pays(struct walk *walk, struct state *state, const struct lockprog_op *op,
		unsigned long long to_unseen, bool lowers);

/* True if NODE has the IRQL that is owed in STATE. */
bool token_is_owed(const struct walk *walk, const struct state *state, int node);

/* True if nothing that outlives the function has the token of LOCK, which is held at a
 * return of RESULT (node, or -1). */
bool token_is_dead(const struct walk *walk, const struct state *state,
		   const struct lock_record *lock, int result);

/* True if the IRQL or the queue handle that EVENT, a release, gives back comes from a
 * function that is not seen: the lock may have been acquired in there. */
bool token_is_from_unseen(struct walk *walk, struct state *state, const struct lock_event *event);

/* True if EVENT, a release of LOCK, which was released before, gives back an IRQL that a
 * function that is not seen and has run since has handed out: not the one that the first
 * release gave back, and not what memory held then and most likely still does. */
bool token_is_of_another(struct walk *walk, struct state *state, const struct lock_record *lock,
			 const struct lock_event *event);

#endif
