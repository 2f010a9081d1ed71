/* check.c - checks a unit: callees before callers, cycles of calls until nothing changes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "shape/slice.h"

const struct check_options check_default_options = { .max_states = 24, .max_steps = 200 };

/* Functions that call each other are walked together at most so often. */
#define MAX_ROUNDS 6

struct checker {
	const struct lockprog_unit *unit;
	const struct check_options *options;
	struct sym_table syms;
	struct summary *summaries;
	struct check_result *result;

	/* Tarjan's strongly connected components */
	int next_index, *index, *low, *stack, n_stack;
	bool *on_stack, *calls_itself;
	bool *is_called;	/* by functions of the unit, or through a pointer that may reach it */
	int n_asked;		/* callees that are telling all, each to the one before */
	bool *is_asked;		/* functions that lock, or whose callees do, call it */
};

static int count_lock_ops(const struct lockprog_function *function)
{
	int n = 0;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			n += function->blocks[b].ops[i].kind == LOCKPROG_LOCKOP;
	return n;
}

static bool has_promises(const struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			if (function->blocks[b].ops[i].kind == LOCKPROG_PROMISE)
				return true;
	return false;
}

/* True if nothing in FUNCTION or in what it calls touches a lock. */
static bool has_no_locks(struct checker *checker, int f)
{
	const struct lockprog_function *function = checker->unit->functions[f];

	if (function->enters_with_cancel_lock || count_lock_ops(function) || has_promises(function))
		return false;
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			int callee = function->blocks[b].ops[i].callee;

			if (function->blocks[b].ops[i].kind != LOCKPROG_CALL)
				continue;
			if (summary_targets_change_locks(checker->summaries, &function->blocks[b].ops[i]))
				return false;
			if (callee < 0)
				continue;
			if (checker->summaries[callee].has_effects || checker->summaries[callee].is_unknown)
				return false;
		}
	return true;
}

/* Why ANALYSIS leaves something undecided, or REASON_NONE. */
static enum reason why_undecided(const struct analysis *a)
{
	if (a->gave_up)
		return a->gave_up;
	if (a->gave_up_on_callee)
		return REASON_CALLEE;
	if (a->unconfirmed || a->is_over_in_callee)
		return REASON_MORE_STATES;
	if (a->aliased)
		return REASON_SAME_LOCKS;
	if (a->doubted)
		return REASON_MEMORY;
	return REASON_NONE;
}

static void record(struct checker *checker, struct analysis *a, int f)
{
	struct check_function_result *result = &checker->result->functions[f];
	const struct lockprog_function *function = checker->unit->functions[f];

	result->lock_ops = count_lock_ops(function);
	result->n_violations = a->n_violations;
	result->violations = a->violations;
	a->violations = NULL;
	a->n_violations = a->max_violations = 0;
	result->why = function->unknown ? function->unknown : why_undecided(a);
	if (result->n_violations)
		result->verdict = CHECK_VIOLATION;
	else if (result->why)
		result->verdict = CHECK_UNKNOWN;
	else
		result->verdict = CHECK_PASS;
	if (function->is_external)
		result->verdict = CHECK_NOT_APPLICABLE;
}

static void free_result(struct check_function_result *result)
{
	for (int i = 0; i < result->n_violations; i++)
		free(result->violations[i].events);
	free(result->violations);
	free(result->paths);
	free(result->breaking_paths);
}

static bool call_matters(const void *data, const struct lockprog_op *op)
{
	const struct checker *checker = data;
	const struct summary *summary;

	if (summary_targets_change_locks(checker->summaries, op))
		return true;
	if (op->callee < 0)
		return false;
	summary = &checker->summaries[op->callee];
	if (!summary->is_done || summary->is_unknown || summary->has_effects)
		return true;
	/* One that never comes back. */
	return summary->n_outcomes == 0;
}

