/* explore.h - one function's analysis: all its feasible paths, states that agree walked once.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EXPLORE_H
#define EXPLORE_H

#include "shape/count.h"
#include "shape/flow.h"
#include "shape/pieces.h"
#include "walk/state.h"

/* What a call of a function does to one lock. */
struct effect {
	int address, class_;		/* node in the callee's terms; -1 when the caller cannot name it */
	enum spinrule_state state;	/* after the call */
	bool first_is_try;		/* ... by a try: it does not come back this way if held before; RELEASE: after a
					 * try that failed, which was said if it is not held before */
	bool tried_in_vain;		/* all that happened: whoever held it before still does */
	signed char first;		/* ACQUIRE, NEED_FREE: must not be held before.  RELEASE, NEED_HELD: must be.  INIT */
	enum spinrule_group group;
	const struct spinrule_ddi *ddi;
	const struct spinrule_ddi *first_ddi;
	int given, saved, also, handle;	/* nodes, as in struct lock_record */
	bool is_handle;
	const char *text;		/* as written in the callee */
};

/* How a path through a function ends. */
enum ending {
	ENDS_RETURN,
	ENDS_EXCEPTION,
	ENDS_SPINNING		/* a double acquire */
};

/* One way in which a function comes back. */
struct outcome {
	int n_effects;
	struct effect *effects;
	struct facts facts;		/* about parameters, memory at entry and what is returned */
	int result;			/* node, or -1 */
	struct fact result_fact;
	int n_cells;
	struct cell *cells;		/* what it leaves in memory: saved IRQLs, and values that the caller can name */
	bool lost_held, touches_unknown;
	bool is_vague;			/* several in one: not all that fits the facts comes back so */
	enum ending ending;
};

/* What is told in terms of: parameters, a bit each (all, where one has none), and what memory of these classes held. */
struct names {
	unsigned long long params;
	struct class_set classes;
};

struct summary {
	bool is_done;			/* else: in a cycle of calls and not seen yet */
	bool is_unknown;		/* nobody knows what it does to locks */
	bool has_effects;
	bool is_plain;			/* neither it nor what it calls has to do with locks */
	bool has_brief;			/* it does the same to locks, which callers can name, whichever way it comes back: */
	struct outcome brief;		/* ... all ways in one, but for what is returned and left in memory */
	struct names names, brief_names;	/* of all that OUTCOMES tell; of what BRIEF does to locks */
	bool is_light;			/* OUTCOMES do not tell all that callers may want to know, but for what was asked: */
	bool tells_ways;		/* on which ways it does what to locks, */
	bool tells_end;			/* ... when it does not come back, */
	bool tells_result;
	struct class_set told;		/* ... and memory of these classes */
	int n_asked;			/* so often for more */
	bool is_vague;			/* which outcome comes of which arguments was given up: over budget */
	bool is_rough;			/* outcomes are told as one, or not all that tells them apart is told */
	int n_outcomes, max_outcomes;
	struct outcome *outcomes;
	struct class_set changed;	/* memory that calls may write to: classes, or as in struct state */
	bool all_changed, data_changed, driver_changed;
	unsigned long long handed_params;	/* a bit for each pointer parameter that goes on to functions nobody sees */
	bool is_total;			/* it comes back whatever it is called with, as far as that shows */
	struct class_set loaded;	/* memory of these classes is looked at */
	struct class_set followed;	/* ... holds pointers that are followed */
	unsigned long long followed_params;	/* IS_LIGHT: these are followed on each way, a bit each */
};

struct exit_point {
	struct state *state;
	enum ending ending;
	int block, op;			/* op: -1 for a return */
	int result;			/* node, or -1 */
};

struct block_states {
	int n, max;
	struct state **seen;
	int n_pending, max_pending;
	struct state **pending;		/* of SEEN */
	bool is_queued;
};

/* A path to walk again, alone and with all its facts: the choices and edges of PATH, in order. */
struct replay {
	const struct step **path;
	int n, at;
	enum spinrule_violation violation;	/* at BLOCK and OP: is it there? */
	int block, op;
	bool is_confirmed;
	bool is_explained;			/* it is there, and owner.c knows better */
	struct exit_point *left;		/* where to keep how the path leaves the function, or NULL */
	struct state *next;			/* at the start of NEXT_BLOCK; NULL at the end of the path */
	int next_block;
};

struct analysis {
	const struct lockprog_unit *unit;
	const struct lockprog_function *function;	/* as SPLIT has it */
	const struct split *split;
	int number;
	const struct check_options *options;
	struct sym_table *syms;
	struct summary *summaries;
	struct flow *flow;
	int cancel_lock;		/* node */

