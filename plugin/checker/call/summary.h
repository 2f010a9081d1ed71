/* summary.h - what calls of a function do: its outcomes, and what is so whatever path
 * they take.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SUMMARY_H
#define SUMMARY_H

#include "call/outcome.h"

/* What is expressed with: parameters, a bit each (all, where one has none), and what
 * memory of these classes held. */
struct names {
	unsigned long long params;
	struct class_set classes;
};

/* How much of a summary there is. */
enum summary_kind {
	SUMMARY_MISSING,	/* in a cycle of calls, and not made yet */
	SUMMARY_UNKNOWN,	/* nothing is known of what the function does to locks */
	/* What ANSWERS says, and no more: it is made again for who wants more. */
	SUMMARY_LIGHT,
	SUMMARY_FULL
};

struct summary {
	enum summary_kind kind;
	/* Neither the function nor what it calls has to do with locks. */
	bool is_plain;
	bool has_effects;
	/* Which outcome comes of which arguments was given up: over the budget. */
	bool is_vague;
	/* Several outcomes are one, or not all that tells them apart is there. */
	bool is_rough;
	struct question answers;	/* LIGHT: what OUTCOMES say besides what is done to locks */
	int n_asked;			/* how often more was asked for */

	int n_outcomes, max_outcomes;
	struct outcome *outcomes;
	struct names names;		/* of all that OUTCOMES say */
	bool has_common;		/* all ways do the same to locks that callers can name: */
	/* One outcome for all, but for what is returned and left in memory. */
	struct outcome common;
	struct names common_names;	/* ... of what COMMON does to locks */

	/* Whatever path a call takes: */
	/* It comes back whatever it is called with, as far as that shows. */
	bool is_total;
	struct writes writes;
	struct class_set loaded;	/* memory of these classes is looked at */
	struct class_set followed;	/* ... holds pointers that are followed */
	/* LIGHT: these are followed on each way, a bit each. */
	unsigned long long followed_params;
};

/* True if SUMMARY is there and says what the function does to locks. */
static inline bool summary_is_known(const struct summary *summary)
{
	return summary->kind == SUMMARY_LIGHT || summary->kind == SUMMARY_FULL;
}

/* What calls of the function that WALK has walked do.  SUMMARY was all zero. */
void summary_make(struct walk *walk, struct summary *summary);

/* The same for a function that has nothing to do with locks, of which nothing else is
 * said. */
void summary_make_plain(struct summary *summary, const struct lockprog_function *function);

/* FUNCTION's summary is unknown from here on. */
void summary_make_unknown(struct summary *summary);

void summary_free(struct summary *summary);
bool summary_equal(const struct summary *x, const struct summary *y);

/* True if some function of SUMMARIES that the pointer called by OP may point to leaves
 * locks otherwise than it found them. */
bool summary_targets_change_locks(const struct summary *summaries, const struct lockprog_op *op);

#endif
