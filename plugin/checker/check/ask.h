/* ask.h - functions looked at: for their own locks first, and for more when a caller's
 * question needs it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ASK_H
#define ASK_H

#include "check/checker.h"
#include "shape/slice.h"

/* What a function asks its callees for. */
enum ask {
	ASK_VALUES,	/* what is returned and left in memory, where that is looked at */
	ASK_WAYS,	/* under which conditions locks are touched, where a claim hangs on it */
	ASK_ALL
};

/* Callees of WALK's function whose summaries do not answer ASK are looked at again for
 * it.  False if nothing is gained. */
bool ask_callees(struct checker *checker, const struct walk *walk, enum ask ask);

/* What counts for a slice of one of CHECKER's functions: its locks and what decides about
 * them. */
struct slice_wants ask_wants(const struct checker *checker);

/* Walk WALK's function as WANTS says, with OPTIONS' effort and what its callees answer,
 * and make its summary INTO: that is missing if the function leaves locks and WANTS does
 * not ask on which ways. */
void ask_look(struct checker *checker, struct walk *walk, const struct slice_wants *wants,
	      const struct check_options *options, struct summary *into);

/* True if some return of the function that WALK has walked leaves a lock otherwise than
 * it was found. */
bool ask_leaves_locks(const struct walk *walk);

#endif