	bool is_callback;
	bool tells_callers;		/* what it returns and leaves in memory counts: slice_wants.is_full */
	bool keep_entry_facts;		/* what parameters were may tell the caller which locks are held */
	int max_states;			/* of this walk */
	bool is_first_look;		/* branches teach nothing, states with the same locks are one: explore_first_look */
	bool is_deep;			/* loops that have nothing to do with locks are followed too */
	bool ran_over;			/* more states than the budget somewhere */
	enum reason gave_up;		/* why the walk stopped early, or REASON_NONE */
	struct class_set handed;	/* atoms that were handed to functions nobody sees */
	bool *in_loop;			/* value: it is defined inside a loop */
	bool *loop_has_result;		/* block that starts a loop: what it computes is used after it */
	struct rounds *rounds;		/* loops whose rounds have locks of their own */
	bool *loop_has_locks;		/* block that starts a loop: locks are acquired or released in it */
	bool call_ends;			/* by an exception, or spinning: the last call, in some way */
	bool tries_for_ever;		/* the call that is applied comes back in no way: a try of a held lock in it never ends */
	const char *gave_up_on_callee;	/* name of a callee whose effect on locks nobody knows, or NULL */
	bool aliased, doubted, unconfirmed, is_over_in_callee;	/* something was not claimed for these reasons */

	struct block_states *blocks;
	int n_heap, *heap;		/* ranks of blocks with pending states */
	long n_steps, n_bytes;
	struct step **steps;		/* all of them, to be freed */
	int n_all_steps, max_all_steps;
	int n_exits, max_exits;
	struct exit_point *exits;

	struct count *count;		/* what is walked, for whoever counts paths; or NULL */
	bool leaves_out_loops;		/* back edges are not walked */

	int n_violations, max_violations;
	struct check_violation *violations;
	struct claimed { enum spinrule_violation violation; int block, op, address; const struct step *since; } *claimed;
	int n_claimed, max_claimed;
	struct failed { enum spinrule_violation violation; int block, op, n; } *failed;	/* could not be confirmed */
	int n_failed, max_failed;
	struct replay *replay;
};

/* Walk the whole function.  Violations, exits and reasons are left in ANALYSIS. */
void explore(struct analysis *analysis);

/* A look that costs little, at a function of which only its locks count: each way through it is taken to be possible, and what is
 * known is what is known on all ways to a block.  True if all is well even so: then it is decided, and the exits are left in
 * ANALYSIS.  False says nothing. */
bool explore_first_look(struct analysis *analysis);

void explore_free(struct analysis *analysis);

/* The way to EXIT, walked again alone and with all its facts, ends in *ALONE, whose state is to be freed;
 * false when it does not get there. */
bool explore_exit_alone(struct analysis *analysis, const struct exit_point *exit, struct exit_point *alone);

/* Walk BLOCK from operation I on; takes STATE over. */
void explore_run(struct analysis *analysis, struct state *state, int block, int i);

/* STATE's path ends: at a return (op < 0) or at operation OP.  Takes STATE over. */
void explore_leave(struct analysis *analysis, struct state *state, int block, int op, enum ending ending);

/* STATE's path goes on nowhere: not because it is infeasible, but because nothing comes back. */
void explore_stop(struct analysis *analysis, const struct state *state);

/* Claim each lock that is held where the function is left for good. */
void explore_claim_held(struct analysis *analysis, struct state *state, int block, int op);

/* A new unknown for value V, bound to it in STATE. */
int explore_fresh_leaf(struct analysis *analysis, struct state *state, int v);

/* What the cell at ADDRESS holds in STATE, as a value of TYPE: a node.  Value V stands for it where nobody knows;
 * it is bound to nothing. */
int explore_read(struct analysis *analysis, struct state *state, int address, int class_, struct lockprog_type type, int v);

/* The node of value V in STATE. */
int explore_node(struct analysis *analysis, const struct state *state, int v);

/* What NODE is if all that most likely did not change did not. */
int explore_likely(struct analysis *analysis, const struct state *state, int node);

/* The same, one change back. */
int explore_likely_once(struct analysis *analysis, const struct state *state, int node);

/* A new point of STATE's path. */
struct step *explore_step(struct analysis *analysis, struct state *state, struct check_event event);

