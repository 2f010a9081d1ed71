/* ladder.c - the effort of the walks of a function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/ladder.h"

#include <assert.h>

#include "check/budget.h"
#include "limits.h"
#include "walk/replay.h"
#include "walk/rounds.h"
#include "walk/run.h"

enum rung_name {
	FIRST_LOOK,
	SECOND_LOOK,
	CLOSE_LOOK,
	CLOSER_LOOK,
	CLOSEST_LOOK,
	COARSE_LOOK,
	RUNGS
};

/* The rungs: each is an effort, and when to try it.  On all of them a claim that depends
 * on joined states is made only if the replay of its path reaches it (walk/replay.h). */
static const struct rung {
	const char *name;
	/* States to keep at one block: a multiple of the option max-states. */
	int states;
	bool is_number;		/* STATES is the number itself, not a multiple */
	bool joins_balanced, branches_teach, follows_all_loops;
	int steps;		/* for each block; 0: as the option max-steps says */
	long most_steps;	/* limit for the function; 0: none */
} ladder[RUNGS] = {
	/* If no caller needs more than the effects on locks: decides most functions at
	 * the cost of one walk. */
	[FIRST_LOOK]   = { "first look", 1, true, true, false, false, EFFORT_FIRST_STEPS, 0 },
	/* If the first look does not decide: which locks were acquired and released
	 * before may tell which are acquired now. */
	[SECOND_LOOK]  = { "second look", 1, true, false, false, false, EFFORT_FIRST_STEPS, 0 },
	/* If that does not decide. */
	[CLOSE_LOOK]   = { "close look", 1, false, false, true, false, 0, 0 },
	/* If a claim depends on joined states, as long as it takes no more work than what
	 * did not decide. */
	[CLOSER_LOOK]  = { "closer look", 8, false, false, true, true, 0, EFFORT_CLOSER_STEPS },
	[CLOSEST_LOOK] = { "closest look", 64, false, false, true, true, 0, EFFORT_CLOSER_STEPS },
	/* Before a close look, if callers need no conditions; else if a close look is
	 * over the budget.  A claim of a coarser look is true as well. */
	[COARSE_LOOK]  = { "coarse look", EFFORT_COARSE_STATES, true, false, true, false, 0, 0 },
};

static struct effort effort_of(enum rung_name name, const struct walk *walk,
			       const struct check_options *options)
{
	const struct rung *rung = &ladder[name];
	/* A small function gets a few more steps for each block than a large one. */
	long steps =
		(rung->steps ? rung->steps : options->max_steps) * (walk->flow->n_reached + 16l);

	return (struct effort){
		.name = rung->name,
		.max_states = rung->is_number ? rung->states : rung->states * options->max_states,
		.max_steps =
			rung->most_steps && rung->most_steps < steps ? rung->most_steps : steps,
		.joins_balanced = rung->joins_balanced,
		.branches_teach = rung->branches_teach,
		.follows_all_loops = rung->follows_all_loops,
	};
}

/* True if ATOM is one of several values, depending on the path. */
static bool is_chosen(int atom, void *data)
{
	const struct walk *walk = data;
	const struct sym *sym = sym_at(walk->syms, atom);

	return sym->kind == SYM_LEAF && sym->b == walk->number &&
	       sym->a < walk->function->n_values &&
	       walk->function->values[sym->a].expr == LOCKPROG_PHI && !rounds_changes(walk, sym->a);
}

/* True if callers could not name some lock that is free at EXIT, but with facts from
 * branches they might. */
static bool has_chosen_lock(struct walk *walk, const struct exit_point *exit)
{
	for (int i = 0; i < exit->state->n_locks; i++)
		if (sym_any_atom(walk->syms, exit->state->locks[i].address, is_chosen, walk))
			return true;
	return false;
}

/* Walk with the effort of RUNG, with at most the work MOST, and half of the work that is
 * left: the rest is for the rungs that follow.  BEFORE: a walk with fewer states, or
 * NULL: without loops, more states are more work. */
static void climb_to(struct walk *walk, enum rung_name rung, const struct check_options *options,
		     bool is_acyclic, unsigned long long most, const struct walk *before)
{
	struct effort effort = effort_of(rung, walk, options);
	const unsigned long long left =
		walk->work_end > work_done ? walk->work_end - work_done : 0;

	effort.max_work = rung == COARSE_LOOK && walk->tells_callers ? left : left / 2;
	if (walk->most_work && walk->most_work < most)
		most = walk->most_work;
	if (effort.max_work > most)
		effort.max_work = most;
	effort.leaves_out_back_edges = is_acyclic;
	effort.least_work = before && !walk->flow->loops.n ? before->work.spent : NULL;
	walk_function(walk, effort);
}

bool ladder_is_undecidable(const struct walk *walk)
{
	const unsigned of_callee = 1u << REASON_CALLEE | 1u << REASON_SAME_LOCKS;

	if (walk->stopped || walk->claims.n || !walk->has_lost_all || (walk->reasons & ~of_callee))
		return false;
	for (int i = 0; i < walk->n_exits; i++)
		for (int k = 0; k < walk->exits[i].state->n_locks; k++)
			if (walk->exits[i].state->locks[k].state == SPINRULE_STATE_HELD)
				return false;
	return true;
}