static bool call_is_brief(const void *data, const struct lockprog_op *op)
{
	const struct checker *checker = data;

	return op->callee >= 0 && checker->summaries[op->callee].has_brief;
}

static bool call_concerns(const void *data, const struct lockprog_op *op, const struct flow *flow)
{
	const struct checker *checker = data;

	return brief_is_concerned(&checker->summaries[op->callee], op, flow);
}

static bool is_told(const struct summary *summary)
{
	return summary->is_done && !summary->is_unknown;
}

static bool call_asks(const void *data, const struct lockprog_op *op, int i, bool is_brief)
{
	const struct checker *checker = data;
	const struct summary *summary = &checker->summaries[op->callee];
	unsigned long long params = (is_brief ? summary->brief_names.params : summary->names.params) | summary->handed_params;

	return !is_told(summary) || (params >> (i < 64 ? i : 63) & 1);
}

static bool call_reads(const void *data, const struct lockprog_op *op, int class_, bool is_brief)
{
	const struct checker *checker = data;
	const struct summary *summary = &checker->summaries[op->callee];

	return !is_told(summary) || class_set_has(is_brief ? &summary->brief_names.classes : &summary->names.classes, class_);
}

static bool call_looks_at(const void *data, const struct lockprog_op *op, const bool *is_read)
{
	const struct checker *checker = data;
	const struct summary *summary = &checker->summaries[op->callee];

	for (int i = 0; i < summary->loaded.n; i++)
		if (is_read[summary->loaded.list[i]])
			return true;
	/* One that always says the same may keep a loop going for ever. */
	return !is_told(summary) || summary->n_outcomes < 1 || !summary->loaded.n;
}

static struct slice_wants wants_of(const struct checker *checker)
{
	return (struct slice_wants){ .call_matters = call_matters, .call_is_brief = call_is_brief,
				     .call_concerns = call_concerns, .call_asks = call_asks, .call_reads = call_reads,
				     .call_looks_at = call_looks_at,
				     .data = checker };
}

/* True if some return of the function that ANALYSIS has walked leaves a lock otherwise than it was found. */
static bool leaves_locks(struct analysis *a)
{
	for (int i = 0; i < a->n_exits; i++) {
		const struct state *state = a->exits[i].state;

		if (state->lost_held || state->touches_unknown)
			return true;
		for (int k = 0; k < state->n_locks; k++)
			if (!summary_is_balanced(state->locks[k].first, state->locks[k].state))
				return true;
	}
	return false;
}

/* What a function asks its callees for. */
enum asks {
	ASKS_VALUES,	/* what is returned and left in memory, where that is looked at */
	ASKS_WAYS,	/* under which conditions locks are touched, where a claim hangs on it */
	ASKS_ALL
};

static bool ask_callees(struct checker *checker, const struct analysis *a, enum asks asks);

/* ---- numbers of paths ---- */

/* True if what some callee does is told less exactly than its returns are. */
static bool has_rough_callee(const struct checker *checker, const struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];
			const struct summary *callee;

			if (op->kind != LOCKPROG_CALL)
				continue;
			if (summary_targets_change_locks(checker->summaries, op))
				return true;
			if (op->callee < 0)
				continue;
			callee = &checker->summaries[op->callee];
			if (callee->is_rough && (callee->has_effects || op->value >= 0 || callee->changed.n || callee->all_changed))
				return true;
		}
	return false;
}

static bool has_back_edge(const struct flow *flow)
{
	for (int rank = 0; rank < flow->n_reached; rank++) {
		int from = flow->order[rank];

		for (int succ = 0; succ < flow->function->blocks[from].n_succ; succ++)
			if (flow_is_back_edge(flow, from, flow->function->blocks[from].succ[succ].block))
				return true;
	}
	return false;
}

