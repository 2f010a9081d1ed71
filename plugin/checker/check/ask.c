/* ask.c - walks functions: first for their own locks, and again if a caller's question
 * needs more.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/ask.h"

#include "call/answers.h"
#include "call/question.h"
#include "call/touches.h"
#include "check/ladder.h"
#include "check/returns.h"
#include "limits.h"
#include "shape/live.h"
#include "walk/promise.h"
#include "walk/run.h"
#include "walk/state-same.h"

/* ---- what counts for a slice ---- */

static const struct summary *summary_of(const void *data, const struct lockprog_op *op)
{
	const struct checker *checker = data;

	return &checker->summaries[op->callee];
}

static bool call_matters(const void *data, const struct lockprog_op *op)
{
	const struct checker *checker = data;
	const struct summary *summary;

	if (summary_targets_change_locks(checker->summaries, op))
		return true;
	if (op->callee < 0)
		return false;
	summary = summary_of(data, op);
	/* A function without outcomes never returns. */
	return !summary_is_known(summary) || summary->has_effects || summary->n_outcomes == 0;
}

static bool call_runs_unseen(const void *data, const struct lockprog_op *op,
			     unsigned long long *handed)
{
	const struct writes *writes = op->callee < 0 ? NULL : &summary_of(data, op)->writes;

	*handed = writes ? writes->to_unseen : ~0ull;
	return writes ? writes->unseen & UNSEEN_DRIVER : !op->is_system;
}

static struct class_set call_acquires(const void *data, const struct lockprog_op *op)
{
	struct class_set classes = { 0 };
	const struct summary *summary = summary_of(data, op);

	for (int o = 0; o < summary->n_outcomes; o++)
		for (int e = 0; e < summary->outcomes[o].n_effects; e++) {
			const struct effect *effect = &summary->outcomes[o].effects[e];

			if (effect->state == SPINRULE_STATE_HELD &&
			    (effect->saved >= 0 || effect->handle >= 0 ||
			     spinrule_keeps_irql(effect->group)))
				class_set_add(&classes, effect->class_ >= 0 ? effect->class_
									    : op->class_);
		}
	return classes;
}

static void each_class(const void *data, int callee,
		       void (*visit)(int class_, bool is_acquired, void *to), void *to)
{
	const struct checker *checker = data;

	answers_of(checker->summaries).each_class(checker->summaries, callee, visit, to);
}

static bool call_is_common(const void *data, const struct lockprog_op *op)
{
	const struct checker *checker = data;

	/* In a cycle of calls conditions would change with each round. */
	return op->callee >= 0 && summary_of(data, op)->has_common &&
	       (summary_of(data, op)->is_total || checker->is_unsettled[op->callee]);
}

static bool call_concerns(const void *data, const struct lockprog_op *op, const struct flow *flow)
{
	return question_concerns_memory(summary_of(data, op), op, flow);
}

static bool call_uses_argument(const void *data, const struct lockprog_op *op, int i,
			       bool is_common)
{
	const struct summary *summary = summary_of(data, op);
	unsigned long long params =
		(is_common ? summary->common_names.params : summary->names.params) |
		summary->writes.to_unseen;

	return !summary_is_known(summary) || (params >> (i < 64 ? i : 63) & 1);
}

static const struct class_set *call_uses_memory(const void *data, const struct lockprog_op *op,
						bool is_common)
{
	const struct summary *summary = summary_of(data, op);

	if (!summary_is_known(summary))
		return NULL;
	return is_common ? &summary->common_names.classes : &summary->names.classes;
}

static bool call_computes_from(const void *data, const struct lockprog_op *op, const bool *is_read)
{
	const struct summary *summary = summary_of(data, op);

	CLASS_SET_EACH(class_, &summary->loaded)
		if (is_read[class_])
			return true;
	/* A function that always returns the same value may keep a loop going for
	 * ever. */
	return !summary_is_known(summary) || summary->n_outcomes < 1 ||
	       class_set_is_empty(&summary->loaded);
}

