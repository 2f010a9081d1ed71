/* summary.h - what calls of a function do: its outcomes, and what holds on every path
 * through it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SUMMARY_H
#define SUMMARY_H

#include "call/outcome.h"
#include "walk/alias.h"
#include "walk/memory-calls.h"

/* The names that outcomes are expressed with: parameters, a bit each (all bits, if one
 * has no bit of its own), and what memory of CLASSES held. */
struct names {
	unsigned long long params;
	struct class_set classes;
};

/* How complete a summary is. */
enum summary_kind {
	SUMMARY_MISSING,	/* the function is in a cycle of calls, and has no summary yet */
	SUMMARY_UNKNOWN,	/* it is unknown what the function does to locks */
	/* It has what ANSWERS lists, and no more; a caller that needs more asks for a new
	 * one. */
	SUMMARY_LIGHT,
	SUMMARY_FULL
};

/* The same as struct alias for callers: OUTCOME ends right before the acquire. */
struct alias_outcome {
	struct outcome outcome;
	struct alias_locks locks;
};

struct summary {
	enum summary_kind kind;
	/* Neither the function nor its callees do anything to locks. */
	bool is_plain;
	bool has_effects;
	/* The conditions under which each outcome happens were given up: over the
	 * budget. */
	bool lacks_conditions;
	/* One outcome stands for several, or lacks some of the facts that distinguish
	 * it. */
	bool is_inexact;
	/* Made with little work: with more it may have more answers, or exact ones. */
	bool is_hasty;
	struct question answers;	/* LIGHT: what OUTCOMES have besides effects on locks */
	int n_asked;			/* how often callers needed more */

	int n_outcomes, max_outcomes;
	struct outcome *outcomes;
	/* What the only one of OUTCOMES stands for, if it is several that could be kept;
	 * replays take each of them. */
	int n_exact;
	struct outcome *exact;
	struct names names;		/* names that OUTCOMES are expressed with */
	struct class_set tracked;	/* classes that OUTCOMES tell all writes to */
	/* Ways on which it spins, if two locks of its callers are one. */
	int n_aliases, max_aliases;
	struct alias_outcome *aliases;
	/* All outcomes do the same to locks that callers can name. */
	bool has_common;
	/* One outcome for all, without what they return or leave in memory. */
	struct outcome common;
	struct names common_names;	/* names that the effects of COMMON are expressed with */

	/* A path acquires a lock twice, here or in a callee, and goes no further.  The
	 * mistake is said there. */
	bool breaks_off;

	/* What holds on every path: */
	/* It always returns, whatever its arguments are, as far as the checker can
	 * show. */
	bool is_total;
	/* Locks of these classes may be left in another state than at the entry.  Classes
	 * of locks are as lock_class says. */
	struct class_set changed;
	/* It, or what it calls, may use locks of these classes; of the unit's. */
	const struct class_set *reached;
	/* What it calls may use locks, and how is unknown. */
	bool is_unsure;
	struct writes writes;
	struct class_set loaded;	/* it reads memory of these classes */
	struct class_set followed;	/* it follows pointers in memory of these classes */
	/* LIGHT: it follows these parameters on each path, a bit each. */
	unsigned long long followed_params;
};

/* True if SUMMARY exists and describes what the function does to locks. */
static inline bool summary_is_known(const struct summary *summary)
{
	return summary->kind == SUMMARY_LIGHT || summary->kind == SUMMARY_FULL;
}

/* Fill in SUMMARY, which is all zero, from what WALK found about its function. */
void summary_make(struct walk *walk, struct summary *summary);

/* Fill in SUMMARY for FUNCTION, which does nothing to locks, without any further
 * facts. */
void summary_make_plain(struct summary *summary, const struct lockprog_function *function);

/* Make SUMMARY unknown. */
void summary_make_unknown(struct summary *summary);

/* The summaries of the unit that WALK belongs to, one for each function. */
const struct summary *summaries_of(const struct walk *walk);

/* That of the callee of OP, a call in WALK's function. */
static inline const struct summary *summary_of_call(const struct walk *walk,
						    const struct lockprog_op *op)
{
	return &summaries_of(walk)[op->callee];
}

void summary_free(struct summary *summary);
bool summary_equal(const struct summary *x, const struct summary *y);

/* True if OP calls through a pointer that may point to a function that changes the state
 * of a lock, according to SUMMARIES. */
bool summary_targets_change_locks(const struct summary *summaries, const struct lockprog_op *op);

#endif
