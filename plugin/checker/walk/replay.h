/* replay.h - a path walked again, alone and with all its facts: is a claim on it true?
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef REPLAY_H
#define REPLAY_H

#include "walk/walk.h"

/* The path to walk again: the choices and edges of PATH, in order. */
struct replay {
	const struct step **path;
	int n, at;
	enum spinrule_violation violation;	/* at BLOCK and OP: does the path get to it? */
	int block, op;
	bool is_confirmed;			/* it does */
	/* It does, and the owner that memory names explains it: owner.h. */
	bool is_explained;
	/* Where to keep how the path leaves the function, or NULL. */
	struct exit_point *exit;
	/* At the start of NEXT_BLOCK; NULL at the end of the path. */
	struct state *next;
	int next_block;
};

/* True if STATE's path, walked alone, gets to VIOLATION at operation OP of BLOCK; else
 * WALK notes why nothing is claimed. */
bool replay_confirms(struct walk *walk, const struct state *state,
		     enum spinrule_violation violation, int block, int op);

/* The path to EXIT, walked alone, ends in *ALONE, whose state the caller frees; false
 * when it does not get there. */
bool replay_exit(struct walk *walk, const struct exit_point *exit, struct exit_point *alone);

/* True if the path that is walked again says which outcome is to be walked: then that is
 * the only one. */
static inline bool replay_is_chosen(const struct walk *walk)
{
	return walk->replay && walk->replay->at < walk->replay->n;
}

/* Where an operation has several outcomes: whether CHOICE is to be walked. */
static inline bool replay_takes(const struct walk *walk, int choice)
{
	const struct replay *replay = walk->replay;

	return !replay || replay->at == replay->n || replay->path[replay->at]->choice == choice;
}

/* ... and it is walked. */
static inline void replay_advance(const struct walk *walk)
{
	if (replay_is_chosen(walk))
		walk->replay->at++;
}

#endif