static bool has_claim(const struct analysis *a, const struct claimed *claim)
{
	for (int i = 0; i < a->n_claimed; i++)
		if (a->claimed[i].violation == claim->violation && a->claimed[i].block == claim->block &&
		    a->claimed[i].op == claim->op)
			return true;
	return false;
}

/* True if some claim was made when the whole function had been walked, since returns disagree. */
static bool has_claims_at_the_end(const struct analysis *a)
{
	if (a->is_callback)
		return false;
	for (int i = 0; i < a->n_claimed; i++)
		if (a->claimed[i].op < 0)
			return true;
	return has_promises(a->function);
}

/* True if WALKED claims what FIRST does; less where it left out loops. */
static bool agree(const struct analysis *first, const struct analysis *walked)
{
	for (int i = 0; i < walked->n_claimed; i++)
		if (!has_claim(first, &walked->claimed[i]))
			return false;
	for (int i = 0; i < first->n_claimed; i++)
		if (!has_claim(walked, &first->claimed[i]) &&
		    !(walked->leaves_out_loops && has_back_edge(walked->flow)))
			return false;
	return true;
}

static bool is_decided(const struct analysis *a)
{
	return !a->gave_up && !a->gave_up_on_callee && !a->ran_over && !a->unconfirmed && !a->is_over_in_callee &&
	       !a->aliased && a->keep_entry_facts == a->tells_callers;
}

/* The number of acyclic paths through F with one of the violations that FIRST, which walked it, claims;
 * malloc'ed; NULL if that is not known.  F is walked once more, with a look at every branch: those that decide
 * nothing about locks decide which paths there are. */
static char *count_breaking_paths(struct checker *checker, const struct analysis *first, int f)
{
	struct analysis a = {
		.unit = checker->unit, .number = f, .options = checker->options, .syms = &checker->syms,
		.summaries = checker->summaries, .is_callback = first->is_callback, .split = first->split,
		.function = first->function, .cancel_lock = first->cancel_lock, .count = count_new(),
	};
	bool is_whole = has_claims_at_the_end(first);
	char *paths = NULL;

	ask_callees(checker, first, ASKS_ALL);
	a.leaves_out_loops = !is_whole;
	a.tells_callers = is_whole && first->tells_callers;
	a.flow = flow_new(checker->unit, a.function, NULL);
	if (!has_rough_callee(checker, a.function))
		explore(&a);
	if (a.blocks && is_decided(&a)) {
		if (is_whole) {
			promise_check_returns(&a);
			returns_check(&a);
		}
		for (int i = 0; i < a.n_exits; i++)
			explore_stop(&a, a.exits[i].state);
		if (agree(first, &a))
			paths = count_breaking(a.count, a.flow);
	}
	count_free(a.count);
	a.count = NULL;
	explore_free(&a);
	flow_free(a.flow);
	return paths;
}

/* The numbers that need no walk. */
static void count_all_paths(const struct lockprog_function *function, struct check_function_result *result)
{
	struct flow *flow = flow_new_order(function);

	result->paths = count_paths(flow);
	flow_free(flow);
	if (result->verdict != CHECK_PASS && result->verdict != CHECK_NOT_APPLICABLE)
		return;
	result->breaking_paths = alloc_zeroed(2);
	result->breaking_paths[0] = '0';
}

/* ---- one function ---- */

static bool tell_more(struct checker *checker, int f, enum asks asks, const struct analysis *to, const struct lockprog_op *by);

/* True if what ASKS is about was not told yet, at the call OP in what ANALYSIS is about. */
static bool is_asked_for(const struct analysis *a, const struct lockprog_op *op, enum asks asks)
{
	const struct summary *summary = &a->summaries[op->callee];

	switch (asks) {
	case ASKS_VALUES:
		return !brief_is_told(a, op);
	case ASKS_WAYS:
		return !summary->tells_ways && !summary->has_brief;
	case ASKS_ALL:
		break;
	}
	return true;
}

