/* cycle.c - functions that call each other.
 *
 * A summary is right if walking its function with the summaries of its callees gives it
 * again.  So functions that call each other are walked, first with callees that never
 * come back, until no summary changes.
 *
 * A call that does not come back has no part in a cycle, since nothing follows it.
 * Without such calls (of KeBugCheck, say) large cycles fall apart.  What is left is
 * checked callees first, and again where such a callee turns out to do something that
 * callers notice: to raise an exception.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/cycle.h"

#include <stdlib.h>

#include "check/function.h"
#include "check/verdict.h"
#include "limits.h"
#include "lockprog/alloc.h"

struct member {
	int function;
	enum look look;
	/* When its summary changed last, and when it was walked; 0: never. */
	int changed, walked;
	int times;		/* that it was walked */
	bool is_given_up;	/* its summary kept changing: it is unknown */
	bool is_over_budget;	/* it is unknown, whatever its callees do */
};

struct cycle {
	struct checker *checker;
	struct member *members;		/* callees first */
	/* Function: its number in MEMBERS, or -1. */
	int *number;
	int now;
	int passes;		/* over all members that were finished */
};

/* ---- until no summary changes ---- */

/* Whether a callee changed since SINCE. */
struct news { const struct cycle *cycle; int since; bool is_there; };

static void look_for_news(int callee, void *data)
{
	struct news *news = data;
	const int i = news->cycle->number[callee];

	if (i >= 0 && news->cycle->members[i].changed > news->since)
		news->is_there = true;
}

/* True if MEMBER has to be walked, for the first time or because of its callees. */
static bool is_stale(const struct cycle *cycle, const struct member *member)
{
	const struct lockprog_function *function =
		cycle->checker->unit->functions[member->function];
	struct news news = { cycle, member->walked, !member->walked };

	for (int b = 0; b < function->n_blocks && !news.is_there; b++)
		for (int i = 0; i < function->blocks[b].n_ops && !news.is_there; i++)
			order_each_callee(&function->blocks[b].ops[i], look_for_news, &news);
	return news.is_there;
}

/* Walk MEMBER, as closely as its look says or more closely if that does not decide, with
 * the summaries that its callees have now.  Returns true if its own changed. */
static bool walk_member(struct cycle *cycle, struct member *member)
{
	struct checker *checker = cycle->checker;
	const int f = member->function;
	const struct check_function_result *result = &checker->result->functions[f];
	struct summary *old = &checker->summaries[f], made = { 0 };
	bool has_changed;

	member->walked = ++cycle->now;
	/* Of a function that is unknown, what its callees do is all that can change. */
	if (member->is_over_budget) {
		function_make_unknown(checker, f, &made);
	} else {
		budget_begin(&checker->budget, checker->unit->functions[f]);
		function_check(checker, f, member->look, &made);
		if (made.kind == SUMMARY_MISSING) {
			member->look = LOOK_AS_NEEDED;
			function_check(checker, f, member->look, &made);
		}
		budget_end(&checker->budget);
		/* A violation that was found may be none for what a callee turns out to
		 * do. */
		member->is_over_budget = result->why == REASON_MORE_STEPS && !result->n_violations;
	}
	if (++member->times > CHECK_MAX_ROUNDS || member->is_given_up) {
		member->is_given_up |= !summary_equal(&made, old);
		if (member->is_given_up)
			function_make_unknown(checker, f, &made);
	}
	has_changed = !summary_equal(&made, old);
	if (has_changed)
		member->changed = ++cycle->now;
	summary_free(old);
	*old = made;
	return has_changed;
}

/* Walk N MEMBERS until their summaries no longer change.  Returns true if one of them
 * changed. */
static bool settle(struct cycle *cycle, struct member *members, int n)
{
	bool has_changed = true, has_ever = false;

	while (has_changed) {
		has_changed = false;
		for (int i = 0; i < n; i++)
			if (is_stale(cycle, &members[i]))
				has_changed |= walk_member(cycle, &members[i]);
		has_ever |= has_changed;
	}
	return has_ever;
}

/* ---- as closely as needed, and for everything ---- */

/* How many of N MEMBERS are undecided. */
static int count_undecided(const struct cycle *cycle, const struct member *members, int n)
{
	int undecided = 0;

	for (int i = 0; i < n; i++)
		undecided += cycle->checker->result->functions[members[i].function].why !=
			     REASON_NONE;
	return undecided;
}

static int count_violations(const struct cycle *cycle, const struct member *members, int n)
{
	int violations = 0;

	for (int i = 0; i < n; i++)
		violations += cycle->checker->result->functions[members[i].function].n_violations;
	return violations;
}

/* True if one of N MEMBERS is undecided for another reason than the budget: more effort
 * may decide it. */
static bool may_be_decided(const struct cycle *cycle, const struct member *members, int n)
{
	for (int i = 0; i < n; i++)
		if (cycle->checker->result->functions[members[i].function].why &&
		    !members[i].is_over_budget)
			return true;
	return false;
}

