/* path.c - from a failing state back to the entry: the events that the reader needs, and their words.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

/* The last branches of a path are the ones to read; more would hide them. */
#define MAX_BRANCHES 12

/* True if the branch at STEP decides whether TARGET is reached. */
static bool matters(struct analysis *a, const struct step *step, int target)
{
	const struct lockprog_block *from = &a->function->blocks[step->event.block];

	if (step->event.block == target)
		return false;
	for (int i = 0; i < from->n_succ; i++)
		if (i != step->event.succ && flow_can_avoid(a->flow, from->succ[i].block, target))
			return true;
	return false;
}

/* The value that a chain of comparisons with constants and casts looks at. */
static int tested_value(const struct lockprog_function *function, int v)
{
	for (;;) {
		const struct lockprog_value *value = &function->values[v];
		bool compares = value->expr >= LOCKPROG_EQ && value->expr <= LOCKPROG_GE &&
				function->values[value->b].expr == LOCKPROG_CONST;

		if (value->expr != LOCKPROG_COPY && !compares)
			return v;
		v = value->a;
	}
}

/* True if the branch looks at a try's result: the event of the try itself says how it ended. */
static bool tests_a_try(struct analysis *a, const struct step *step)
{
	const struct lockprog_block *from = &a->function->blocks[step->event.block];
	int v;

	if (from->exit != LOCKPROG_IF)
		return false;
	v = tested_value(a->function, from->value);
	for (const struct step *before = step->before; before; before = before->before) {
		const struct lockprog_op *op;

		if (before->event.kind != CHECK_TRIED && before->event.kind != CHECK_TRY_FAILED)
			continue;
		op = &a->function->blocks[before->event.block].ops[before->event.op];
		if (op->value == v)
			return true;
	}
	return false;
}

static bool is_wanted(struct analysis *a, const struct step *step, int address, int target)
{
	if (!step->is_event)
		return false;
	if (step->event.kind == CHECK_BRANCH)
		return a->function->blocks[step->event.block].exit != LOCKPROG_CHOICE && matters(a, step, target) &&
		       !tests_a_try(a, step);
	return step->address == address;
}

/* EVENT with its block and operation numbered as in the program that was handed in. */
static struct check_event in_original(const struct analysis *a, struct check_event event)
{
	const struct origin *origin = &a->split->origins[event.block];

	event.block = origin->block;
	if (event.op >= 0)
		event.op += origin->op;
	return event;
}

void path_events(struct analysis *a, struct check_violation *violation, const struct state *state,
		 const struct step *since, const struct lock_event *event)
{
	int block = event->block, op = event->op;
	const struct step **wanted = NULL;
	int n = 0, max = 0, n_branches = 0, n_looked_at = 0;
	bool saw_since = false;
	bool saw_saver = !event->irql_saved;
	struct check_event here = { .kind = CHECK_HERE, .place = violation->place, .block = block, .op = op,
				    .text = violation->lock, .written = violation->written };

	for (const struct step *step = state->last; step; step = step->before) {
		bool is_branch = step->is_event && step->event.kind == CHECK_BRANCH;
		bool is_first = step == since, is_saver = step == event->irql_saved;

		if (is_branch && (n_branches >= MAX_BRANCHES || n_looked_at++ >= 100)) {
			/* go on to the acquire */
		} else if (is_first || is_saver || is_wanted(a, step, event->address, block)) {
			n_branches += is_branch;
			wanted = alloc_grow(wanted, n, &max, sizeof *wanted);
			wanted[n++] = step;
		}
		saw_saver |= is_saver;
		saw_since |= is_first;
		if (saw_since && saw_saver)
			break;
	}
	here = in_original(a, here);
	while (n-- > 0) {
		violation->events = alloc_grow(violation->events, violation->n_events, &violation->max_events,
						sizeof *violation->events);
		violation->events[violation->n_events++] = in_original(a, wanted[n]->event);
	}
	violation->events = alloc_grow(violation->events, violation->n_events, &violation->max_events,
					sizeof *violation->events);
	violation->events[violation->n_events++] = here;
	free(wanted);
}

/* ---- words ---- */

#define CANCEL_LOCK "the cancel spin lock"

const char *check_message(const struct check_violation *violation, char *buffer, int size)
{
	bool is_cancel = violation->group == SPINRULE_GROUP_CANCEL;

	if (is_cancel)
		snprintf(buffer, size, CANCEL_LOCK " %s", spinrule_words(violation->violation));
	else
		snprintf(buffer, size, "spin lock '%s' %s", violation->lock, spinrule_words(violation->violation));
	return buffer;
}

/* "'ext->lock'", or the cancel lock without quotes. */
static const char *lock_name(const char *text, char *buffer, int size)
{
	if (!text || !strcmp(text, CANCEL_LOCK))
		snprintf(buffer, size, CANCEL_LOCK);
	else
		snprintf(buffer, size, "'%s'", text);
	return buffer;
}

