/* verdict.c - makes a walk the result for the caller of the checker.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/verdict.h"

#include <assert.h>
#include <stdlib.h>

#include "check/path.h"
#include "lockprog/alloc.h"

int verdict_lock_ops(const struct lockprog_function *function)
{
	int n = 0;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			n += function->blocks[b].ops[i].kind == LOCKPROG_LOCKOP;
	return n;
}

static enum check_verdict verdict_of(const struct lockprog_function *function,
				     const struct check_function_result *result)
{
	if (function->is_external)
		return CHECK_NOT_APPLICABLE;
	if (result->n_violations)
		return CHECK_VIOLATION;
	return result->why ? CHECK_UNKNOWN : CHECK_PASS;
}

const struct path_event *check_last_branch(const struct path_event *events, int n)
{
	while (n-- > 0)
		if (events[n].kind == EVENT_BRANCH)
			return &events[n];
	return NULL;
}

/* True if both ways end with the same branch, or both without one. */
static bool is_same_way(const struct path_event *x, int n_x, const struct path_event *y, int n_y)
{
	const struct path_event *a = check_last_branch(x, n_x), *b = check_last_branch(y, n_y);

	return a && b ? a->block == b->block && a->succ == b->succ : a == b;
}

static bool is_known_way(const struct check_violation *violation, const struct check_path *path)
{
	if (is_same_way(violation->events, violation->n_events, path->events, path->n_events))
		return true;
	for (int i = 0; i < violation->n_others; i++)
		if (is_same_way(violation->others[i].events, violation->others[i].n_events,
				path->events, path->n_events))
			return true;
	return false;
}

static void add_violation(struct check_function_result *result, struct check_violation violation)
{
	result->violations = alloc_grow(result->violations, result->n_violations,
					&result->max_violations, sizeof *result->violations);
	result->violations[result->n_violations++] = violation;
}

/* Add MADE, whose path is another way to VIOLATION; takes its events over. */
static void add_way(struct check_violation *violation, struct check_violation *made)
{
	const struct check_path path = { made->n_events, made->max_events, made->events };

	if (is_known_way(violation, &path)) {
		free(path.events);
		return;
	}
	violation->others = alloc_grow(violation->others, violation->n_others,
				       &violation->max_others, sizeof *violation->others);
	violation->others[violation->n_others++] = path;
}

/* Add CLAIM, and each other acquire that leaks in the same way. */
static void record_claim(struct check_function_result *result, struct walk *walk,
			 const struct claim *claim)
{
	struct ways ways = ways_find(claim);
	int *violations = alloc_zeroed(ways.n * sizeof *violations);

	for (int w = 0; w < ways.n; w++) {
		const struct way *way = &ways.list[w];
		const struct claim *other =
			way->since ? claim_find(walk, claim->violation, &claim->event, way->since)
				   : claim;
		struct check_violation made;
		int same = 0;

		violations[w] = -1;
		/* It has a claim of its own. */
		if (w > 0 && other && other != claim)
			continue;
		while (same < w && !(violations[same] >= 0 && ways.list[same].since &&
				     step_is_same_op(way->since, ways.list[same].since)))
			same++;
		made = path_violation(walk, claim, way);
		if (same < w) {
			violations[w] = violations[same];
			add_way(&result->violations[violations[same]], &made);
			continue;
		}
		violations[w] = result->n_violations;
		add_violation(result, made);
	}
	free(violations);
	ways_free(&ways);
}

void verdict_record(struct checker *checker, struct walk *walk, int f)
{
	struct check_function_result *result = &checker->result->functions[f];
	const struct lockprog_function *function = checker->unit->functions[f];

	result->lock_ops = verdict_lock_ops(function);
	for (int i = 0; i < walk->claims.n; i++)
		record_claim(result, walk, &walk->claims.list[i]);
	result->why = function->unknown ? function->unknown : walk_reason(walk);
	assert(result->why != REASON_CLOSER_LOOK);
	result->verdict = verdict_of(function, result);
}

void verdict_clear(struct check_function_result *result)
{
	for (int i = 0; i < result->n_violations; i++) {
		for (int k = 0; k < result->violations[i].n_others; k++)
			free(result->violations[i].others[k].events);
		free(result->violations[i].others);
		free(result->violations[i].events);
	}
	free(result->violations);
	free(result->paths);
	free(result->breaking_paths);
	*result = (struct check_function_result){ 0 };
}
