/* check.c - checks a unit: callees before callers, cycles of calls until nothing changes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "explore.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "slice.h"

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

static void undecided(struct check_function_result *result, enum check_reason reason, const char *why)
{
	result->reason = reason;
	result->why = why;
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
	if (function->unknown)
		undecided(result, strcmp(function->unknown, lockprog_too_large) ? CHECK_IRREDUCIBLE : CHECK_BUDGET,
			  function->unknown);
	else if (a->gave_up)
		undecided(result, CHECK_BUDGET, a->gave_up);
	else if (a->gave_up_on_callee)
		undecided(result, CHECK_UNRESOLVED_CALL, "a callee whose effect on locks is not known");
	else if (a->unconfirmed || a->is_over_in_callee)
		undecided(result, CHECK_BUDGET, "more states than the budget");
	else if (a->aliased)
		undecided(result, CHECK_ALIAS, "locks that may be the same");
	else if (a->doubted)
		undecided(result, CHECK_ALIAS, "memory that may have changed");
	if (result->n_violations)
		result->verdict = CHECK_VIOLATION;
	else if (result->why)
		result->verdict = CHECK_UNKNOWN;
	else
		result->verdict = CHECK_PASS;
	if (function->is_external)
		result->verdict = CHECK_NOT_APPLICABLE;
}

/* The parameters that V is an address in, a bit each. */
static unsigned long long params_of(const struct lockprog_function *function, int v, int depth)
{
	const struct lockprog_value *value;
	unsigned long long bits = 0;

	if (v < 0 || depth == 0)
		return 0;
	value = &function->values[v];
	switch (value->expr) {
	case LOCKPROG_PARAM:
		return value->constant < 64 ? 1ull << value->constant : 0;
	case LOCKPROG_COPY:
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
		return params_of(function, value->a, depth - 1);
	case LOCKPROG_PHI:
		for (int i = 0; i < value->n_phi; i++)
			bits |= params_of(function, value->phi[i].value, depth - 1);
		return bits;
	default:
		return 0;
	}
}

/* The pointer parameters of FUNCTION that OP hands to functions that nobody sees. */
static unsigned long long handed_by(const struct checker *checker, const struct lockprog_function *function,
				    const struct lockprog_op *op)
{
	unsigned long long bits = 0;

	for (int i = 0; i < op->n_args; i++)
		if (op->callee < 0 || (i < 64 && checker->summaries[op->callee].handed_params >> i & 1))
			bits |= params_of(function, op->args[i], 4);
	return bits;
}

/* Which memory calls of F change, whatever path they take. */
static void find_memory_effects(struct checker *checker, int f, struct summary *summary)
{
	const struct lockprog_function *function = checker->unit->functions[f];

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			switch (op->kind) {
			case LOCKPROG_DEFINE:
			case LOCKPROG_ASSUME:
			case LOCKPROG_PROMISE:
				break;
			case LOCKPROG_STORE:
			case LOCKPROG_CLOBBER:
				if (op->class_ < 0)
					summary->all_changed = true;
				else if (!checker->unit->classes[op->class_].is_private)
					class_set_add(&summary->changed, op->class_);
				break;
			case LOCKPROG_LOCKOP:
				summary->data_changed = true;
				break;
			case LOCKPROG_CALL:
				summary->handed_params |= handed_by(checker, function, op);
				for (int t = 0; t < op->n_targets; t++)
					if (op->targets[t].function >= 0)
						summary_add_memory(summary, &checker->summaries[op->targets[t].function]);
				if (op->callee >= 0)
					summary_add_memory(summary, &checker->summaries[op->callee]);
				else if (op->is_system)
					summary->data_changed = true;
				else
					summary->data_changed = summary->driver_changed = true;
				break;
			}
		}
	/* What a function that nobody sees writes, nobody knows. */
	if (function->is_external)
		summary->data_changed = summary->driver_changed = true;
}

static void free_result(struct check_function_result *result)
{
	for (int i = 0; i < result->n_violations; i++)
		free(result->violations[i].events);
	free(result->violations);
	free(result->paths);
	free(result->breaking_paths);
}

/* Blocks of a function without locks whose result is followed. */
#define MAX_PLAIN_BLOCKS 40

/* A function that does nothing to locks: what it returns and leaves in memory may decide about them in its callers. */
static void analyse_plain(struct checker *checker, int f, bool is_in_cycle, struct summary *into)
{
	static const struct check_options little = { .max_states = 8, .max_steps = 8 };
	const struct lockprog_function *function = checker->unit->functions[f];
	struct analysis a = {
		.unit = checker->unit, .number = f, .options = &little, .syms = &checker->syms,
		.summaries = checker->summaries, .tells_callers = true,
	};
	struct split *split;

	if (!checker->is_asked[f] || is_in_cycle || function->unknown || !function->n_blocks ||
	    function->n_blocks > MAX_PLAIN_BLOCKS) {
		summary_make_plain(into, function);
		return;
	}
	split = split_new(function);
	a.split = split;
	a.function = &split->function;
	a.cancel_lock = sym_object(&checker->syms, -2, false);
	a.flow = flow_new(checker->unit, a.function, NULL);
	explore(&a);
	if (a.gave_up || a.ran_over)
		summary_make_plain(into, function);
	else
		summary_make(&a, into);
	explore_free(&a);
	flow_free(a.flow);
	split_free(split);
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

static bool call_is_momentary(const void *data, const struct lockprog_op *op)
{
	const struct checker *checker = data;

	return op->callee >= 0 && checker->summaries[op->callee].is_momentary;
}

static bool call_changes(const void *data, const struct lockprog_op *op, int class_)
{
	const struct checker *checker = data;

	return op->callee >= 0 && momentary_concerns(&checker->summaries[op->callee], class_);
}

/* True if some return of the function that ANALYSIS has walked leaves a lock otherwise than it was found. */
static bool leaves_locks(struct analysis *a)
{
	for (int i = 0; i < a->n_exits; i++) {
		const struct state *state = a->exits[i].state;

		if (state->lost_held || state->touches_unknown)
			return true;
		for (int k = 0; k < state->n_locks; k++)
			if (state->locks[k].state != SPINRULE_STATE_FREE || state->locks[k].first != SPINRULE_EVENT_ACQUIRE)
				return true;
	}
	return false;
}

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
	result->breaking_paths = memory_zeroed(2);
	result->breaking_paths[0] = '0';
}