static const char *describe_here(const struct check_violation *violation, const char *name, char *buffer, int size)
{
	const char *by = violation->written;
	char other[256];

	switch (violation->violation) {
	case SPINRULE_DOUBLE_ACQUIRE:
		snprintf(buffer, size, by ? "%s acquired again here, by '%s'" : "%s acquired again here", name, by);
		break;
	case SPINRULE_RELEASE_UNHELD:
		snprintf(buffer, size, by ? "%s released here, by '%s', while not held" : "%s released here while not held",
			 name, by);
		break;
	case SPINRULE_HELD_AT_RETURN:
		snprintf(buffer, size, "'%s' returns here with %s held", violation->function, name);
		break;
	case SPINRULE_TRY_IGNORED:
		snprintf(buffer, size, "whether %s was acquired is lost here", name);
		break;
	case SPINRULE_REINIT_HELD:
		snprintf(buffer, size, "%s initialized here", name);
		break;
	case SPINRULE_MISMATCHED_RELEASE:
		if (violation->acquired_by && violation->acquired_by->release)
			snprintf(buffer, size, "%s released here, by '%s'; its acquire pairs with '%s'", name, by ? by : "?",
				 violation->acquired_by->release);
		else
			snprintf(buffer, size, "%s released here, by '%s'", name, by ? by : "?");
		break;
	case SPINRULE_WRONG_IRQL:
		if (violation->irql_of && violation->lock && !strcmp(violation->irql_of, violation->lock))
			snprintf(buffer, size, "%s released here, by '%s', with the IRQL saved when it was acquired after a lock "
				 "that is released by now", name, by ? by : "?");
		else if (violation->irql_of)
			snprintf(buffer, size, "%s released here, by '%s', with the IRQL saved when %s was acquired", name,
				 by ? by : "?", lock_name(violation->irql_of, other, sizeof other));
		else
			snprintf(buffer, size, "%s released here, by '%s', with the constant %lld", name, by ? by : "?",
				 violation->irql);
		break;
	case SPINRULE_WRONG_CONTEXT:
		snprintf(buffer, size, "%s released here, by '%s'", name, by ? by : "?");
		break;
	case SPINRULE_CALL_UNHELD:
	case SPINRULE_CALL_HELD:
		snprintf(buffer, size, "'%s', called here, requires %s %s", by ? by : "?", name,
			 violation->violation == SPINRULE_CALL_UNHELD ? "held" : "not held");
		break;
	case SPINRULE_ANNOTATION_MISMATCH:
		snprintf(buffer, size, "'%s' returns here with %s %s, in spite of its annotation%s%s%s",
			 violation->function, name, violation->is_held ? "held" : "not held", by ? " '" : "", by ? by : "",
			 by ? "'" : "");
		break;
	case SPINRULE_LOCK_ORDER:
	case SPINRULE_HOLD_TIME:
	case SPINRULE_COMPLETE_WHILE_HELD:
		/* At run time only. */
	case SPINRULE_NONE:
	case SPINRULE_VIOLATIONS:
		break;
	}
	return buffer;
}

const char *check_describe_event(const struct lockprog_function *function, const struct check_violation *violation,
				 const struct check_event *event, char *buffer, int size)
{
	char name[256], edge[300];

	lock_name(event->text, name, sizeof name);
	switch (event->kind) {
	case CHECK_ACQUIRED:
		snprintf(buffer, size, "%s acquired here, by '%s'", name, event->written);
		break;
	case CHECK_TRIED:
		snprintf(buffer, size, "%s acquired here, when '%s' succeeds", name, event->written);
		break;
	case CHECK_TRY_FAILED:
		snprintf(buffer, size, "%s not acquired here, when '%s' fails", name, event->written);
		break;
	case CHECK_RELEASED:
		snprintf(buffer, size, "%s released here, by '%s'", name, event->written);
		break;
	case CHECK_CALL:
		snprintf(buffer, size, "%s %s here, by calling '%s'", name,
			 event->call_acquires ? "acquired" : "released", event->written);
		break;
	case CHECK_ENTRY_HELD:
		snprintf(buffer, size, "'%s' is entered with %s held", violation->function, name);
		break;
	case CHECK_ENTRY_FREE:
		snprintf(buffer, size, "'%s' is entered with %s not held", violation->function, name);
		break;
	case CHECK_REQUIRED:
		snprintf(buffer, size, "'%s', called here, requires %s %s", event->written, name,
			 event->call_acquires ? "held" : "not held");
		break;
	case CHECK_ASSUMED:
		snprintf(buffer, size, "%s is %s here, as '%s' says", name, event->call_acquires ? "held" : "not held",
			 event->written ? event->written : "the programmer");
		break;
	case CHECK_BRANCH:
		if (lockprog_describe_edge(function, event->block, event->succ, edge, sizeof edge))
			snprintf(buffer, size, "taking the branch where %s", edge);
		else
			snprintf(buffer, size, "taking the '%s' branch", event->succ == 0 ? "true" : "false");
		break;
	case CHECK_HERE:
		describe_here(violation, name, buffer, size);
		break;
	}
	return buffer;
}

