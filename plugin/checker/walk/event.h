/* event.h - what happened at one point of a path, as a message describes it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EVENT_H
#define EVENT_H

#include "lockprog/lockprog.h"

enum path_event_kind {
	EVENT_ACQUIRED,		/* OP acquired TEXT */
	EVENT_TRIED,		/* OP tried TEXT and succeeded */
	EVENT_TRY_FAILED,	/* OP tried TEXT and failed */
	EVENT_RELEASED,		/* OP released TEXT */
	EVENT_BRANCH,		/* the path took edge SUCC of BLOCK */
	/* OP called a function of the unit that acquired or released TEXT. */
	EVENT_CALL,
	/* TEXT is held at the entry: the cancel lock, or a lock that an annotation
	 * names. */
	EVENT_ENTRY_HELD,
	EVENT_ENTRY_FREE,	/* TEXT is not held at the entry, by an annotation */
	/* OP calls a function that requires TEXT held (CALL_ACQUIRES) or free. */
	EVENT_REQUIRED,
	EVENT_ASSUMED,		/* OP states that TEXT is held (CALL_ACQUIRES) or free */
	EVENT_HERE		/* the failing point: always the last event */
};

struct path_event {
	enum path_event_kind kind;
	struct lockprog_place place;
	int block;		/* where in the program */
	int op;			/* number in the block; -1: its exit */
	int succ;		/* BRANCH */
	bool call_acquires;	/* CALL: it acquired; else it released.  REQUIRED, ASSUMED: held */
	const char *text;	/* the lock as written there */
	const char *written;	/* the DDI as written there, or the callee's name */
};

/* A point of a path, linked back to the function's entry.  All states that came through a
 * point share it; it lives as long as the function's walk. */
struct step {
	const struct step *before;
	struct path_event event;
	int address;		/* lock events: node of the lock */
	int saved;		/* lock events that acquire: node, the saved IRQL; or -1 */
	/* Which outcome of an operation, or which edge of a block, the path took; or
	 * -1. */
	int choice;
	bool is_event;		/* false: the point exists only for the replay */
	/* Other paths came to the same state here. */
	bool is_met;
	/* The last points of those that nothing was given up on, as a list. */
	const struct step *merged, *next_merged;
};

/* True if X and Y are the same operation, also in different rounds of a loop. */
static inline bool step_is_same_op(const struct step *x, const struct step *y)
{
	return x->event.block == y->event.block && x->event.op == y->event.op;
}

#endif