/* True if RUNG, without facts from branches, decides. */
static bool decides(struct walk *walk, enum rung_name rung, const struct check_options *options)
{
	climb_to(walk, rung, options, false, ~0ull, NULL);
	/* An exit that is doubtful here may be certain after a closer look. */
	for (int i = 0; i < walk->n_exits; i++)
		if (state_has(walk->exits[i].state, DOUBT_MEMORY) ||
		    (!walk->is_callback && has_chosen_lock(walk, &walk->exits[i])))
			return false;
	return walk_is_clean(walk);
}

enum first_look ladder_first_look(struct walk *walk, const struct check_options *options)
{
	assert(!walk->tells_callers);
	if (decides(walk, FIRST_LOOK, options))
		return FIRST_LOOK_DECIDES;
	if (ladder_is_undecidable(walk)) {
		walk_note(walk, REASON_CALLEE);
		return FIRST_LOOK_UNDECIDABLE;
	}
	return walk->joined_balanced && decides(walk, SECOND_LOOK, options)
		       ? FIRST_LOOK_DECIDES
		       : FIRST_LOOK_UNDECIDED;
}

/* True if callers are told of locks at an exit to which the path does not lead alone: it
 * may be infeasible, as facts were given up on the way. */
static bool has_doubtful_exit(struct walk *walk)
{
	for (int i = 0; i < walk->n_exits && walk->tells_callers; i++) {
		const struct state *state = walk->exits[i].state;
		struct exit_point alone;

		if (!state->n_locks || !state_has(state, DOUBT_JOINED))
			continue;
		if (!replay_exit(walk, &walk->exits[i], &alone))
			return true;
		state_free(alone.state);
	}
	return false;
}

/* True if a closer look may make WALK's claims, or what callers need of it, certain. */
static bool may_be_closer(struct walk *walk)
{
	return walk_has_noted(walk, REASON_MORE_STATES) ||
	       (walk->tells_callers && walk->gave_up_entry) ||
	       (!walk->stopped && has_doubtful_exit(walk));
}

/* True if fewer states may be a help where WALK is over a limit.  Paths are counted
 * exactly or not at all. */
static bool may_be_coarser(const struct walk *walk, const struct check_options *options)
{
	return !walk->count && !walk->most_work && options->max_states > EFFORT_COARSE_STATES;
}

/* True if WALK is over a limit on work: more states do not help. */
static bool is_over_budget(const struct walk *walk)
{
	return walk->stopped && walk->stopped != REASON_MORE_LOCKS;
}

/* The most work of a closer look, after USED was not enough: the share of the function,
 * or, if it has loops, half of USED if that is more: following them all may leave fewer
 * states than joining some. */
static unsigned long long most_of_closer(const struct walk *walk,
					 const struct check_options *options,
					 unsigned long long used)
{
	const unsigned long long share = budget_share(walk->function, options->patience);

	return walk->flow->loops.n && used / 2 > share ? used / 2 : share;
}

/* Look closer as long as that may help; START: work_done before the looks that did not
 * decide. */
static void climb_closer(struct walk *walk, const struct check_options *options, bool is_acyclic,
			 unsigned long long start)
{
	for (int rung = CLOSER_LOOK; rung <= CLOSEST_LOOK && may_be_closer(walk); rung++) {
		const unsigned long long most = most_of_closer(walk, options, work_done - start);
		struct walk kept;

		walk_set_aside(walk, &kept);
		climb_to(walk, (enum rung_name)rung, options, is_acyclic, most, &kept);
		if (walk->stopped) {
			walk_take_back(walk, &kept);
			return;
		}
		walk_drop(&kept);
	}
}

void ladder_climb(struct walk *walk, const struct check_options *options, bool is_acyclic)
{
	/* If callers need no conditions, few states decide most functions that any number
	 * decides; and if these are too many steps, more states are too. */
	const bool is_coarse_first = !walk->tells_callers && may_be_coarser(walk, options);
	unsigned long long start = work_done;
	bool has_coarse = false;
	struct walk coarse;

	if (is_coarse_first) {
		climb_to(walk, COARSE_LOOK, options, is_acyclic, ~0ull, NULL);
		if (is_over_budget(walk) || walk_is_clean(walk) || ladder_is_undecidable(walk))
			return;
		/* Otherwise a close look is the same. */
		has_coarse = walk->stopped || walk->is_limited;
	}
	if (has_coarse)
		walk_set_aside(walk, &coarse);
	if (has_coarse || !is_coarse_first) {
		start = work_done;
		climb_to(walk, CLOSE_LOOK, options, is_acyclic, ~0ull, has_coarse ? &coarse : NULL);
	}
	climb_closer(walk, options, is_acyclic, start);
	if (has_coarse && walk->stopped)
		walk_take_back(walk, &coarse);
	else if (has_coarse)
		walk_drop(&coarse);
	else if (is_over_budget(walk) && may_be_coarser(walk, options))
		climb_to(walk, COARSE_LOOK, options, is_acyclic, ~0ull, NULL);
}
