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

void verdict_record(struct checker *checker, struct walk *walk, int f)
{
	struct check_function_result *result = &checker->result->functions[f];
	const struct lockprog_function *function = checker->unit->functions[f];

	result->lock_ops = verdict_lock_ops(function);
	for (int i = 0; i < walk->claims.n; i++) {
		result->violations =
			alloc_grow(result->violations, result->n_violations,
				   &result->max_violations, sizeof *result->violations);
		result->violations[result->n_violations++] =
			path_violation(walk, &walk->claims.list[i]);
	}
	result->why = function->unknown ? function->unknown : walk_reason(walk);
	assert(result->why != REASON_CLOSER_LOOK);
	result->verdict = verdict_of(function, result);
}

void verdict_clear(struct check_function_result *result)
{
	for (int i = 0; i < result->n_violations; i++)
		free(result->violations[i].events);
	free(result->violations);
	free(result->paths);
	free(result->breaking_paths);
	*result = (struct check_function_result){ 0 };
}
