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
	replay_go_on(replay, walk_entry_state(walk), 0);
	while (replay->n_next) {
		const struct replay_next next = replay->next[--replay->n_next];

		if (replay_is_done(replay) || replay_gave_up(replay)) {
			state_free(next.state);
			continue;
		}
		replay->at = next.at;
		walk->go_on(walk, next.state, next.block, 0);
	}
	walk->replay = NULL;
	free(replay->next);
	free(replay->path);
}

void replay_go_on(struct replay *replay, struct state *state, int block)
{
	replay->next = alloc_grow(replay->next, replay->n_next, &replay->max_next,
				  sizeof *replay->next);
	replay->next[replay->n_next++] = (struct replay_next){ state, block, replay->at };
}

bool replay_is_one_of_several(const struct state *state)
{
	for (const struct step *step = state->last; step; step = step->before)
		if (step->is_met)
			return true;
	return false;
}

bool replay_confirms(struct walk *walk, const struct state *state,
		     enum spinrule_violation violation, int block, int op)
{
	struct replay replay = { .violation = violation,
				 .block = block,
				 .op = op,
				 .is_exact = state_has(state, DOUBT_JOINED) };

	walk_again(walk, state, &replay);
	if (replay.is_confirmed || replay.explained == OWNER_RULES_OUT)
		return replay.is_confirmed;
	if (!replay.explained && (state_has(state, DOUBT_JOINED) || replay_gave_up(&replay)))
		walk_note(walk, REASON_MORE_STATES);
	else if (replay.explained || !state_has(state, DOUBT_OUTCOME))
		walk_note(walk, REASON_MEMORY);
	return false;
}

bool replay_exit(struct walk *walk, const struct exit_point *exit, struct exit_point *alone)
{
	struct replay replay = { .violation = SPINRULE_NONE,
				 .block = exit->block,
				 .op = exit->op,
				 .is_exact = true,
				 .exits = alone,
				 .most_exits = 1 };

	alone->state = NULL;
	walk_again(walk, exit->state, &replay);
	return replay.n_exits > 0;
}

int replay_exits(struct walk *walk, const struct exit_point *exit, struct exit_point **alone)
{
	struct replay replay = { .violation = SPINRULE_NONE,
				 .block = exit->block,
				 .op = exit->op,
				 .is_exact = true,
				 .most_exits = REPLAY_MAX_WAYS };

	replay.exits = *alone = alloc_zeroed(REPLAY_MAX_WAYS * sizeof **alone);
	walk_again(walk, exit->state, &replay);
	if (replay.n_exits < REPLAY_MAX_WAYS && !replay_gave_up(&replay))
		return replay.n_exits;
	for (int i = 0; i < replay.n_exits; i++)
		state_free((*alone)[i].state);
	return -1;
}
