/* leave.c - a path leaves the function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/leave.h"

#include "lockprog/alloc.h"
#include "walk/irql.h"
#include "walk/replay.h"
#include "walk/trace.h"

static void add_exit(struct walk *walk, struct exit_point exit)
{
	if (walk->replay) {
		struct replay *replay = walk->replay;

		if (replay->exits && !replay_is_done(replay) && replay->at == replay->n &&
		    exit.block == replay->block && exit.op == replay->op)
			replay->exits[replay->n_exits++] = exit;
		else
			state_free(exit.state);
		return;
	}
	walk->exits = alloc_grow(walk->exits, walk->n_exits, &walk->max_exits, sizeof *walk->exits);
	walk->exits[walk->n_exits++] = exit;
}

void walk_leave(struct walk *walk, struct state *state, int block, int op, enum ending ending)
{
	int value = walk->function->blocks[block].value;
	struct exit_point exit = { state, ending, block, op, -1 };

	trace_end(walk, block, ending);
	if (ending == ENDS_EXCEPTION || (ending == ENDS_RETURN && walk->is_callback))
		claim_held(walk, state, block, op);
	if (ending == ENDS_RETURN && value >= 0)
		exit.result = walk_node(walk, state, value);
	if (ending != ENDS_SPINNING)
		irql_check_owed(walk, state, exit.result);
	add_exit(walk, exit);
}
