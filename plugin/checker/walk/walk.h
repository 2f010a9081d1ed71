/* walk.h - the data of a walk through one function: what run.h walks, and all that has a
 * part in it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WALK_H
#define WALK_H

#include "lockprog/reason.h"
#include "lockprog/work.h"
#include "shape/count.h"
#include "shape/flow.h"
#include "shape/pieces.h"
#include "walk/callees.h"
#include "walk/claim.h"
#include "walk/effort.h"
#include "walk/state.h"
#include "walk/worklist.h"

/* How a path through a function ends. */
enum ending {
	ENDS_RETURN,
	ENDS_EXCEPTION,
	ENDS_SPINNING		/* a double acquire */
};

struct exit_point {
	struct state *state;
	enum ending ending;
	int block, op;		/* op: -1 for a return */
	int result;		/* node, or -1 */
};

struct walk {
	/* The function. */
	const struct lockprog_unit *unit;
	const struct lockprog_function *function;	/* cut into PIECES */
	const struct pieces *pieces;
	int number;			/* of the function in the unit */
	struct sym_table *syms;
	struct flow *flow;
	struct callees callees;
	bool is_callback;
	int cancel_lock;		/* node */

	/* The effort of the walk. */
	struct effort effort;
	/* What work_done may reach in this walk, and in all walks of the function; the
	 * work of one walk, if that is not 0. */
	unsigned long long walk_end, work_end, most_work;
	/* What callees do is taken as it is, though more work might show more: all, or
	 * those in ASKED. */
	bool ignores_haste;
	struct class_set asked;		/* functions */
	bool tells_callers;		/* callers need what it returns and leaves in memory */
	/* Facts about parameters and about memory at entry are kept for callers. */
	bool keeps_entry_facts;
	struct replay *replay;		/* the path that is replayed, or NULL */
	struct count *count;		/* receives the walked states for counting paths; or NULL */
	FILE *trace;			/* receives each step as text, or NULL */

	/* Analysis of its loops. */
	struct rounds *rounds;

	/* Walks BLOCK from operation I on, and takes STATE over: operations with several
	 * outcomes and replays go on by it. */
	void (*go_on)(struct walk *walk, struct state *state, int block, int i);

	/* Data of the walk, and its results. */
	struct worklist work;
	/* All points of all paths, WALK_STEPS in each piece of memory. */
	int n_steps, max_pieces;
	struct step **steps;
	/* Node: the number of the last set of atoms that has it (walk/prune.c). */
	int n_marks;
	unsigned *marks, mark;
	/* Atoms that were passed to functions that are not visible. */
	struct class_set to_unseen;
	/* ... to functions of the driver, also by callees. */
	struct class_set reached;
	int n_exits, max_exits;
	struct exit_point *exits;
	int n_aliases, max_aliases;
	struct alias *aliases;
	struct claims claims;
	bool has_joined;		/* states were joined somewhere */
	/* With more states it would have joined less, or kept more values round loops. */
	bool is_limited;
	bool joined_balanced;	/* ... which had other balanced locks */
	bool is_hasty;		/* some state has DOUBT_HASTE */
	/* Claims are not made because these callees were asked in haste: functions; and
	 * because of something else about callees. */
	struct class_set held_back;
	bool is_rough;
	bool has_lost_all;	/* a call may have done anything to locks */
	/* A loop gave up a value that was computed from what callers can name. */
	bool gave_up_entry;
	bool counts_doubtful;		/* a path that is counted may be infeasible */
	/* Why the walk stopped early, or REASON_NONE. */
	enum reason stopped;
	unsigned reasons;		/* why something was not claimed: enum reason, a bit each */
};

/* True if code that calls the function by its name finds locks as they were before: it is
 * a callback, and neither a cancel routine that asks whether it has a device, nor entered
 * with a lock that the system holds around it. */
bool walk_leaves_locks_alone(const struct walk *walk);

/* Note that something is not claimed because of REASON. */
static inline void walk_note(struct walk *walk, enum reason reason)
{
	walk->reasons |= 1u << reason;
}

static inline bool walk_has_noted(const struct walk *walk, enum reason reason)
{
	return walk->reasons >> reason & 1;
}

/* Stop the walk because of REASON. */
static inline void walk_stop(struct walk *walk, enum reason reason)
{
	walk->stopped = reason;
}

/* True if the walk may go on; else it is stopped. */
static inline bool walk_has_budget(struct walk *walk)
{
	if (work_done <= walk->walk_end)
		return walk->stopped != REASON_MORE_LOCKS;
	walk_stop(walk, REASON_MORE_STEPS);
	return false;
}

/* The reason to report for what WALK did not decide, or REASON_NONE. */
enum reason walk_reason(const struct walk *walk);

/* True if nothing was claimed and nothing left undecided. */
bool walk_is_clean(const struct walk *walk);

/* ---- for the parts of a walk ---- */

/* The state at the entry of the function. */
struct state *walk_entry_state(struct walk *walk);

/* Count that STATE's path ends here.  Not for paths that are infeasible. */
void walk_end_path(struct walk *walk, const struct state *state);

/* A new unknown for value V, bound to it in STATE. */
int walk_fresh_leaf(struct walk *walk, struct state *state, int v);

/* The node of value V in STATE. */
int walk_node(const struct walk *walk, const struct state *state, int v);

/* A new point of STATE's path. */
struct step *walk_step(struct walk *walk, struct state *state, struct path_event event);

/* Where the path ends: the return of BLOCK, or its operation OP. */
struct lockprog_place walk_end_place(const struct walk *walk, int block, int op);

#endif