/* An event of the rule on a lock at a point of the program.  False when the path ends here. */
struct lock_event {
	enum spinrule_event event;
	int address, class_, handle;	/* nodes; class number */
	int given;			/* RELEASE: node, the IRQL given back; or -1 */
	bool gives_constant;		/* ... written as a constant */
	bool is_handle;			/* ADDRESS is a queue handle's */
	const struct spinrule_ddi *ddi;
	enum spinrule_group group;
	const char *text, *written;
	struct lockprog_place place;
	int block, op;
	enum check_event_kind kind;
	bool call_acquires;
	bool is_try;			/* CALL: the callee's first event is one, or a release after one that failed */

	/* What a violation says besides: see struct check_violation. */
	const struct spinrule_ddi *acquired_by;
	const char *irql_of;
	long long irql;
	const struct step *irql_saved;	/* where the IRQL given back was saved, or NULL */
};

/* The lock that was acquired with queue handle HANDLE (node): the one held, else the one
 * released last with it; or NULL. */
struct lock_record *explore_lock_of_handle(struct state *state, int handle);

/* LOCK was just acquired, and NODE is the IRQL that was saved. */
void explore_saved_irql(struct analysis *analysis, struct state *state, struct lock_record *lock, int node);

bool explore_lock_event(struct analysis *analysis, struct state *state, struct lock_event *event);

/* STATE breaks the rule: say so unless it cannot be claimed. */
void explore_claim(struct analysis *analysis, struct state *state, enum spinrule_violation violation,
		   const struct lock_event *event, const struct step *since);

/* True if that was said already. */
bool explore_is_claimed(const struct analysis *analysis, enum spinrule_violation violation, const struct lock_event *event,
			const struct step *since);

/* True if a path is walked again and has said which outcome is to be walked: then that is the only one. */
static inline bool replay_is_chosen(const struct analysis *analysis)
{
	return analysis->replay && analysis->replay->at < analysis->replay->n;
}

/* Where an operation has several outcomes: whether CHOICE is to be walked; it is. */
static inline bool replay_takes(const struct analysis *analysis, int choice)
{
	const struct replay *replay = analysis->replay;

	return !replay || replay->at == replay->n || replay->path[replay->at]->choice == choice;
}

static inline void replay_advance(const struct analysis *analysis)
{
	if (analysis->replay && analysis->replay->at < analysis->replay->n)
		analysis->replay->at++;
}

/* ---- exec.c ---- */

/* Operation I of BLOCK, of one kind, happens to STATE.  False when STATE does not go on: for
 * lock operations and calls it is taken over then; else the path ends. */
bool exec_lockop(struct analysis *analysis, struct state *state, int block, int i);
bool exec_call(struct analysis *analysis, struct state *state, int block, int i);
bool exec_define(struct analysis *analysis, struct state *state, int v);
bool exec_use(struct analysis *analysis, struct state *state, int v);	/* V itself is not needed */
bool exec_store(struct analysis *analysis, struct state *state, const struct lockprog_op *op);

/* ---- edge.c ---- */

/* Learn what taking edge SUCC of BLOCK means; false when it cannot be taken. */
bool edge_take(struct analysis *analysis, struct state *state, int block, int succ);

/* The PHIs of block TO get their values on the way from FROM. */
void edge_bind_phis(struct analysis *analysis, struct state *state, int from, int to);

/* Another round of the loop that starts at TO. */
void edge_go_round(struct analysis *analysis, struct state *state, int to);

/* Forget what nothing from the start of BLOCK on depends on. */
void edge_prune(struct analysis *analysis, struct state *state, int block);

/* ---- rounds.c ---- */

/* Fill in ANALYSIS->rounds. */
void rounds_find(struct analysis *analysis);
void rounds_free(struct analysis *analysis);

/* The loop, as the block that starts it, in whose rounds operation OP of BLOCK has a lock of its own; -1: none. */
int rounds_loop(const struct analysis *analysis, int block, int op);

/* True if anything may release a lock of CLASS_ that is not found by what value V is then. */
bool rounds_may_release(const struct analysis *a, int class_, int v);

/* True if another loop than LOOP acquires, or releases, in each round another lock of CLASS_. */
bool rounds_elsewhere(const struct analysis *analysis, int class_, int loop, bool acquires);

/* ---- summary.c ---- */

/* What calls of the function that ANALYSIS has walked do. */
void summary_make(struct analysis *analysis, struct summary *summary);

/* The same for a function that has nothing to do with locks. */
void summary_make_plain(struct summary *summary, const struct lockprog_function *function);

/* SUMMARY's function calls CALLEE's: what that writes to. */
void summary_add_memory(struct summary *summary, const struct summary *callee);
void summary_free(struct summary *summary);
bool summary_equal(const struct summary *x, const struct summary *y);

/* True if both ways end alike and do the same to the same locks, IRQLs apart. */
bool summary_same_effects(const struct outcome *x, const struct outcome *y);
bool summary_same_irqls(const struct outcome *x, const struct outcome *y);