struct slice_wants ask_wants(const struct checker *checker)
{
	return (struct slice_wants){ .call_matters = call_matters,
				     .call_runs_unseen = call_runs_unseen,
				     .call_acquires = call_acquires,
				     .each_class = each_class,
				     .call_is_common = call_is_common,
				     .call_concerns = call_concerns,
				     .call_uses_argument = call_uses_argument,
				     .call_uses_memory = call_uses_memory,
				     .call_computes_from = call_computes_from,
				     .data = checker };
}

/* ---- one look ---- */

/* True if LOCK is for callers as it was at the entry: balanced, not touched, or required
 * to be held there and held again. */
static bool is_as_before(const struct lock_record *lock)
{
	return outcome_is_balanced(lock->first.event, lock->state) || promise_is_idle(lock) ||
	       (lock->first.event == SPINRULE_EVENT_NEED_HELD &&
		lock->state == SPINRULE_STATE_HELD);
}

/* True if some return of the function that WALK has walked leaves a lock in another state
 * than at entry. */
static bool leaves_locks(const struct walk *walk)
{
	for (int i = 0; i < walk->n_exits; i++) {
		const struct state *state = walk->exits[i].state;

		if (state->doubts & (DOUBT_LOST_HELD | DOUBT_UNNAMED))
			return true;
		for (int k = 0; k < state->n_locks; k++)
			if (!is_as_before(&state->locks[k]))
				return true;
	}
	return false;
}

static bool never_matters(const struct state *state, const struct lock_record *lock,
			  const void *data)
{
	(void)state, (void)lock, (void)data;
	return false;
}

/* True if a look for the locks alone shows all that callers need of how LOCK is left:
 * they can name it, and no IRQL or handle is left for them. */
static bool is_left_plainly(struct walk *walk, const struct lock_record *lock)
{
	const struct naming naming = { .walk = walk, .result = -1 };

	return outcome_can_name(&naming, lock->address) &&
	       (lock->state != SPINRULE_STATE_HELD ||
		(lock->hold.saved < 0 && lock->handle < 0));
}

/* True if all returns of the function that WALK has walked, and there is one, leave the
 * same locks in the same states, but for those that are as before. */
static bool leave_alike(struct walk *walk)
{
	const struct state *first = walk->exits[0].state;

	for (int i = 0; i < walk->n_exits; i++) {
		const struct exit_point *exit = &walk->exits[i];

		if (exit->ending != ENDS_RETURN ||
		    (exit->state->doubts & (DOUBT_LOST_HELD | DOUBT_UNNAMED | DOUBT_MEMORY)) ||
		    !state_same_but_balanced(first, exit->state, never_matters, NULL) ||
		    !state_same_owed(first, exit->state))
			return false;
	}
	for (int k = 0; k < first->n_locks; k++)
		if (!is_as_before(&first->locks[k]) && !is_left_plainly(walk, &first->locks[k]))
			return false;
	return true;
}

bool ask_needs_conditions(const struct checker *checker, struct walk *walk)
{
	/* What functions that call each other are asked later they cannot answer all at
	 * once. */
	return !walk_leaves_locks_alone(walk) && leaves_locks(walk) &&
	       (checker->is_unsettled[walk->number] || walk->stopped || !leave_alike(walk));
}

/* Forget WALK's flow and start with a new one. */
static void restart(struct walk *walk, const struct slice_wants *wants)
{
	if (walk->flow)
		flow_free(walk->flow);
	walk->flow = live_new_flow(walk->unit, walk->function, wants);
}

/* True if WALK's function has an outcome that is only as certain as a callee's
 * summary. */
static bool passes_doubt_on(const struct walk *walk)
{
	for (int i = 0; i < walk->n_exits; i++)
		if (state_has(walk->exits[i].state, DOUBT_CALLEE))
			return true;
	return false;
}

