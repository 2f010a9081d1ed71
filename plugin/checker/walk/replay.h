/* replay.h - a path walked again, alone and with all its facts, to decide whether a claim
 * on it is true.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef REPLAY_H
#define REPLAY_H

#include "walk/owner.h"
#include "walk/walk.h"

/* The path to walk again: the choices and edges of PATH, in order. */
struct replay {
	const struct step **path;
	int n, at;
	enum spinrule_violation violation;	/* the violation at BLOCK and OP to confirm */
	int block, op;
	bool is_confirmed;			/* the path reaches it */
	/* The path reaches it, and memory about the lock's owner says why it is no
	 * mistake. */
	enum owner_answer explained;
	/* Receives the state in which the path leaves the function, or NULL. */
	struct exit_point *exit;
	/* At the start of NEXT_BLOCK; NULL at the end of the path. */
	struct state *next;
	int next_block;
};

/* True if STATE's path, walked alone, reaches VIOLATION at operation OP of BLOCK; else
 * WALK notes why nothing is claimed. */
bool replay_confirms(struct walk *walk, const struct state *state,
		     enum spinrule_violation violation, int block, int op);

/* Walk the path to EXIT alone and store its end in *ALONE, whose state the caller frees;
 * false if it does not reach the exit. */
bool replay_exit(struct walk *walk, const struct exit_point *exit, struct exit_point *alone);

/* True if the replay has a recorded choice for the current operation or edge. */
static inline bool replay_is_chosen(const struct walk *walk)
{
	return walk->replay && walk->replay->at < walk->replay->n;
}

/* True if CHOICE, an outcome of the current operation, is to be walked. */
static inline bool replay_takes(const struct walk *walk, int choice)
{
	const struct replay *replay = walk->replay;

	return !replay || replay->at == replay->n || replay->path[replay->at]->choice == choice;
}

/* Go past the choice. */
static inline void replay_advance(const struct walk *walk)
{
	if (replay_is_chosen(walk))
		walk->replay->at++;
}

#endif