/* Callees that have not told what ASKS is about tell it.  False if nothing is gained. */
static bool ask_callees(struct checker *checker, const struct analysis *a, enum asks asks)
{
	bool have_told = false;

	for (int b = 0; b < a->function->n_blocks; b++)
		for (int i = 0; i < a->function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &a->function->blocks[b].ops[i];

			if (op->kind == LOCKPROG_CALL && op->callee >= 0 && checker->summaries[op->callee].is_light &&
			    is_asked_for(a, op, asks))
				have_told |= tell_more(checker, op->callee, asks, a, op);
		}
	return have_told;
}

static bool is_walked(const struct analysis *a)
{
	return !a->function->unknown && a->function->n_blocks;
}

/* Walk SPLIT's function as WANTS says, and make its summary, which is not done if the function leaves locks and WANTS does not ask
 * on which ways. */
static void look(struct checker *checker, struct analysis *a, const struct split *split, struct slice_wants *wants,
		 struct summary *into)
{
	struct analysis fresh = *a;
	bool tells_callers = (wants->is_full || wants->keeps_entry) && !a->is_callback;
	bool is_decided = false;

	fresh.split = split;
	fresh.function = &split->function;
	fresh.cancel_lock = sym_object(&checker->syms, -2, false);
	fresh.tells_callers = tells_callers;
	*a = fresh;
	a->flow = flow_new(checker->unit, a->function, wants);
	if (!tells_callers && is_walked(a))
		is_decided = explore_first_look(a);
	while (!is_decided) {
		while (ask_callees(checker, a, ASKS_VALUES)) {
			flow_free(a->flow);
			a->flow = flow_new(checker->unit, a->function, wants);
		}
		if (is_walked(a))
			explore(a);
		if (!a->is_over_in_callee || !ask_callees(checker, a, ASKS_WAYS))
			break;
		explore_free(a);
		flow_free(a->flow);
		*a = fresh;
		a->flow = flow_new(checker->unit, a->function, wants);
	}
	/* Who might call it, and returns that may disagree, want all that tells them apart. */
	if (!tells_callers && !a->is_callback && leaves_locks(a))
		return;
	promise_check_returns(a);
	returns_check(a);
	summary_make(a, into);
	into->is_rough |= !wants->is_full;
}

static struct analysis analysis_of(const struct checker *checker, int f)
{
	return (struct analysis){
		.unit = checker->unit, .number = f, .options = checker->options, .syms = (struct sym_table *)&checker->syms,
		.summaries = checker->summaries, .is_callback = checker->unit->functions[f]->role != NULL,
	};
}

/* Callees ask theirs: a chain of so many is not followed. */
#define MAX_ASKED 200

/* Values are told as far as so few states do. */
#define VALUE_STATES 8

/* ... nor is one function asked for more so often. */
#define MAX_ASKED_OF_ONE 4

/* Blocks of a function without locks whose result is followed. */
#define MAX_PLAIN_BLOCKS 40

/* A function that does nothing to locks tells what it returns and leaves in memory as far as so few states and steps do. */
static void tell_plain(struct checker *checker, int f, struct summary *into)
{
	static const struct check_options little = { .max_states = 8, .max_steps = 8 };
	const struct lockprog_function *function = checker->unit->functions[f];
	struct split *split = split_new(function);
	struct analysis a = analysis_of(checker, f);

	a.is_callback = false;
	a.tells_callers = true;
	a.options = &little;
	a.split = split;
	a.function = &split->function;
	a.cancel_lock = sym_object(&checker->syms, -2, false);
	a.flow = flow_new(checker->unit, a.function, NULL);
	ask_callees(checker, &a, ASKS_VALUES);
	explore(&a);
	if (a.gave_up || a.ran_over)
		summary_make_plain(into, function);
	else
		summary_make(&a, into);
	explore_free(&a);
	flow_free(a.flow);
	split_free(split);
}

