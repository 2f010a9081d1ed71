/* ask.h - walks functions: first for their own locks, and again if a caller's question
 * needs more.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ASK_H
#define ASK_H

#include "check/checker.h"
#include "check/ladder.h"
#include "shape/slice.h"

/* What a function needs to know of its callees. */
enum ask {
	ASK_VALUES,	/* what they return and leave in memory, if the function uses it */
	ASK_WAYS,	/* the conditions under which they touch locks, if a claim depends on it */
	ASK_ALL
};

/* Walk callees of WALK's function again if their summaries do not answer ASK.  Returns
 * false if no summary changed. */
bool ask_callees(struct checker *checker, const struct walk *walk, enum ask ask);

/* The wants for a slice of one of CHECKER's functions: its locks and what decides about
 * them. */
struct slice_wants ask_wants(const struct checker *checker);

/* Walk WALK's function once, for its locks alone and without a question to its callees.
 * If that decides, make its summary INTO; otherwise INTO stays missing. */
enum first_look ask_first_look(const struct checker *checker, struct walk *walk,
			       const struct slice_wants *wants,
			       const struct check_options *options, struct summary *into);

/* Walk WALK's function for what WANTS selects, with OPTIONS' effort and its callees'
 * summaries, and make its summary INTO.  The summary stays missing if callers need the
 * conditions under which the function leaves locks in another state, and WANTS does not
 * include them.  Returns true if no look decides the function, because of a callee: then
 * a summary without these conditions is good enough. */
bool ask_look(struct checker *checker, struct walk *walk, const struct slice_wants *wants,
	      const struct check_options *options, struct summary *into);

/* True if callers need the conditions under which the function that WALK has walked
 * leaves locks in another state than at entry: its returns differ in that, what is left
 * is more than a look for the locks alone shows, or it is in a cycle of calls. */
bool ask_needs_conditions(const struct checker *checker, struct walk *walk);

#endif
