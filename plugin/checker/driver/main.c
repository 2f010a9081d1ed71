/* main.c - spinrule-check: the checker without GCC, for lock programs and for drivers.
 *
 * SPDX-License-Identifier: MIT
 */

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/print.h"
#include "driver/driver.h"
#include "driver/message.h"
#include "link/code.h"

/* What a cache may take, if the user says nothing: parts of a hundred large drivers. */
enum { CACHE_MEGABYTES = 256 };

static const char usage[] =
	"Usage: spinrule-check [OPTION]... FILE...\n"
	"Check a driver: objects and archives compiled with -fplugin-arg-spinrule-embed, linked\n"
	"by names; @FILE reads more words from FILE.  Or check lock programs (.lp), as printed\n"
	"by -fplugin-arg-spinrule-dump, each alone; '-' reads standard input.\n"
	"\n"
	"  --link           link lock programs too; --baseline, --sarif and --why imply it\n"
	"  --name=NAME      the driver's name in messages\n"
	"  --source=DIR     where its source is, if not where it was compiled\n"
	"  --why FUNCTION   why it has its verdict, and what would decide it\n"
	"  --graph=FILE FUNCTION  write its control flow and its locks for Graphviz\n"
	"  --fail-on=WHAT   violation (default), or unknown: violations and undecided functions\n"
	"  --baseline=FILE  report no violation that this file lists, as the plugin's argument\n"
	"  --baseline-write=FILE  add what is reported to this file\n"
	"  --sarif=FILE     write what is found as SARIF 2.1.0, too\n"
	"  --json           a line of JSON for each violation, and one for the driver\n"
	"  --brief          one line a violation: block: id lock: blocks of its path\n"
	"  --print          print the programs back\n"
	"  --summary        say what was checked, function by function\n"
	"  --notes          print all notes about linking, also where many are alike\n"
	"  --trace          print each step of each walk to standard error; see CONTRIBUTING.md\n"
	"  --cache=DIR      keep in DIR what is found, and check only what has changed\n"
	"  --cache-size=MB  what that may take at most (default %d)\n"
	"  --max-states=N   states kept apart at one point (default %d)\n"
	"  --max-steps=N    blocks walked, per block of a function (default %d)\n"
	"  --version        the version\n"
	"  --help           this text\n"
	"\n"
	"Exit status: 0 no violation, 1 violations, 2 a file could not be read.\n";

/* The exit status: STATUS, or 2 if standard output did not get all. */
static int end(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "spinrule-check: cannot write standard output: %s\n", strerror(errno));
	return 2;
}

struct options {
	struct driver_options driver;
	bool links, print;
};

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

/* The text after NAME in ARGUMENT, or NULL. */
static const char *text_option(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return strncmp(argument, name, length) ? NULL : argument + length;
}

static bool read_fail_on(const char *argument, struct driver_options *driver)
{
	const char *what = text_option(argument, "--fail-on=");

	if (!what)
		return false;
	if (!strcmp(what, "unknown")) {
		driver->fails_on = DRIVER_FAILS_ON_UNKNOWN;
	} else if (strcmp(what, "violation") != 0) {
		fprintf(stderr, "spinrule-check: '%s' needs 'violation' or 'unknown'\n", argument);
		exit(2);
	}
	return true;
}

/* The word NEXT, which belongs to option ARGUMENT.  Its place becomes "", no file. */
static const char *take_word(const char *argument, char **next, struct options *options)
{
	const char *word = *next ? lockprog_string(*next) : NULL;

	if (!word || !*word) {
		fprintf(stderr, "spinrule-check: '%s' needs the name of a function\n", argument);
		exit(2);
	}
	**next = 0;
	options->links = true;
	return word;
}

/* True if ARGUMENT names a file or a folder for what is found. */
static bool read_file_option(const char *argument, struct options *options)
{
	struct findings_files *files = &options->driver.files;
	const struct {
		const char *name, **file;
	} known[] = { { "--cache=", &options->driver.cache },
		      { "--baseline=", &files->baseline },
		      { "--baseline-write=", &files->baseline_write },
		      { "--sarif=", &files->sarif } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const char *text = text_option(argument, known[i].name);

		if (!text)
			continue;
		if (!*text) {
			fprintf(stderr, "spinrule-check: '%s' needs a %s\n", argument,
				i ? "file" : "folder");
			exit(2);
		}
		*known[i].file = text;
		options->links = true;
		return true;
	}
	return false;
}