/* ---- one function ---- */

/* True if callers of FUNCTION, cut at its calls, learn nothing from it but what it does to locks, as from large
 * functions without locks. */
static bool is_silent(const struct lockprog_function *function)
{
	return !function->role && !function->result.bits && function->n_blocks > MAX_PLAIN_BLOCKS;
}

/* A first look at a function of which only its locks count keeps so few states apart.  It decides if all is well: what
 * is joined can do all that its parts can. */
#define FIRST_STATES 4

static bool is_well(const struct analysis *a)
{
	return !a->n_violations && !a->gave_up && !a->gave_up_on_callee && !a->aliased && !a->doubted && !a->unconfirmed &&
	       !a->is_over_in_callee;
}

static void explore_what_counts(struct analysis *a, bool is_full)
{
	struct check_options few = *a->options;
	const struct check_options *all = a->options;

	if (!is_full && all->max_states > FIRST_STATES) {
		few.max_states = FIRST_STATES;
		a->options = &few;
		explore(a);
		a->options = all;
		if (is_well(a))
			return;
	}
	explore(a);
}

/* Walk SPLIT's function as WANTS says, and make its summary. */
static void look(struct checker *checker, struct analysis *a, const struct split *split, struct slice_wants *wants,
		 struct summary *into)
{
	a->split = split;
	a->function = &split->function;
	a->cancel_lock = sym_object(&checker->syms, -2, false);
	a->flow = flow_new(checker->unit, a->function, wants);
	a->tells_callers = wants->is_full && !a->is_callback;
	if (!a->function->unknown && a->function->n_blocks) {
		explore_what_counts(a, wants->is_full);
		/* Who might call it, and returns that may disagree, want all that tells them apart. */
		if (!wants->is_full && !a->is_callback && leaves_locks(a))
			return;
		promise_check_returns(a);
		returns_check(a);
	}
	summary_make(a, into);
	into->is_rough |= !wants->is_full;
}

/* Walk F; its summary goes INTO, its verdict into the result. */
static void analyse(struct checker *checker, int f, bool is_in_cycle, struct summary *into)
{
	const struct lockprog_function *function = checker->unit->functions[f];
	const struct analysis fresh = {
		.unit = checker->unit, .number = f, .options = checker->options,
		.syms = &checker->syms, .summaries = checker->summaries, .is_callback = function->role != NULL,
	};
	struct analysis a = fresh;
	struct slice_wants wants = {
		.call_matters = call_matters, .call_is_momentary = call_is_momentary, .call_changes = call_changes,
		.data = checker };
	struct check_function_result *result = &checker->result->functions[f];

	free_result(result);
	*result = (struct check_function_result){ 0 };
	if (has_no_locks(checker, f)) {
		analyse_plain(checker, f, is_in_cycle, into);
	} else {
		struct split *split = split_new(function);

		wants.is_full = (checker->is_called[f] && !is_silent(&split->function)) || is_in_cycle || has_promises(function);
		look(checker, &a, split, &wants, into);
		/* It leaves locks, or not on all ways the same, and callers may want to know on which. */
		if (!into->is_done || (!wants.is_full && checker->is_called[f] && into->has_effects && !into->is_momentary &&
				       !a.is_callback)) {
			wants.is_full = true;
			summary_free(into);
			explore_free(&a);
			flow_free(a.flow);
			a = fresh;
			look(checker, &a, split, &wants, into);
		}
		record(checker, &a, f);
		if (checker->options->counts_paths && result->n_violations && !result->why)
			result->breaking_paths = count_breaking_paths(checker, &a, f);
		explore_free(&a);
		flow_free(a.flow);
		split_free(split);
	}
	if (checker->options->counts_paths && !function->unknown && function->n_blocks)
		count_all_paths(function, result);
	find_memory_effects(checker, f, into);
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

	visits = memory_grow(visits, n, &max, sizeof *visits);
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
			visits = memory_grow(visits, n, &max, sizeof *visits);
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
	bool *has_locks = memory_zeroed(unit->n_functions), changed = true;

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
	checker.summaries = memory_zeroed(n * sizeof *checker.summaries);
	checker.result = memory_zeroed(sizeof *checker.result);
	checker.result->n_functions = n;
	checker.result->functions = memory_zeroed(n * sizeof *checker.result->functions);
	checker.index = memory_zeroed(n * sizeof *checker.index);
	checker.low = memory_zeroed(n * sizeof *checker.low);
	checker.stack = memory_zeroed(n * sizeof *checker.stack);
	checker.on_stack = memory_zeroed(n);
	checker.calls_itself = memory_zeroed(n);
	checker.is_asked = memory_zeroed(n);
	checker.is_called = memory_zeroed(n);
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