/* The same for one that has to do with locks: values as far as the call BY is looked at in what TO is about. */
static void tell_of_locks(struct checker *checker, int f, enum asks asks, const struct analysis *to, const struct lockprog_op *by,
			  struct summary *into)
{
	const struct summary *summary = &checker->summaries[f];
	struct analysis a = analysis_of(checker, f);
	struct slice_wants wants = wants_of(checker);
	struct check_options few = *checker->options;
	struct split *split;

	into->is_light = asks != ASKS_ALL;
	into->tells_ways = summary->tells_ways || asks != ASKS_VALUES;
	into->tells_end = true;
	into->tells_result = summary->tells_result;
	if (!into->tells_ways && few.max_states > VALUE_STATES)
		few.max_states = VALUE_STATES;
	a.options = &few;
	class_set_add_all(&into->told, &summary->told);
	if (asks == ASKS_VALUES)
		into->tells_result |= brief_asks(to, by, &into->told);
	wants.is_full = asks == ASKS_ALL;
	wants.keeps_entry = true;
	wants.has_result = into->tells_result;
	wants.n_classes = into->told.n;
	wants.classes = into->told.list;
	split = split_new(checker->unit->functions[f]);
	look(checker, &a, split, &wants, into);
	explore_free(&a);
	flow_free(a.flow);
	split_free(split);
}

/* F, whose summary is light, tells its callers what ASKS is about, at the call BY in what TO is about.  Its verdict stays as it
 * is.  False if nothing is gained. */
static bool tell_more(struct checker *checker, int f, enum asks asks, const struct analysis *to, const struct lockprog_op *by)
{
	struct summary *summary = &checker->summaries[f];
	struct summary made = { .n_asked = summary->n_asked + 1, .is_total = summary->is_total, .is_plain = summary->is_plain };

	if (checker->n_asked >= MAX_ASKED || summary->n_asked++ >= MAX_ASKED_OF_ONE)
		return false;
	checker->n_asked++;
	if (summary->is_plain)
		tell_plain(checker, f, &made);
	else
		tell_of_locks(checker, f, asks, to, by, &made);
	checker->n_asked--;
	if (made.is_unknown) {
		summary_free(&made);
		return false;
	}
	touches_find(checker->unit, f, checker->summaries, &made);
	summary_free(summary);
	*summary = made;
	return true;
}

/* Walk F; its summary goes INTO, its verdict into the result. */
static void analyse(struct checker *checker, int f, bool is_in_cycle, struct summary *into)
{
	const struct lockprog_function *function = checker->unit->functions[f];
	struct analysis a = analysis_of(checker, f);
	struct slice_wants wants = wants_of(checker);
	struct check_function_result *result = &checker->result->functions[f];
	const bool is_total = touches_is_total(function, checker->summaries);

	free_result(result);
	*result = (struct check_function_result){ 0 };
	if (has_no_locks(checker, f)) {
		summary_make_plain(into, function);
		into->is_plain = true;
		into->is_light = checker->is_asked[f] && !is_in_cycle && !function->unknown && function->n_blocks &&
				 function->n_blocks <= MAX_PLAIN_BLOCKS;
	} else {
		struct split *split = split_new(function);

		wants.is_full = is_in_cycle || has_promises(function);
		look(checker, &a, split, &wants, into);
		/* It leaves locks, or nothing is known of it: callers may want to know what comes with that. */
		if (!into->is_done || (!wants.is_full && checker->is_called[f] &&
				       (into->is_unknown || (!a.is_callback && leaves_locks(&a))))) {
			wants.is_full = true;
			summary_free(into);
			explore_free(&a);
			flow_free(a.flow);
			a = analysis_of(checker, f);
			look(checker, &a, split, &wants, into);
		}
		into->is_light = !wants.is_full && !into->is_unknown;
		record(checker, &a, f);
		if (checker->options->counts_paths && result->n_violations && !result->why)
			result->breaking_paths = count_breaking_paths(checker, &a, f);
		explore_free(&a);
		flow_free(a.flow);
		split_free(split);
	}
	if (checker->options->counts_paths && !function->unknown && function->n_blocks)
		count_all_paths(function, result);
	into->is_total = is_total;
	touches_find(checker->unit, f, checker->summaries, into);
}

