/* replay.c - a path walked again, alone and with all its facts.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/replay.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

/* Walk STATE's path again, alone; REPLAY has the purpose and gets the answer. */
static void walk_again(struct walk *walk, const struct state *state, struct replay *replay)
{
	int n = 0;

	for (const struct step *step = state->last; step; step = step->before)
		n += step->choice >= 0;
	replay->path = alloc_zeroed(n * sizeof *replay->path);
	replay->n = n;
	for (const struct step *step = state->last; step; step = step->before)
		if (step->choice >= 0)
			replay->path[--n] = step;
	walk->replay = replay;
	replay->next = walk_entry_state(walk);
	while (replay->next) {
		struct state *at = replay->next;

		replay->next = NULL;
		walk->go_on(walk, at, replay->next_block, 0);
	}
	walk->replay = NULL;
	free(replay->path);
}

bool replay_confirms(struct walk *walk, const struct state *state,
		     enum spinrule_violation violation, int block, int op)
{
	struct replay replay = { .violation = violation, .block = block, .op = op };

	walk_again(walk, state, &replay);
	if (replay.is_confirmed || replay.explained == OWNER_RULES_OUT)
		return replay.is_confirmed;
	if (replay.explained || !state_has(state, DOUBT_JOINED))
		walk_note(walk, REASON_MEMORY);
	else
		walk_note(walk, REASON_MORE_STATES);
	return false;
}

bool replay_exit(struct walk *walk, const struct exit_point *exit, struct exit_point *alone)
{
	struct replay replay = {
		.violation = SPINRULE_NONE, .block = exit->block, .op = exit->op, .exit = alone
	};

	alone->state = NULL;
	walk_again(walk, exit->state, &replay);
	return alone->state != NULL;
}
