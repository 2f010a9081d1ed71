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
#include "driver/lines.h"
#include "driver/message.h"
#include "driver/part.h"
#include "driver/tally.h"
#include "driver/why.h"
#include "limits.h"
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

/* The options that the files were compiled with: the ones that look closest; with a
 * driver's patience. */
static void take_options(const struct inputs *inputs, const struct driver_options *options,
			 struct check_options *check)
{
	int states = 0, steps = 0;

	*check = options->check;
	check->patience = WORK_DRIVER_PATIENCE;
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

static void print_violations(const struct findings *findings, const struct inputs *inputs,
			     struct link_result *linked, const struct driver_options *options)
{
	for (int i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];
		const int f = finding->function;
		const struct lockprog_function *function = linked->unit->functions[f];
		const struct link_origin *origin = &linked->origins[f];
		const struct lines_look look = { options->files.source, origin->directory };
		const struct check_path path = findings_path(finding);

		if (finding->violation->status != CHECK_SHOWN)
			continue;
		link_load(linked, f);
		if (options->json)
			json_violation(linked, f, inputs->list[origin->input].file,
				       finding->violation, &path);
		else if (options->brief)
			message_brief(function, finding->violation, linked->n_functions > 1);
		else
			message_with_source(&look, linked, f, finding->violation, &path);
	}
}

/* ---- driver.h ---- */

int driver_check(struct inputs *inputs, const struct driver_options *options)
{
	struct check_options check;
	struct link_result *linked;
	struct check_result *result;
	struct findings findings = { 0 };
	struct baseline baseline = { 0 };
	struct cache cache = { 0 };
	struct tally tally;
	bool is_good = true;
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
	if (options->cache)
		cache_begin(&cache, options->cache,
			    (unsigned long long)options->cache_size << 20, options->files.program);
	result = part_check_all(linked, &check, &cache);
	cache_end(&cache);
	notes_print(&linked->notes, options->all_notes);
	findings_collect(&findings, linked, result, &options->files);
	if (options->why || options->graph) {
		if (options->why)
			is_good &= why_print(linked, result, options->why);
		if (options->graph)
			is_good &= graph_write(linked, result, &check, options->graph_of,
					       options->graph);
		findings_free(&findings);
		check_free(result);
		link_free(linked);
		return is_good ? 0 : 2;
	}
	is_good = findings_compare(&findings, inputs, linked, &options->files, &baseline);
	tally_count(&tally, inputs, linked, result, &findings);
	print_violations(&findings, inputs, linked, options);
	if (options->json)
		json_driver(&tally, linked, result);
	else if (options->brief && options->summary)
		print_summary(stdout, linked->unit, result);
	else if (!options->brief)
		tally_print(&tally, linked, result, options->summary);
	is_good &= findings_write(&findings, linked, result, &options->files);
	status = linked->is_damaged || !is_good ? 2 :
		 tally.n_shown || (options->fails_on == DRIVER_FAILS_ON_UNKNOWN && tally.n_unknown);
	findings_free(&findings);
	baseline_free(&baseline);
	check_free(result);
	link_free(linked);
	return status;
}