/* Functions that call each other, N of them: until their summaries stay as they are. */
static void analyse_component(struct checker *checker, const int *component, int n, bool is_cycle)
{
	bool changed = true;

	for (int round = 0; changed; round++) {
		changed = false;
		for (int i = 0; i < n; i++) {
			struct summary *old = &checker->summaries[component[i]], made = { 0 };

			/* It does not settle: nothing is known of any of them. */
			if (round >= MAX_ROUNDS) {
				summary_free(old);
				old->is_done = old->is_unknown = true;
				continue;
			}
			analyse(checker, component[i], is_cycle, &made);
			changed |= is_cycle && !summary_equal(&made, old);
			summary_free(old);
			*old = made;
		}
		if (round < MAX_ROUNDS)
			continue;
		for (int i = 0; i < n; i++) {
			struct summary made = { 0 };

			analyse(checker, component[i], is_cycle, &made);
			summary_free(&made);
		}
	}
}

/* ---- order: strongly connected components of the call graph, callees first ---- */

/* The next callee of F from operation *AT of *BLOCK and its target *TARGET on, or -1. */
static int next_callee(const struct checker *checker, int f, int *block, int *at, int *target)
{
	const struct lockprog_function *function = checker->unit->functions[f];

	for (; *block < function->n_blocks; ++*block, *at = 0)
		while (*at < function->blocks[*block].n_ops) {
			const struct lockprog_op *op = &function->blocks[*block].ops[*at];

			/* The callee, then what a pointer may point to. */
			if (op->kind == LOCKPROG_CALL && *target == 0 && op->callee >= 0)
				return ++*target, op->callee;
			while (op->kind == LOCKPROG_CALL && *target <= op->n_targets) {
				int t = (*target)++;

				if (t > 0 && op->targets[t - 1].function >= 0)
					return op->targets[t - 1].function;
			}
			++*at;
			*target = 0;
		}
	return -1;
}

struct visit { int function, block, op, target, callee; };

/* Tarjan's algorithm; without recursion, since call chains may be long. */
static void visit_from(struct checker *checker, int root)
{
	struct visit *visits = NULL;
	int n = 0, max = 0;

	visits = alloc_grow(visits, n, &max, sizeof *visits);
	visits[n++] = (struct visit){ .function = root, .callee = -1 };
	checker->index[root] = checker->low[root] = ++checker->next_index;
	checker->stack[checker->n_stack++] = root;
	checker->on_stack[root] = true;
	while (n) {
		struct visit *visit = &visits[n - 1];
		int f = visit->function, callee;

		if (visit->callee >= 0 && checker->low[visit->callee] < checker->low[f])
			checker->low[f] = checker->low[visit->callee];
		callee = next_callee(checker, f, &visit->block, &visit->op, &visit->target);
		visit->callee = -1;
		if (callee >= 0 && !checker->index[callee]) {
			visit->callee = callee;
			checker->index[callee] = checker->low[callee] = ++checker->next_index;
			checker->stack[checker->n_stack++] = callee;
			checker->on_stack[callee] = true;
			visits = alloc_grow(visits, n, &max, sizeof *visits);
			visits[n++] = (struct visit){ .function = callee, .callee = -1 };
			continue;
		}
		if (callee >= 0) {
			if (callee == f)
				checker->calls_itself[f] = true;
			if (checker->on_stack[callee] && checker->index[callee] < checker->low[f])
				checker->low[f] = checker->index[callee];
			continue;
		}
		if (checker->low[f] == checker->index[f]) {
			int first = checker->n_stack;

			do
				checker->on_stack[checker->stack[--first]] = false;
			while (checker->stack[first] != f);
			analyse_component(checker, &checker->stack[first], checker->n_stack - first,
					  checker->n_stack - first > 1 || checker->calls_itself[f]);
			checker->n_stack = first;
		}
		n--;
	}
	free(visits);
}