/* Make the claims of WALK's function about returns. */
static void check_returns(struct walk *walk)
{
	promise_check_returns(walk);
	returns_check(walk);
}

/* Make the summary INTO of WALK's function, whose returns are checked. */
static void conclude(struct walk *walk, const struct slice_wants *wants, struct summary *into)
{
	summary_make(walk, into);
	into->is_hasty = walk->is_hasty;
	into->is_inexact |= !wants->is_full || into->is_hasty;
}

/* True if WALK's function may be undecided because callees were looked at in haste. */
static bool needs_more_work(const struct walk *walk)
{
	if (!walk->is_hasty || walk->ignores_haste || walk->most_work || walk->stopped)
		return false;
	return walk_has_noted(walk, REASON_ROUGH_CALLEE) ||
	       (walk->reasons && !walk_has_noted(walk, REASON_CALLEE));
}

/* True if all that WALK left undecided waits for callees that were asked in haste: they
 * are asked with more work from now on, and others are not. */
static bool asks_some(struct walk *walk)
{
	const unsigned of_callee = 1u << REASON_CALLEE | 1u << REASON_ROUGH_CALLEE;

	if (walk->is_rough || !class_set_is_empty(&walk->asked) || (walk->reasons & ~of_callee))
		return false;
	class_set_add_all(&walk->asked, &walk->held_back);
	return !class_set_is_empty(&walk->asked);
}

/* True if callers need everything that distinguishes the returns of WALK's function, and
 * so does the check for returns that disagree, and WALK does not tell callers. */
static bool lacks_conditions(const struct checker *checker, struct walk *walk)
{
	return !walk->tells_callers && ask_needs_conditions(checker, walk);
}

/* True if no look decides WALK's function, because of a callee, and callers are told no
 * conditions. */
static bool is_undecidable(const struct walk *walk)
{
	return !walk->tells_callers && walk->function->n_blocks && !walk->function->unknown &&
	       ladder_is_undecidable(walk);
}

enum first_look ask_first_look(const struct checker *checker, struct walk *walk,
			       const struct slice_wants *wants,
			       const struct check_options *options, struct summary *into)
{
	enum first_look look;

	restart(walk, wants);
	if (walk->function->unknown || !walk->function->n_blocks)
		return FIRST_LOOK_UNDECIDED;
	look = ladder_first_look(walk, options);
	if (look != FIRST_LOOK_DECIDES)
		return look;
	if (lacks_conditions(checker, walk))
		return FIRST_LOOK_LEAVES_LOCKS;
	check_returns(walk);
	conclude(walk, wants, into);
	return FIRST_LOOK_DECIDES;
}

/* Look at WALK's function with as much effort as it needs, and with what its callees'
 * summaries have.  ASKS_ON: callers need the conditions of its outcomes.  Returns true if
 * the callees have answered more, so that another look may show more; otherwise the
 * summary is INTO. */
static bool look_again(struct checker *checker, struct walk *walk, const struct slice_wants *wants,
		       const struct check_options *options, bool asks_on, struct summary *into)
{
	bool is_doubtful, is_complete;

	while (ask_callees(checker, walk, ASK_VALUES))
		restart(walk, wants);
	if (!walk->function->unknown && walk->function->n_blocks)
		ladder_climb(walk, options, false);
	is_doubtful = asks_on && passes_doubt_on(walk);
	is_complete = walk->stopped == REASON_MORE_STEPS || is_undecidable(walk) ||
		      !lacks_conditions(checker, walk);
	if (is_complete)
		check_returns(walk);
	if (needs_more_work(walk)) {
		if (!asks_some(walk))
			checker->is_thorough = true;
		return true;
	}
	if ((is_doubtful || walk_has_noted(walk, REASON_ROUGH_CALLEE)) &&
	    ask_callees(checker, walk, ASK_WAYS))
		return true;
	if (is_complete)
		conclude(walk, wants, into);
	return false;
}

