/* outcome.h - one way in which a function returns or ends: what it does to locks, in
 * terms of parameters and globals, and under which conditions.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTCOME_H
#define OUTCOME_H

#include "walk/walk.h"

/* What a call of a function does to one lock. */
struct effect {
	int address, class_, handle;	/* node in the callee's terms, or -1; class number */
	bool is_handle;			/* ADDRESS is the address of a queue handle */
	enum spinrule_state state;	/* after the call */
	struct first_event first;	/* what the call needs of the caller */
	/* The only event is a failed try: the lock is held or free as before. */
	bool tried_in_vain;
	enum spinrule_group group;
	const struct spinrule_ddi *ddi;
	/* Nodes, as in struct hold.  FREE: it was acquired and released, and the IRQL is
	 * left in memory. */
	int saved, also;
	bool may_be_elsewhere, has_run_unseen; /* as in struct hold */
	/* FREE: the release that left the IRQL as this lock's acquire raised it, for the
	 * caller to give back SAVED; or NULL. */
	const struct spinrule_ddi *owes;
	const char *text;		/* as written in the callee */
	const char *level;		/* as in struct lock_record */
	/* Of its path: points from the lock's first event on, more for a lock that was
	 * used earlier; 0 if they are not known. */
	int n_points;
};

/* One way in which a function returns or ends. */
struct outcome {
	int n_effects, max_effects;
	struct effect *effects;
	struct facts facts;		/* about parameters, memory at entry and the result */
	int result;			/* node, or -1 */
	struct fact result_fact;
	int n_cells;
	/* The cells that it leaves: saved IRQLs, and values that the caller can name; -1
	 * for others. */
	struct cell *cells;
	struct class_set written;	/* memory of these classes may have changed */
	/* enum doubt: LOST_HELD, UNNAMED; CALLEE: it stands for several outcomes, so the
	 * function need not end like this in every case that fits the facts. */
	unsigned doubts;
	struct class_set lost;		/* as in struct state */
	enum ending ending;
	bool calls_unseen;		/* it calls code of the driver that is not seen */
};

/* What a caller can name: parameters, globals, memory at entry, RESULT (the returned node
 * or -1), and unknowns that the function leaves in memory. */
struct naming {
	const struct walk *walk;
	int result;
	int n_left, left[PIECES_LEFT];
};

/* True if outcomes of WALK's function tell all writes to memory of CLASS_. */
bool outcome_tracks(const struct walk *walk, int class_);

bool outcome_can_name(const struct naming *naming, int node);

/* The outcome of the function that WALK has walked for the path that leaves it at EXIT;
 * the caller frees it. */
struct outcome outcome_of_exit(struct walk *walk, const struct exit_point *exit);
void outcome_free(struct outcome *outcome);

/* A copy of OUTCOME; the caller frees it. */
struct outcome outcome_copy(const struct outcome *outcome);

/* outcome_same_effects: true if both outcomes end alike and do the same to the same
 * locks, IRQLs apart; code that is not seen may release what they leave held in both or
 * in neither.  outcome_same_irqls: true if the IRQLs are the same as well. */
bool outcome_same_effects(const struct outcome *x, const struct outcome *y);
bool outcome_same_irqls(const struct outcome *x, const struct outcome *y);

bool outcome_equal(const struct outcome *x, const struct outcome *y);

/* Make INTO one outcome for both, if they do the same to locks.  Returns false if they do
 * not. */
bool outcome_join(struct outcome *into, const struct outcome *from);

/* Join only if INTO then gives callers the same facts as the two outcomes. */
bool outcome_join_exactly(struct outcome *into, const struct outcome *from);

/* True if OUTCOME does something to a lock. */
bool outcome_has_effects(const struct outcome *outcome);

/* True if callers can ignore a lock whose first event is FIRST (enum spinrule_event; -1:
 * none) and whose state is STATE now: it was initialised or acquired, or had to be free,
 * and is free. */
bool outcome_is_balanced(int first, enum spinrule_state state);

/* True if NODE is an IRQL that OUTCOME leaves saved. */
bool outcome_is_saved(const struct outcome *outcome, int node);

#endif