static void find_called(struct checker *checker)
{
	for (int f = 0; f < checker->unit->n_functions; f++) {
		const struct lockprog_function *function = checker->unit->functions[f];

		for (int b = 0; b < function->n_blocks; b++)
			for (int i = 0; i < function->blocks[b].n_ops; i++) {
				const struct lockprog_op *op = &function->blocks[b].ops[i];

				if (op->kind != LOCKPROG_CALL)
					continue;
				if (op->callee >= 0)
					checker->is_called[op->callee] = true;
				for (int t = 0; t < op->n_targets; t++)
					if (op->targets[t].function >= 0)
						checker->is_called[op->targets[t].function] = true;
			}
	}
}

/* Which functions' results may decide about locks. */
static void find_asked(struct checker *checker)
{
	const struct lockprog_unit *unit = checker->unit;
	bool *has_locks = alloc_zeroed(unit->n_functions), changed = true;

	for (int f = 0; f < unit->n_functions; f++)
		has_locks[f] = count_lock_ops(unit->functions[f]) > 0;
	/* Long chains of callers need not be followed to their end. */
	for (int round = 0; changed && round < 16; round++) {
		changed = false;
		for (int f = 0; f < unit->n_functions; f++) {
			const struct lockprog_function *function = unit->functions[f];

			for (int b = 0; b < function->n_blocks; b++)
				for (int i = 0; i < function->blocks[b].n_ops; i++) {
					const struct lockprog_op *op = &function->blocks[b].ops[i];

					if (op->kind != LOCKPROG_CALL || op->callee < 0)
						continue;
					if (has_locks[op->callee] && !has_locks[f])
						has_locks[f] = changed = true;
					if ((has_locks[f] || checker->is_asked[f]) && !checker->is_asked[op->callee])
						checker->is_asked[op->callee] = changed = true;
				}
		}
	}
	free(has_locks);
}

struct check_result *check_unit(const struct lockprog_unit *unit, const struct check_options *options)
{
	struct checker checker = { .unit = unit, .options = options ? options : &check_default_options };
	int n = unit->n_functions;

	sym_init(&checker.syms);
	checker.summaries = alloc_zeroed(n * sizeof *checker.summaries);
	checker.result = alloc_zeroed(sizeof *checker.result);
	checker.result->n_functions = n;
	checker.result->functions = alloc_zeroed(n * sizeof *checker.result->functions);
	checker.index = alloc_zeroed(n * sizeof *checker.index);
	checker.low = alloc_zeroed(n * sizeof *checker.low);
	checker.stack = alloc_zeroed(n * sizeof *checker.stack);
	checker.on_stack = alloc_zeroed(n);
	checker.calls_itself = alloc_zeroed(n);
	checker.is_asked = alloc_zeroed(n);
	checker.is_called = alloc_zeroed(n);
	find_called(&checker);
	find_asked(&checker);
	for (int f = 0; f < n; f++)
		if (!checker.index[f])
			visit_from(&checker, f);
	for (int f = 0; f < n; f++)
		summary_free(&checker.summaries[f]);
	free(checker.summaries);
	free(checker.index);
	free(checker.low);
	free(checker.stack);
	free(checker.on_stack);
	free(checker.calls_itself);
	free(checker.is_asked);
	free(checker.is_called);
	sym_free(&checker.syms);
	return checker.result;
}

void check_free(struct check_result *result)
{
	if (!result)
		return;
	for (int f = 0; f < result->n_functions; f++)
		free_result(&result->functions[f]);
	free(result->functions);
	free(result);
}
