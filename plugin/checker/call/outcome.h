/* outcome.h - one way in which a function comes back: what it does to locks, in terms of
 * parameters and globals, and when.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTCOME_H
#define OUTCOME_H

#include "walk/walk.h"

/* What a call of a function does to one lock. */
struct effect {
	int address, class_, handle;	/* node in the callee's terms, or -1; class number */
	bool is_handle;			/* ADDRESS is a queue handle's */
	enum spinrule_state state;	/* after the call */
	struct first_event first;	/* what the call needs of the caller */
	bool tried_in_vain;		/* all that happened: the lock is held, or not, as before */
	enum spinrule_group group;
	const struct spinrule_ddi *ddi;
	int saved, also;		/* nodes, as in struct hold */
	const char *text;		/* as written in the callee */
};

/* One way in which a function comes back. */
struct outcome {
	int n_effects, max_effects;
	struct effect *effects;
	struct facts facts;		/* about parameters, memory at entry and what is returned */
	int result;			/* node, or -1 */
	struct fact result_fact;
	int n_cells;
	/* What it leaves in memory: saved IRQLs, and values that the caller can name. */
	struct cell *cells;
	/* enum doubt: LOST_HELD, UNNAMED; CALLEE: several ways in one, so not all
	 * that fits the facts comes back so. */
	unsigned doubts;
	enum ending ending;
};

/* What a caller can name: parameters, globals, memory at entry, RESULT (node or -1),
 * which is returned, and unknowns that are left in memory. */
struct naming {
	const struct walk *walk;
	int result;
	int n_left, left[PIECES_LEFT];
};

bool outcome_can_name(const struct naming *naming, int node);

/* What the function that WALK has walked does where it leaves at EXIT; the caller frees
 * it. */
struct outcome outcome_of_exit(struct walk *walk, const struct exit_point *exit);
void outcome_free(struct outcome *outcome);

/* True if both ways end alike and do the same to the same locks, IRQLs apart; then,
 * whether the IRQLs are the same too. */
bool outcome_same_effects(const struct outcome *x, const struct outcome *y);
bool outcome_same_irqls(const struct outcome *x, const struct outcome *y);

bool outcome_equal(const struct outcome *x, const struct outcome *y);

/* INTO becomes one outcome for both, if they do the same to locks.  False if they do
 * not. */
bool outcome_join(struct outcome *into, const struct outcome *from);

/* The same, only if all that the caller learns of the two is learned of the one. */
bool outcome_join_exactly(struct outcome *into, const struct outcome *from);

/* True if OUTCOME has to do with locks. */
bool outcome_has_effects(const struct outcome *outcome);

/* True if callers that do not know of a lock, to which FIRST (enum spinrule_event, -1:
 * nothing) happened first and which is in STATE now, need not: it was made, or acquired,
 * and is free. */
bool outcome_is_balanced(int first, enum spinrule_state state);

/* True if NODE is an IRQL that OUTCOME leaves saved. */
bool outcome_is_saved(const struct outcome *outcome, int node);

#endif