bool ask_look(struct checker *checker, struct walk *walk, const struct slice_wants *wants,
	      const struct check_options *options, struct summary *into)
{
	struct walk fresh;
	/* A caller that needs the conditions of outcomes needs those of this function's
	 * callees too. */
	const bool asks_on = wants->is_full || into->answers.ways;
	const bool was_thorough = checker->is_thorough;
	enum first_look first = FIRST_LOOK_UNDECIDED;

	walk->tells_callers =
		(wants->is_full || wants->keeps_entry) && !walk_leaves_locks_alone(walk);
	fresh = *walk;
	if (walk->tells_callers)
		restart(walk, wants);
	else
		first = ask_first_look(checker, walk, wants, options, into);
	if (first == FIRST_LOOK_UNDECIDABLE) {
		check_returns(walk);
		conclude(walk, wants, into);
	}
	if (first != FIRST_LOOK_UNDECIDED)
		return first == FIRST_LOOK_UNDECIDABLE;
	while (look_again(checker, walk, wants, options, asks_on, into)) {
		fresh.asked = walk->asked;
		walk->asked = (struct class_set){ 0 };
		walk_free(walk);
		flow_free(walk->flow);
		*walk = fresh;
		walk->ignores_haste = checker->is_thorough;
		restart(walk, wants);
	}
	checker->is_thorough = was_thorough;
	return is_undecidable(walk);
}

/* ---- questions ---- */

/* Answer for a function that does nothing to locks: its result and what it leaves in
 * memory, as far as few states and steps suffice, and each walk takes no more than
 * MOST_WORK, if that is not 0. */
static void answer_plain(struct checker *checker, int f, unsigned long long most_work,
			 struct summary *into)
{
	static const struct check_options little = { .max_states = EFFORT_PLAIN_STATES,
						     .max_steps = EFFORT_PLAIN_STEPS };
	const struct lockprog_function *function = checker->unit->functions[f];
	struct pieces *pieces = pieces_new(function);
	struct walk walk = checker_walk(checker, f, pieces);

	walk.is_callback = false;
	walk.tells_callers = true;
	walk.most_work = most_work;
	walk.flow = live_new_flow(checker->unit, walk.function, NULL);
	ask_callees(checker, &walk, ASK_VALUES);
	ladder_climb(&walk, &little, false);
	if (walk.stopped && most_work)
		summary_make_unknown(into);
	else if (walk.stopped || walk.has_joined)
		summary_make_plain(into, function);
	else
		summary_make(&walk, into);
	into->is_hasty = walk.is_hasty;
	walk_free(&walk);
	flow_free(walk.flow);
	pieces_free(pieces);
}

/* The question that the summary of function F answers, plus what the call BY in WALK
 * needs for ASK. */
static struct question asked_now(const struct checker *checker, int f, enum ask ask,
				 const struct walk *walk, const struct lockprog_op *by)
{
	const struct question *before = &checker->summaries[f].answers;
	struct question question = { .ways = before->ways || ask != ASK_VALUES,
				     .end = true,
				     .result = before->result,
				     .memory = class_set_copy(&before->memory) };

	if (ask == ASK_VALUES)
		question_add_call(&question, walk, by);
	return question;
}

/* Answer for a function that does something to locks: what it answered before, plus what
 * the call BY in WALK needs for ASK; MOST_WORK as above. */
static void answer_of_locks(struct checker *checker, int f, enum ask ask, const struct walk *walk,
			    const struct lockprog_op *by, unsigned long long most_work,
			    struct summary *into)
{
	struct pieces *pieces = pieces_new(checker->unit->functions[f]);
	struct walk again = checker_walk(checker, f, pieces);
	struct slice_wants wants = ask_wants(checker);
	struct check_options options = *checker->options;

