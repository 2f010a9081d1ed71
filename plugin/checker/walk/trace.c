/* trace.c - each step of a walk, as text.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/trace.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

static const struct { enum doubt doubt; const char *word; } doubt_words[] = {
	{ DOUBT_MEMORY, "memory" },
	{ DOUBT_CALLEE, "callee" },
	{ DOUBT_JOINED, "joined" },
	{ DOUBT_OUTCOME, "one outcome for several" },
	{ DOUBT_HASTE, "callee in haste" },
	{ DOUBT_LOST_HELD, "lost held lock" },
	{ DOUBT_UNNAMED, "unnamed lock" },
};

static const char *const state_words[SPINRULE_STATES] = {
	[SPINRULE_STATE_FREE] = "free",
	[SPINRULE_STATE_HELD] = "held",
	[SPINRULE_STATE_UNKNOWN] = "unknown",
};

static const char *const ending_words[] = {
	[ENDS_RETURN] = "returns",
	[ENDS_EXCEPTION] = "raises an exception",
	[ENDS_SPINNING] = "spins",
};

/* The name of BLOCK in the lock program; BLOCK may be a piece of a block that was cut:
 * "b1+3" has its operations behind the first three. */
static const char *block_name(const struct walk *walk, int block)
{
	const char *name = walk->function->blocks[block].name, *shared;
	const int op = walk->pieces->origins[block].op;
	char *text;

	if (!op)
		return name;
	text = alloc_text("%s+%d", name, op);
	shared = lockprog_string(text);
	free(text);
	return shared;
}

static const char *prefix(const struct walk *walk)
{
	return walk->replay ? "  replay " : "  ";
}

void trace_walk(const struct walk *walk)
{
	if (walk->trace)
		fprintf(walk->trace, "%s: %s, %d states, %ld steps\n", walk->function->name,
			walk->effort.name, walk->effort.max_states, walk->effort.max_steps);
}

static void print_locks(FILE *out, const struct state *state)
{
	const char *comma = " ";

	fputs("locks:", out);
	for (int i = 0; i < state->n_locks; i++) {
		const struct lock_record *lock = &state->locks[i];

		fprintf(out, "%s'%s' %s%s", comma, lock->text ? lock->text : "?",
			state_words[lock->state], lock->is_loose ? " (by an earlier round)" : "");
		comma = ", ";
	}
	if (!state->n_locks)
		fputs(" none", out);
}

static void print_doubts(FILE *out, const struct state *state)
{
	const char *comma = "; doubts: ";

	for (size_t i = 0; i < sizeof doubt_words / sizeof *doubt_words; i++)
		if (state_has(state, doubt_words[i].doubt)) {
			fprintf(out, "%s%s", comma, doubt_words[i].word);
			comma = ", ";
		}
}

void trace_state(const struct walk *walk, const struct state *state, int block, int i)
{
	if (!walk->trace || i > 0)
		return;
	fprintf(walk->trace, "%s%s: ", prefix(walk), block_name(walk, block));
	print_locks(walk->trace, state);
	print_doubts(walk->trace, state);
	fprintf(walk->trace, "; %d facts, %d cells\n", state->facts.n, state->memory.n_cells);
}

void trace_infeasible(const struct walk *walk, int block, int succ)
{
	const struct lockprog_edge *edge = &walk->function->blocks[block].succ[succ];

	if (walk->trace)
		fprintf(walk->trace, "%s%s: cannot go to %s\n", prefix(walk),
			block_name(walk, block), block_name(walk, edge->block));
}

void trace_end(const struct walk *walk, int block, enum ending ending)
{
	if (walk->trace)
		fprintf(walk->trace, "%s%s: path ends: %s\n", prefix(walk), block_name(walk, block),
			ending_words[ending]);
}

void trace_infeasible_claim(const struct walk *walk, enum spinrule_violation violation,
			    const struct lock_event *event)
{
	if (walk->trace)
		fprintf(walk->trace, "%s%s: %s '%s' is not claimed: the path is infeasible\n",
			prefix(walk), block_name(walk, event->block), spinrule_id(violation),
			event->text ? event->text : "?");
}

void trace_claim(const struct walk *walk, enum spinrule_violation violation,
		 const struct lock_event *event, enum reason reason)
{
	if (!walk->trace)
		return;
	fprintf(walk->trace, "%s%s: %s '%s' ", prefix(walk), block_name(walk, event->block),
		spinrule_id(violation), event->text ? event->text : "?");
	if (reason)
		fprintf(walk->trace, "is not claimed, because of %s\n", reason_words(reason));
	else
		fputs(walk->replay ? "is there\n" : "is claimed\n", walk->trace);
}