/* What was found out about functions that call each other. */
struct found {
	struct member *members;
	struct summary *summaries;
	struct check_function_result *results;
	int n_undecided, n_violations;
};

/* Move what is found out about N MEMBERS to FOUND; they start again. */
static void set_aside(struct cycle *cycle, struct member *members, int n, struct found *found)
{
	found->n_undecided = count_undecided(cycle, members, n);
	found->n_violations = count_violations(cycle, members, n);
	found->members = alloc_copy(members, n, sizeof *members);
	found->summaries = alloc_zeroed(n * sizeof *found->summaries);
	found->results = alloc_zeroed(n * sizeof *found->results);
	for (int i = 0; i < n; i++) {
		struct summary *summary = &cycle->checker->summaries[members[i].function];
		struct check_function_result *result =
			&cycle->checker->result->functions[members[i].function];

		found->summaries[i] = *summary;
		found->results[i] = *result;
		*summary = (struct summary){ 0 };
		*result = (struct check_function_result){ 0 };
		members[i].walked = members[i].times = 0;
		members[i].is_given_up = members[i].is_over_budget = false;
	}
}

/* Move FOUND back, or free it if IS_BETTER is false. */
static void take_back(struct cycle *cycle, struct member *members, int n, struct found *found,
		      bool is_better)
{
	for (int i = 0; i < n; i++) {
		struct summary *summary = &cycle->checker->summaries[members[i].function];
		struct check_function_result *result =
			&cycle->checker->result->functions[members[i].function];

		summary_free(is_better ? summary : &found->summaries[i]);
		verdict_clear(is_better ? result : &found->results[i]);
		if (!is_better)
			continue;
		*summary = found->summaries[i];
		*result = found->results[i];
		members[i] = found->members[i];
		members[i].walked = members[i].changed = cycle->now;
	}
	free(found->members);
	free(found->summaries);
	free(found->results);
}

/* Check N MEMBERS, which call each other.  What callers among them need besides their
 * effects on locks is not asked.  Returns true if a summary changed. */
static bool check_together(struct cycle *cycle, struct member *members, int n)
{
	struct checker *checker = cycle->checker;
	enum look look = LOOK_ONCE;
	struct found found;
	bool has_changed;

	/* Who drops and retakes an annotated lock needs everything of the others. */
	for (int i = 0; i < n; i++)
		if (lockprog_has_op(checker->unit->functions[members[i].function],
				    LOCKPROG_PROMISE))
			look = LOOK_FOR_ALL;
	for (int i = 0; i < n && look != LOOK_ONCE; i++)
		members[i].look = look;
	for (int i = 0; i < n; i++)
		checker->is_unsettled[members[i].function] = true;
	has_changed = settle(cycle, members, n);
	if (has_changed && !cycle->passes && look == LOOK_ONCE && n <= CHECK_MAX_CYCLE &&
	    may_be_decided(cycle, members, n)) {
		set_aside(cycle, members, n, &found);
		for (int i = 0; i < n; i++)
			members[i].look = LOOK_FOR_ALL;
		settle(cycle, members, n);
		take_back(cycle, members, n, &found,
			  count_undecided(cycle, members, n) > found.n_undecided &&
				  count_violations(cycle, members, n) <= found.n_violations);
	}
	for (int i = 0; i < n; i++)
		checker->is_unsettled[members[i].function] = false;
	return has_changed;
}

/* ---- cycle.h ---- */

void cycle_check(struct checker *checker, const struct order *whole, int c)
{
	const int n = whole->components[c].n;
	struct order order = order_within(checker->unit, whole, c);
	struct cycle cycle = { .checker = checker,
			       .members = alloc_zeroed(n * sizeof *cycle.members),
			       .number = alloc_zeroed(checker->unit->n_functions *
						      sizeof *cycle.number) };
	bool has_changed = true;

	/* What is asked again later would go round the cycle. */
	checker->is_thorough = true;
	for (int f = 0; f < checker->unit->n_functions; f++)
		cycle.number[f] = -1;
	for (int i = 0; i < n; i++) {
		cycle.members[i].function = order.functions[i];
		cycle.number[order.functions[i]] = i;
	}
	/* Alone, a function is looked at as if there were no cycle. */
	for (int k = 0; k < order.n_components; k++)
		if (!order.components[k].is_cycle)
			cycle.members[order.components[k].first].look = LOOK_AS_NEEDED;
	for (; has_changed; cycle.passes++) {
		has_changed = false;
		for (int k = 0; k < order.n_components; k++) {
			const struct component *component = &order.components[k];
			struct member *members = &cycle.members[component->first];

			if (component->is_cycle)
				has_changed |= check_together(&cycle, members, component->n);
			else if (is_stale(&cycle, members))
				has_changed |= walk_member(&cycle, members);
		}
	}
	checker->is_thorough = false;
	order_free(&order);
	free(cycle.members);
	free(cycle.number);
}
