/* cached-result.c - what was found in functions, as an entry of the cache has it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/cached-result.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "link/code-body.h"
#include "lockprog/alloc.h"

/* ---- one description for both directions ---- */

/* A string that is malloc'ed when it is read, or NULL. */
static void code_own_string(struct code *c, char **text)
{
	const char *shared = *text;

	code_string(c, &shared);
	if (c->reads)
		*text = shared ? alloc_text("%s", shared) : NULL;
}

static void code_optional_ddi(struct code *c, const struct spinrule_ddi **ddi)
{
	bool has = *ddi != NULL;

	code_bool(c, &has);
	if (has)
		code_ddi(c, ddi);
}

static void code_event(struct code *c, struct path_event *event)
{
	int kind = event->kind;

	code_int(c, &kind, 0, EVENT_HERE, 0);
	event->kind = (enum path_event_kind)kind;
	code_place(c, &event->place);
	code_int(c, &event->block, -1, INT_MAX, 0);
	code_int(c, &event->op, -1, INT_MAX, 0);
	code_int(c, &event->succ, -1, INT_MAX, 0);
	code_bool(c, &event->call_acquires);
	code_string(c, &event->text);
	code_string(c, &event->written);
}

static void code_events(struct code *c, int *n, int *max, struct path_event **events)
{
	code_count(c, n);
	code_room(c, events, *n, sizeof **events);
	if (c->reads)
		*max = *n;
	for (int i = 0; i < *n && !c->has_failed; i++)
		code_event(c, &(*events)[i]);
}

static void code_violation(struct code *c, struct check_violation *violation)
{
	int id = violation->violation, group = violation->group;
	bool *const flags[] = { &violation->irql_is_unset, &violation->irql_is_found,
				&violation->is_held };

	code_int(c, &id, SPINRULE_NONE + 1, SPINRULE_VIOLATIONS - 1, 0);
	violation->violation = (enum spinrule_violation)id;
	code_optional_ddi(c, &violation->ddi);
	code_int(c, &group, 0, INT_MAX, 0);
	violation->group = (enum spinrule_group)group;
	code_place(c, &violation->place);
	code_string(c, &violation->lock);
	code_string(c, &violation->written);
	code_string(c, &violation->function);
	code_place(c, &violation->since);
	code_optional_ddi(c, &violation->acquired_by);
	code_string(c, &violation->irql_of);
	code_number(c, &violation->irql);
	code_string(c, &violation->irql_cell);
	code_string(c, &violation->level);
	code_string(c, &violation->after);
	code_string(c, &violation->after_level);
	code_flags(c, flags, sizeof flags / sizeof *flags);
	code_events(c, &violation->n_events, &violation->max_events, &violation->events);
	/* Its last event is the failure. */
	c->has_failed |= c->reads && !violation->n_events;
	code_count(c, &violation->n_others);
	code_room(c, &violation->others, violation->n_others, sizeof *violation->others);
	if (c->reads)
		violation->max_others = violation->n_others;
	for (int i = 0; i < violation->n_others && !c->has_failed; i++) {
		struct check_path *other = &violation->others[i];

		code_events(c, &other->n_events, &other->max_events, &other->events);
		c->has_failed |= c->reads && !other->n_events;
	}
}

static void code_function(struct code *c, struct check_function_result *function)
{
	int verdict = function->verdict, why = function->why;

	code_int(c, &verdict, 0, CHECK_UNKNOWN, 0);
	function->verdict = (enum check_verdict)verdict;
	code_int(c, &why, 0, REASONS - 1, 0);
	function->why = (enum reason)why;
	code_int(c, &function->lock_ops, 0, INT_MAX, 0);
	code_own_string(c, &function->paths);
	code_own_string(c, &function->breaking_paths);
	code_count(c, &function->n_violations);
	code_room(c, &function->violations, function->n_violations,
		  sizeof *function->violations);
	if (c->reads)
		function->max_violations = function->n_violations;
	for (int i = 0; i < function->n_violations && !c->has_failed; i++)
		code_violation(c, &function->violations[i]);
}

/* ---- cached-result.h ---- */

unsigned char *cached_result_write(const struct check_result *result, size_t *size)
{
	struct code c = { 0 };

	for (int f = 0; f < result->n_functions; f++)
		code_function(&c, &result->functions[f]);
	return code_join(&c, size);
}

struct check_result *cached_result_read(const unsigned char *bytes, size_t size, int n)
{
	struct code c = { .reads = true, .at = bytes, .end = bytes + size };
	struct check_result *result = alloc_zeroed(sizeof *result);

	result->n_functions = n;
	result->functions = alloc_zeroed((n + 1) * sizeof *result->functions);
	code_read_strings(&c);
	for (int f = 0; f < n && !c.has_failed; f++)
		code_function(&c, &result->functions[f]);
	free(c.strings);
	if (!c.has_failed && c.at == c.end)
		return result;
	check_free(result);
	return NULL;
}