/* What a caller can name: parameters, globals, memory at entry, RESULT (node or -1), which is returned, and
 * unknowns that are left in memory. */
struct naming {
	const struct analysis *a;
	int result;
	int n_left, left[SPLIT_LEFT];
};

bool summary_can_name(struct naming *naming, int node);
bool summary_keep_named(int node, void *naming);	/* the same, for facts_filter */
bool summary_has_local_object(const struct sym_table *table, int node);

/* True if callers that do not know of a lock, to which FIRST (enum spinrule_event, -1: nothing) happened first and which is in
 * STATE now, need not: it was made, or acquired, and is free. */
bool summary_is_balanced(int first, enum spinrule_state state);

/* True if NODE is an IRQL that OUTCOME leaves saved. */
bool summary_is_saved(const struct outcome *outcome, int node);

/* True if some function that the pointer called by OP may point to leaves locks otherwise than it found them. */
bool summary_targets_change_locks(const struct summary *summaries, const struct lockprog_op *op);

/* ---- summary-apply.c ---- */

/* Any lock may have been released, and any other be held: STATE knows of none any more. */
void summary_lose_track(struct analysis *analysis, struct state *state);

/* The number of ways in which the call OP may come back; then, apply way CHOICE to STATE.
 * False when it is not feasible or the path ends there. */
int summary_choices(const struct analysis *analysis, const struct lockprog_op *op);
/* True if some way of the call OP waits for a lock by trying. */
bool summary_may_wait(const struct analysis *analysis, const struct lockprog_op *op);
bool summary_apply(struct analysis *analysis, struct state *state, int block, int op, int choice);

/* ---- brief.c ---- */

/* Fill in SUMMARY's brief and names from its outcomes. */
void brief_find(struct analysis *analysis, struct summary *summary);

/* True if the call OP of SUMMARY's function may change memory that FLOW's function reads. */
bool brief_is_concerned(const struct summary *summary, const struct lockprog_op *op, const struct flow *flow);

/* True if ANALYSIS's function looks at nothing that the call OP returns or leaves in memory. */
bool brief_is_unseen(const struct analysis *analysis, const struct lockprog_op *op);

/* True if the summary of OP's callee tells all that ANALYSIS's function looks at. */
bool brief_is_told(const struct analysis *analysis, const struct lockprog_op *op);

/* What else it is asked for: true for the result, and CLASSES. */
bool brief_asks(const struct analysis *analysis, const struct lockprog_op *op, struct class_set *classes);

/* True if in which way the call OP comes back makes no difference to what is looked at here, as far as that is told. */
bool brief_is_enough(const struct analysis *analysis, const struct lockprog_op *op);

/* ---- touches.c ---- */

/* True if FUNCTION comes back whatever its parameters and memory hold, as far as that shows: no way through it ends without a
 * return, and none of its loops goes on as long as something is so that no round of it changes. */
bool touches_is_total(const struct lockprog_function *function, const struct summary *summaries);

/* Fill in what calls of function F, whose SUMMARY it is, do to memory, whatever path they take. */
void touches_find(const struct lockprog_unit *unit, int f, const struct summary *summaries, struct summary *summary);

/* ---- returns.c ---- */

/* Violations of a function that is no callback: some returns hold what others do not. */
void returns_check(struct analysis *analysis);

/* ---- owner.c ---- */

/* True if this is a callback in a unit that asks which thread it is: a claim may be none. */
bool owner_is_noted(const struct analysis *analysis);

/* True if STATE, whose path was walked alone, breaks the rule by VIOLATION only where memory does not say of the lock's owner
 * what it says while nobody has it. */
bool owner_explains(struct analysis *analysis, const struct state *state, enum spinrule_violation violation);

/* ---- promise.c ---- */

/* Operation I of BLOCK, a promise, is kept or broken. */
void promise_exec(struct analysis *analysis, struct state *state, int block, int i);

/* True if nothing happened to LOCK, which callers need not have in any state for that. */
bool promise_is_idle(const struct lock_record *lock);

/* True if an annotation says that LOCK is held at the return. */
bool promise_allows_held(const struct lock_record *lock);

/* Returns that do not leave a lock as annotated, where only the whole walk can tell. */
void promise_check_returns(struct analysis *analysis);

/* ---- path.c ---- */

/* The events of the path to the failing point that the reader needs, into VIOLATION. */
void path_events(struct analysis *analysis, struct check_violation *violation, const struct state *state,
		 const struct step *since, const struct lock_event *event);

#endif
