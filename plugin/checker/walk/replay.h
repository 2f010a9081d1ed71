/* replay.h - a path walked again, alone and with all its facts, to decide whether a claim
 * on it is true.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef REPLAY_H
#define REPLAY_H

#include "limits.h"
#include "walk/owner.h"
#include "walk/walk.h"

/* Where a replay goes on: STATE is that at the start of BLOCK, AT is as in struct
 * replay. */
struct replay_next {
	struct state *state;
	int block, at;
};

/* The path to walk again: the choices and edges of PATH, in order. */
struct replay {
	const struct step **path;
	int n, at;
	enum spinrule_violation violation;	/* the violation at BLOCK and OP to confirm */
	int block, op;
	bool is_confirmed;			/* the path reaches it */
	/* The path has its number of rounds of each loop: values are kept round them. */
	bool is_exact;
	/* The path reaches it, and memory about the lock's owner says why it is no
	 * mistake. */
	enum owner_answer explained;
	/* Receives the states in which the path leaves the function, MOST_EXITS at the
	 * most; or NULL. */
	struct exit_point *exits;
	int n_exits, most_exits;
	/* Where it goes on: more than one where a call has several outcomes that the path
	 * does not choose from. */
	int n_next, max_next;
	struct replay_next *next;
	int n_ways;			/* that were gone so far */
};

/* True if STATE's path, walked alone, reaches VIOLATION at operation OP of BLOCK; else
 * WALK notes why nothing is claimed. */
bool replay_confirms(struct walk *walk, const struct state *state,
		     enum spinrule_violation violation, int block, int op);

/* Walk the path to EXIT alone and store its end in *ALONE, whose state the caller frees;
 * false if it does not reach the exit. */
bool replay_exit(struct walk *walk, const struct exit_point *exit, struct exit_point *alone);

/* The same with each outcome of the calls on the path: a list in *ALONE, which the caller
 * frees with its states, and their number, or -1 if there are too many. */
int replay_exits(struct walk *walk, const struct exit_point *exit, struct exit_point **alone);

/* True if other paths came to a state of STATE's path, which a replay says nothing of. */
bool replay_is_one_of_several(const struct state *state);

/* The replay goes on with STATE, which it takes over, at the start of BLOCK. */
void replay_go_on(struct replay *replay, struct state *state, int block);

/* True if the replay has its answer, or as many as are wanted. */
static inline bool replay_is_done(const struct replay *replay)
{
	return replay->is_confirmed || (replay->exits && replay->n_exits == replay->most_exits);
}

/* True if it went more ways than it may, and gives no answer. */
static inline bool replay_gave_up(const struct replay *replay)
{
	return replay->n_ways > REPLAY_MAX_WAYS;
}

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