/* Numbers of paths outgrow every line. */
static void print_long(FILE *out, const char *number)
{
	size_t digits = strlen(number);

	if (digits > 15)
		fprintf(out, "%c.%.2se%zu", number[0], number + 1, digits - 1);
	else
		fputs(number, out);
}

static void print_paths(FILE *out, const struct check_function_result *result)
{
	if (!result->paths)
		return;
	fputs(", ", out);
	if (result->verdict == CHECK_VIOLATION && result->breaking_paths) {
		print_long(out, result->breaking_paths);
		fputs(" of ", out);
	}
	print_long(out, result->paths);
	fprintf(out, " path%s", strcmp(result->paths, "1") ? "s" : "");
}

static void print_counted(FILE *out, int n, const char *what)
{
	fprintf(out, "%d %s%s", n, what, n == 1 ? "" : "s");
}

/* How many violations of the N functions at RESULTS are not shown. */
static void print_hidden(FILE *out, const struct check_function_result *results, int n)
{
	int silenced = 0, known = 0;

	for (int i = 0; i < n; i++)
		for (int v = 0; v < results[i].n_violations; v++) {
			silenced += results[i].violations[v].status == CHECK_SILENCED;
			known += results[i].violations[v].status == CHECK_IN_BASELINE;
		}
	if (silenced && known)
		fprintf(out, " (%d silenced, %d in the baseline)", silenced, known);
	else if (silenced)
		fprintf(out, " (%d silenced)", silenced);
	else if (known)
		fprintf(out, " (%d in the baseline)", known);
}

static void print_verdict(FILE *out, const struct lockprog_function *function, const struct check_function_result *result)
{
	fprintf(out, "spinrule:   %s: ", function->name);
	switch (result->verdict) {
	case CHECK_NOT_APPLICABLE:
		break;
	case CHECK_PASS:
		fputs("pass", out);
		break;
	case CHECK_VIOLATION:
		print_counted(out, result->n_violations, "violation");
		print_hidden(out, result, 1);
		if (result->why)
			fprintf(out, ", the rest unknown, because of %s", reason_words(result->why));
		break;
	case CHECK_UNKNOWN:
		fprintf(out, "unknown, because of %s", reason_words(result->why));
		break;
	}
	fputs(" (", out);
	print_counted(out, result->lock_ops, "lock call");
	print_paths(out, result);
	if (function->role)
		fprintf(out, ", callback %s", function->role);
	fputs(")\n", out);
}

const char *check_notice(const struct lockprog_unit *unit, const struct check_result *result)
{
	int n_callbacks = 0, n_ops = 0;

	for (int i = 0; i < result->n_functions; i++) {
		n_callbacks += unit->functions[i]->role != NULL;
		n_ops += result->functions[i].lock_ops;
	}
	if (!n_ops)
		return "0 lock calls found: nothing to check";
	if (!n_callbacks)
		return "0 callbacks found, so no function is known to start with its locks free:"
		       " declare callbacks with their role types (DRIVER_DISPATCH MyRead;)";
	return NULL;
}

void check_print_summary(FILE *out, const struct lockprog_unit *unit, const struct check_result *result)
{
	const char *notice = check_notice(unit, result);
	int n_verdicts[CHECK_UNKNOWN + 1] = { 0 }, n_functions = 0, n_violations = 0, n_callbacks = 0, n_ops = 0;

	for (int i = 0; i < result->n_functions; i++) {
		if (unit->functions[i]->is_external)
			continue;
		n_functions++;
		n_verdicts[result->functions[i].verdict]++;
		n_violations += result->functions[i].n_violations;
		n_callbacks += unit->functions[i]->role != NULL;
		n_ops += result->functions[i].lock_ops;
	}
	fprintf(out, "spinrule: %s: ", unit->name);
	print_counted(out, n_functions, "function");
	fputs(", ", out);
	print_counted(out, n_ops, "lock call");
	fputs(", ", out);
	print_counted(out, n_callbacks, "callback");
	fputs(": ", out);
	print_counted(out, n_violations, "violation");
	print_hidden(out, result->functions, result->n_functions);
	fprintf(out, ", %d pass, %d unknown, %d without locks\n", n_verdicts[CHECK_PASS], n_verdicts[CHECK_UNKNOWN],
		n_verdicts[CHECK_NOT_APPLICABLE]);
	for (int i = 0; i < result->n_functions; i++)
		if (result->functions[i].verdict != CHECK_NOT_APPLICABLE)
			print_verdict(out, unit->functions[i], &result->functions[i]);
	if (notice)
		fprintf(out, "spinrule:   %s\n", notice);
}
