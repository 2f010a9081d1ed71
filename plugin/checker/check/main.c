/* main.c - spinrule-check: the checker without GCC.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/print.h"
#include "check/words.h"

static const char usage[] =
	"Usage: spinrule-check [OPTION]... FILE.lp...\n"
	"Check lock programs, as printed by -fplugin-arg-spinrule-dump.  '-' reads standard "
	"input.\n"
	"\n"
	"  --brief          one line a violation: block: id lock: blocks of its path\n"
	"  --print          print the programs back\n"
	"  --summary        say what was checked, function by function\n"
	"  --trace          print each step of each walk to standard error; see CONTRIBUTING.md\n"
	"  --max-states=N   states kept apart at one point (default %d)\n"
	"  --max-steps=N    blocks walked, per block of a function (default %d)\n"
	"  --help           this text\n"
	"\n"
	"Exit status: 0 no violation, 1 violations, 2 a file could not be read.\n";

static void print_place(const struct lockprog_place *place)
{
	printf("%s:%d", place->file ? place->file : "<unknown>", place->line);
	if (place->column)
		printf(":%d", place->column);
	fputs(": ", stdout);
}

static void print_violation(const struct lockprog_function *function,
			    const struct check_violation *violation)
{
	char text[600];

	print_place(&violation->place);
	printf("warning: %s [spinrule-%s]\n", words_of_violation(violation, text, sizeof text),
	       spinrule_id(violation->violation));
	for (int i = 0; i < violation->n_events; i++) {
		print_place(&violation->events[i].place);
		printf("note: (%d) %s\n", i + 1,
		       words_of_event(function, violation, &violation->events[i], text,
				      sizeof text));
	}
}

/* "b1: double-acquire L: b0 acquired, b1 acquired" */
static void print_brief(const struct lockprog_function *function,
			const struct check_violation *violation, bool name_function)
{
	static const char *const words[] = {
		[EVENT_ACQUIRED] = "acquired",
		[EVENT_TRIED] = "acquired",
		[EVENT_TRY_FAILED] = "not acquired",
		[EVENT_RELEASED] = "released",
		[EVENT_CALL] = "called",
		[EVENT_ENTRY_HELD] = "entered held",
		[EVENT_ENTRY_FREE] = "entered free",
		[EVENT_REQUIRED] = "called",
		[EVENT_ASSUMED] = "assumed",
		[EVENT_BRANCH] = "branch",
	};
	static const char *const failing[SPINRULE_VIOLATIONS] = {
		[SPINRULE_DOUBLE_ACQUIRE] = "acquired", [SPINRULE_RELEASE_UNHELD] = "released",
		[SPINRULE_WRONG_CONTEXT] = "released", [SPINRULE_HELD_AT_RETURN] = "returns",
		[SPINRULE_MISMATCHED_RELEASE] = "released", [SPINRULE_WRONG_IRQL] = "released",
		[SPINRULE_TRY_IGNORED] = "tried", [SPINRULE_REINIT_HELD] = "initialized",
		[SPINRULE_CALL_UNHELD] = "called", [SPINRULE_CALL_HELD] = "called",
		[SPINRULE_ANNOTATION_MISMATCH] = "returns",
	};
	const struct path_event *last = &violation->events[violation->n_events - 1];
	const char *comma = "";

	if (name_function)
		printf("%s ", function->name);
	printf("%s: %s %s:", function->blocks[last->block].name, spinrule_id(violation->violation),
	       violation->lock);
	for (int i = 0; i < violation->n_events; i++) {
		const struct path_event *event = &violation->events[i];
		const char *word = event->kind == EVENT_HERE ? failing[violation->violation]
							     : words[event->kind];

		if (event->kind == EVENT_BRANCH)
			continue;
		printf("%s %s %s", comma, function->blocks[event->block].name, word);
		comma = ",";
	}
	putchar('\n');
}

static bool number_option(const char *argument, const char *name, int *value)
{
	size_t length = strlen(name);
	char *end;
	long number;

	if (strncmp(argument, name, length))
		return false;
	number = strtol(argument + length, &end, 10);
	if (*end || end == argument + length || number < 1 || number > 1000000) {
		fprintf(stderr, "spinrule-check: '%s' needs a number from 1 to 1000000\n",
			argument);
		exit(2);
	}
	*value = (int)number;
	return true;
}

int main(int argc, char **argv)
{
	struct check_options options = check_default_options;
	bool brief = false, print = false, summary = false;
	int n_files = 0, status = 0;

	for (int i = 1; i < argc; i++) {
		const char *argument = argv[i];

		if (argument[0] != '-' || !argument[1])
			n_files++;
		else if (!strcmp(argument, "--brief"))
			brief = true;
		else if (!strcmp(argument, "--print"))
			print = true;
		else if (!strcmp(argument, "--summary"))
			summary = options.counts_paths = true;
		else if (!strcmp(argument, "--trace"))
			options.trace = stderr;
		else if (!strcmp(argument, "--help")) {
			printf(usage, check_default_options.max_states,
			       check_default_options.max_steps);
			return 0;
		} else if (!number_option(argument, "--max-states=", &options.max_states) &&
			   !number_option(argument, "--max-steps=", &options.max_steps)) {
			fprintf(stderr, "spinrule-check: unknown option '%s'; see --help\n",
				argument);
			return 2;
		}
	}
	if (!n_files) {
		fputs("spinrule-check: no file to check; see --help\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i];
		bool is_stdin = !strcmp(name, "-");
		struct lockprog_unit *unit;
		struct check_result *result;
		char *error;
		FILE *in;

		if (name[0] == '-' && !is_stdin)
			continue;
		in = is_stdin ? stdin : fopen(name, "r");
		if (!in) {
			fprintf(stderr, "spinrule-check: cannot open '%s': ", name);
			perror(NULL);
			status = 2;
			continue;
		}
		unit = lockprog_read(in, is_stdin ? "<stdin>" : name, &error);
		if (!is_stdin)
			fclose(in);
		if (!unit) {
			fprintf(stderr, "%s\n", error);
			free(error);
			status = 2;
			continue;
		}
		if (print)
			lockprog_print(stdout, unit);
		result = check_unit(unit, &options);
		for (int f = 0; f < result->n_functions; f++)
			for (int v = 0; v < result->functions[f].n_violations; v++) {
				if (brief)
					print_brief(unit->functions[f],
						    &result->functions[f].violations[v],
						    unit->n_functions > 1);
				else
					print_violation(unit->functions[f],
							&result->functions[f].violations[v]);
				if (status == 0)
					status = 1;
			}
		if (summary)
			print_summary(stdout, unit, result);
		check_free(result);
		lockprog_free_unit(unit);
	}
	return status;
}