static void read_option(const char *argument, char **next, struct options *options)
{
	struct driver_options *driver = &options->driver;
	const char *text;

	if (!strcmp(argument, "--link") ||
	    number_option(argument, "--cache-size=", &driver->cache_size))
		options->links = true;
	else if (!strcmp(argument, "--notes"))
		driver->all_notes = true;
	else if (!strcmp(argument, "--json"))
		driver->json = true;
	else if (!strcmp(argument, "--brief"))
		driver->brief = true;
	else if (!strcmp(argument, "--print"))
		options->print = true;
	else if (!strcmp(argument, "--summary"))
		driver->summary = driver->check.counts_paths = true;
	else if (!strcmp(argument, "--trace"))
		driver->check.trace = stderr;
	else if ((text = text_option(argument, "--name=")))
		driver->name = text;
	else if (read_file_option(argument, options))
		return;
	else if ((text = text_option(argument, "--source=")))
		driver->files.source = text;
	else if (!strcmp(argument, "--why"))
		driver->why = take_word(argument, next, options);
	else if ((text = text_option(argument, "--graph="))) {
		driver->graph = text;
		driver->graph_of = take_word(argument, next, options);
	} else if (!strcmp(argument, "--version")) {
		puts("spinrule-check " SPINRULE_VERSION);
		exit(end(0));
	} else if (!strcmp(argument, "--help")) {
		printf(usage, CACHE_MEGABYTES, check_default_options.max_states,
		       check_default_options.max_steps);
		exit(end(0));
	} else if (number_option(argument, "--max-states=", &driver->check.max_states)) {
		driver->has_max_states = true;
	} else if (number_option(argument, "--max-steps=", &driver->check.max_steps)) {
		driver->has_max_steps = true;
	} else if (!read_fail_on(argument, driver)) {
		fprintf(stderr, "spinrule-check: unknown option '%s'; see --help\n", argument);
		exit(2);
	}
}

static bool is_file(const char *argument)
{
	return argument[0] && (argument[0] != '-' || !argument[1]);
}

/* Check UNIT alone.  Returns the exit status. */
static int check_alone(struct lockprog_unit *unit, const struct driver_options *options)
{
	struct check_result *result;
	int status = 0;

	lockprog_settle(unit);
	result = check_unit(unit, &options->check);
	for (int f = 0; f < result->n_functions; f++)
		for (int v = 0; v < result->functions[f].n_violations; v++) {
			const struct check_violation *violation =
				&result->functions[f].violations[v];

			if (options->brief)
				message_brief(unit->functions[f], violation, unit->n_functions > 1);
			else
				message_plain(unit->functions[f], violation);
			status = 1;
		}
	if (options->summary)
		print_summary(stdout, unit, result);
	check_free(result);
	return status;
}

/* Check each file alone.  Returns the exit status. */
static int check_each(int argc, char **argv, const struct options *options)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		struct inputs inputs = { 0 };

		if (!is_file(argv[i]))
			continue;
		input_read(&inputs, argv[i]);
		for (int k = 0; k < inputs.n; k++) {
			if (options->print)
				lockprog_print(stdout, inputs.list[k].unit);
			if (check_alone(inputs.list[k].unit, &options->driver) && !status)
				status = 1;
		}
		if (inputs.has_failed)
			status = 2;
		input_free(&inputs);
	}
	return status;
}

/* Print UNIT, whose bodies may not be read yet. */
static void print_whole(const struct lockprog_unit *unit)
{
	for (int f = 0; f < unit->n_functions; f++)
		if (unit->functions[f]->outline)
			code_read_body(unit, unit->functions[f]);
	lockprog_print(stdout, unit);
	for (int f = 0; f < unit->n_functions; f++)
		if (unit->functions[f]->outline)
			lockprog_free_body(unit->functions[f]);
}

/* Check all files as one driver.  Returns the exit status. */
static int check_together(int argc, char **argv, const struct options *options)
{
	struct inputs inputs = { 0 };
	int status = 2;

	for (int i = 1; i < argc; i++)
		if (is_file(argv[i]))
			input_read(&inputs, argv[i]);
	for (int k = 0; k < inputs.n && options->print; k++)
		print_whole(inputs.list[k].unit);
	if (!inputs.has_failed)
		status = driver_check(&inputs, &options->driver);
	input_free(&inputs);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = { .driver = { .check = check_default_options,
					       .cache_size = CACHE_MEGABYTES } };
	char *program = realpath("/proc/self/exe", NULL);
	int n_files = 0, status;

	options.driver.files.program = program;

	/* Parts of a large driver come and go: the system is asked for memory seldom. */
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	mallopt(M_TOP_PAD, 16 << 20);
	mallopt(M_MMAP_THRESHOLD, 256 << 20);
	if (!input_expand(&argc, &argv))
		return 2;
	for (int i = 1; i < argc; i++)
		if (!is_file(argv[i])) {
			if (argv[i][0])
				read_option(argv[i], &argv[i + 1], &options);
		} else {
			if (!n_files++ && !options.driver.name)
				options.driver.name = argv[i];
			options.links |= !input_is_text(argv[i]);
		}
	if (!n_files) {
		fputs("spinrule-check: no file to check; see --help\n", stderr);
		return 2;
	}
	status = options.links ? check_together(argc, argv, &options)
			       : check_each(argc, argv, &options);
	input_free_words(argc, argv);
	free(program);
	return end(status);
}