	again.most_work = most_work;
	into->answers = asked_now(checker, f, ask, walk, by);
	/* Values are tracked only as far as few states suffice. */
	if (!into->answers.ways && options.max_states > EFFORT_VALUE_STATES)
		options.max_states = EFFORT_VALUE_STATES;
	wants.is_full = ask == ASK_ALL || checker->summaries[f].kind == SUMMARY_FULL;
	wants.keeps_entry = true;
	wants.has_result = into->answers.result;
	wants.memory = &into->answers.memory;
	ask_look(checker, &again, &wants, &options, into);
	if (into->kind == SUMMARY_FULL && !wants.is_full)
		into->kind = SUMMARY_LIGHT;
	walk_free(&again);
	flow_free(again.flow);
	pieces_free(pieces);
}

/* Extend the summary of F by what the call BY in WALK needs for ASK.  The verdict of F
 * stays the same.  Returns false if the summary is unchanged. */
static bool answer(struct checker *checker, int f, enum ask ask, const struct walk *walk,
		   const struct lockprog_op *by)
{
	struct summary *summary = &checker->summaries[f];
	/* Most values decide nothing: if this one does, it is asked for again. */
	const bool is_hasty =
		ask == ASK_VALUES && !walk->ignores_haste && !class_set_has(&walk->asked, f);
	const bool was_thorough = checker->is_thorough;
	const unsigned long long most_work =
		is_hasty ? budget_hasty(checker->unit->functions[f], checker->options->patience)
			 : 0;
	struct summary made = { .n_asked = summary->n_asked + !is_hasty,
				.is_total = summary->is_total,
				.breaks_off = summary->breaks_off,
				.reached = summary->reached,
				.is_plain = summary->is_plain };

	if (checker->n_asking >= ASK_MAX_DEPTH || summary->n_asked >= ASK_MAX_TIMES)
		return false;
	summary->n_asked++;
	checker->n_asking++;
	checker->is_thorough |= ask == ASK_VALUES && !is_hasty;
	if (summary->is_plain)
		answer_plain(checker, f, most_work, &made);
	else
		answer_of_locks(checker, f, ask, walk, by, most_work, &made);
	checker->n_asking--;
	checker->is_thorough = was_thorough;
	if (!summary_is_known(&made)) {
		summary_free(&made);
		summary->n_asked -= is_hasty;
		summary->is_hasty = is_hasty;
		return false;
	}
	touches_find(checker->unit, f, checker->summaries, &made);
	summary_free(summary);
	*summary = made;
	return true;
}

/* True if the summary of OP's callee does not answer ASK yet. */
static bool is_open(const struct walk *walk, const struct lockprog_op *op, enum ask ask)
{
	const struct summary *summary = summary_of_call(walk, op);

	switch (ask) {
	case ASK_VALUES:
		if (summary->is_hasty)
			return (walk->ignores_haste || class_set_has(&walk->asked, op->callee)) &&
			       question_is_in_haste(walk, op);
		return !question_is_answered(walk, op);
	case ASK_WAYS:
		return !summary->answers.ways && !summary->has_common;
	case ASK_ALL:
		break;
	}
	return true;
}

/* True if function F may be walked again for WALK's function. */
static bool may_answer(const struct checker *checker, const struct walk *walk, int f)
{
	const struct summary *summary = &checker->summaries[f];

	return !checker->is_unsettled[f] &&
	       (summary->kind == SUMMARY_LIGHT ||
		(summary->kind == SUMMARY_FULL && summary->is_hasty &&
		 (checker->is_thorough || class_set_has(&walk->asked, f))));
}

bool ask_callees(struct checker *checker, const struct walk *walk, enum ask ask)
{
	bool have_answered = false;

	for (int b = 0; b < walk->function->n_blocks; b++)
		for (int i = 0; i < walk->function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &walk->function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee >= 0 &&
			    may_answer(checker, walk, op->callee) && is_open(walk, op, ask))
				have_answered |= answer(checker, op->callee, ask, walk, op);
		}
	return have_answered;
}
