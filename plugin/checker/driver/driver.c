/* driver.c - the check of a whole driver.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/driver.h"

#include <stdlib.h>
#include <string.h>

#include "check/print.h"
#include "driver/graph.h"
#include "driver/json.h"
#include "driver/message.h"
#include "driver/part.h"
#include "driver/tally.h"
#include "driver/why.h"
#include "lockprog/alloc.h"

/* Objects without a lock program that are named. */
enum { MAX_NAMED = 5 };

/* ---- before the check ---- */

/* Tell the user which objects are not checked. */
static void say_without(const struct inputs *inputs)
{
	if (!inputs->n_without)
		return;
	fprintf(stderr, "spinrule-check: note: %d object%s no lock program: ", inputs->n_without,
		inputs->n_without == 1 ? " carries" : "s carry");
	for (int i = 0; i < inputs->n_without && i < MAX_NAMED; i++)
		fprintf(stderr, "%s%s", i ? ", " : "", inputs->without[i]);
	fputs(inputs->n_without > MAX_NAMED ? ", ...\n" : "\n", stderr);
}

/* The number after NAME= in OPTIONS, or 0. */
static int option_number(const char *options, const char *name)
{
	const char *found = options ? strstr(options, name) : NULL;
	long number = found ? strtol(found + strlen(name), NULL, 10) : 0;

	return number > 0 && number <= 1000000 ? (int)number : 0;
}

/* The options that the files were compiled with: the ones that look closest. */
static void take_options(const struct inputs *inputs, const struct driver_options *options,
			 struct check_options *check)
{
	int states = 0, steps = 0;

	*check = options->check;
	for (int i = 0; i < inputs->n; i++) {
		const char *text = inputs->list[i].unit->options;
		const int given_states = option_number(text, "max-states="),
			  given_steps = option_number(text, "max-steps=");

		states = given_states > states ? given_states : states;
		steps = given_steps > steps ? given_steps : steps;
	}
	if (states && !options->has_max_states)
		check->max_states = states;
	if (steps && !options->has_max_steps)
		check->max_steps = steps;
}

static void warn_of_targets(const struct inputs *inputs)
{
	const char *target = NULL;

	for (int i = 0; i < inputs->n; i++) {
		const char *other = inputs->list[i].unit->target;

		if (target && other && target != other) {
			fprintf(stderr,
				"spinrule-check: note: objects are for different targets: "
				"'%s' is for '%s', others for '%s'\n",
				inputs->list[i].file, other, target);
			return;
		}
		target = target ? target : other;
	}
}

/* ---- violations ---- */

static bool is_same_place(const struct lockprog_place *a, const struct lockprog_place *b)
{
	return a->line == b->line && a->column == b->column && a->file == b->file;
}

/* True if X and Y are to be reported once: a function may be in several objects. */
static bool is_same_mistake(const struct check_violation *x, const struct check_violation *y)
{
	return x->violation == y->violation && is_same_place(&x->place, &y->place) &&
	       x->lock == y->lock &&
	       (x->violation != SPINRULE_HELD_AT_RETURN || is_same_place(&x->since, &y->since));
}

static int compare_silenced(const void *a, const void *b)
{
	const struct lockprog_silenced *x = a, *y = b;

	if (x->id != y->id)
		return x->id - y->id;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return (x->place.file > y->place.file) - (x->place.file < y->place.file);
}

/* Decide which violations are shown: none that is silenced, and each mistake once. */
static void settle(struct link_result *linked, struct check_result *result)
{
	struct lockprog_unit *unit = linked->unit;
	struct check_violation **seen = NULL;
	int n_seen = 0, max_seen = 0;

	if (unit->n_silenced)
		qsort(unit->silenced, unit->n_silenced, sizeof *unit->silenced,
		      compare_silenced);
	for (int f = 0; f < result->n_functions; f++)
		for (int v = 0; v < result->functions[f].n_violations; v++) {
			struct check_violation *violation = &result->functions[f].violations[v];
			struct lockprog_silenced wanted = { violation->violation,
							    violation->place };
			bool is_known = false;

			for (int i = 0; i < n_seen && !is_known; i++)
				is_known = is_same_mistake(seen[i], violation);
			if (is_known || linked->origins[f].is_system ||
			    (unit->n_silenced &&
			     bsearch(&wanted, unit->silenced, unit->n_silenced,
				     sizeof *unit->silenced, compare_silenced)))
				violation->status = CHECK_SILENCED;
			seen = alloc_grow(seen, n_seen, &max_seen, sizeof *seen);
			seen[n_seen++] = violation;
		}
	free(seen);
}

static void print_violations(const struct inputs *inputs, struct link_result *linked,
			     const struct check_result *result,
			     const struct driver_options *options)
{
	for (int f = 0; f < result->n_functions; f++) {
		const struct lockprog_function *function = linked->unit->functions[f];
		const struct link_origin *origin = &linked->origins[f];
		const struct message_look look = { options->source, origin->directory };

		for (int v = 0; v < result->functions[f].n_violations; v++) {
			const struct check_violation *violation =
				&result->functions[f].violations[v];

			if (violation->status != CHECK_SHOWN)
				continue;
			link_load(linked, f);
			if (options->json)
				json_violation(linked->unit, f,
					       inputs->list[origin->input].file, violation);
			else if (options->brief)
				message_brief(function, violation,
					      linked->n_functions > 1);
			else
				message_with_source(&look, linked, f, violation);
		}
	}
}

/* ---- driver.h ---- */

int driver_check(struct inputs *inputs, const struct driver_options *options)
{
	struct check_options check;
	struct link_result *linked;
	struct check_result *result;
	struct tally tally;
	int status;

	say_without(inputs);
	if (!inputs->n) {
		fputs("spinrule-check: no file has a lock program; compile with "
		      "-fplugin-arg-spinrule-embed\n",
		      stderr);
		return 2;
	}
	warn_of_targets(inputs);
	take_options(inputs, options, &check);
	linked = link_units(inputs->list, inputs->n, options->name);
	result = part_check_all(linked, &check);
	for (int i = 0; i < linked->n_notes; i++)
		fprintf(stderr, "spinrule-check: note: %s\n", linked->notes[i]);
	settle(linked, result);
	if (options->why || options->graph) {
		bool is_good = true;

		if (options->why)
			is_good &= why_print(linked, result, options->why);
		if (options->graph)
			is_good &= graph_write(linked, result, &check, options->graph_of,
					       options->graph);
		check_free(result);
		link_free(linked);
		return is_good ? 0 : 2;
	}
	tally_count(&tally, inputs, linked, result);
	print_violations(inputs, linked, result, options);
	if (options->json)
		json_driver(&tally, linked, result);
	else if (options->brief && options->summary)
		print_summary(stdout, linked->unit, result);
	else if (!options->brief)
		tally_print(&tally, linked, result, options->summary);
	status = linked->is_damaged ? 2 :
		 tally.n_shown || (options->fails_on == DRIVER_FAILS_ON_UNKNOWN && tally.n_unknown);
	check_free(result);
	link_free(linked);
	return status;
}
