/* event.h - what happened at one point of a path, as a message tells it.
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
	/* The function is entered with TEXT held: the cancel lock, or by its
	 * annotation. */
	EVENT_ENTRY_HELD,
	EVENT_ENTRY_FREE,	/* ... with TEXT not held, by its annotation */
	/* OP calls a function that requires TEXT held (CALL_ACQUIRES) or free. */
	EVENT_REQUIRED,
	EVENT_ASSUMED,		/* OP says that TEXT is held (CALL_ACQUIRES) or free */
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

/* A point of a path, linked back to the function's entry.  Points are shared by all the
 * states that came through them, and live as long as the function's walk. */
struct step {
	const struct step *before;
	struct path_event event;
	int address;		/* lock events: node of the lock */
	int saved;		/* lock events that acquire: node, the IRQL saved; or -1 */
	/* Which of an operation's outcomes, or a block's edges, the path took; or -1. */
	int choice;
	bool is_event;		/* else it is there only so that the path can be walked again */
};

#endif
