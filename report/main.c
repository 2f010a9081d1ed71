/* main.c - spinrule-report: one page from run-time logs and compile-time summaries.
 *
 * SPDX-License-Identifier: MIT
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contents.h"
#include "join.h"
#include "log.h"
#include "picture.h"
#include "read.h"
#include "since.h"
#include "../output/file.h"
#include "../runtime/rule.h"

static const char usage[] =
	"Usage: spinrule-report [OPTION]... FILE...\n"
	"Make one HTML page of the logs of runs "
	"(SPINRULE_OPTIONS=format=json:coverage=1:logfile=FILE) and of compile-time\n"
	"summaries (-fplugin-arg-spinrule-summary=FILE).  '-' reads standard input.\n"
	"\n"
	"  -o, --output=FILE   write the page to FILE, not to standard output\n"
	"      --text          plain text instead of HTML\n"
	"      --sarif=FILE    write the findings to FILE as SARIF 2.1.0 as well\n"
	"      --source=DIR    show source lines; only files in DIR are read; may be given more "
	"than once\n"
	"      --baseline=FILE  say what is new, old and fixed against this baseline\n"
	"      --graphs        draw the control flow of functions with warnings by Graphviz, or "
	"fail;\n"
	"                      drawn without it too, where there is a Graphviz\n"
	"      --no-graphs     draw none\n"
	"      --link=URL      link places to URL, with %f for the file and %l for the line\n"
	"      --revision=TEXT  what was checked, and the date, at the top of the page\n"
	"      --title=TEXT    the page's title\n"
	"      --version       the version\n"
	"      --help          this text\n"
	"\n"
	"Exit status: 0 nothing found, 1 violations in runs or static warnings that are not "
	"silenced, 2 wrong usage, or something\n"
	"could not be read; the page has the rest.\n";

enum { STATUS_NOTHING, STATUS_FOUND, STATUS_TROUBLE };

enum {
	OPTION_TEXT = 256,
	OPTION_SARIF,
	OPTION_SOURCE,
	OPTION_TITLE,
	OPTION_BASELINE,
	OPTION_GRAPHS,
	OPTION_NO_GRAPHS,
	OPTION_LINK,
	OPTION_REVISION,
	OPTION_VERSION,
	OPTION_HELP
};

enum graphs { GRAPHS_IF_POSSIBLE, GRAPHS_WANTED, GRAPHS_UNWANTED };

struct options {
	const char *output, *title, *sarif, *baseline, *link, *revision;
	enum graphs graphs;
	const struct page_format *format;
};

static int fail(const char *what, const char *name)
{
	fprintf(stderr, "spinrule-report: error: %s '%s': %s\n", what, name, strerror(errno));
	return STATUS_TROUBLE;
}

/* True if TEXT may be followed from the page: no script, and plain characters. */
static bool is_link(const char *text)
{
	if (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0)
		return false;
	for (const char *at = text; *at; at++)
		if (*at <= ' ' || *at > '~')
			return false;
	return strstr(text, "%f") != NULL;
}

/* "Revision 1a2b3c, 2026-11-29".  The date is that of SOURCE_DATE_EPOCH, where it is set,
 * so that a page can be made again. */
static const char *made_text(struct store *store, const char *revision)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch && epoch[0] ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm parts;
	char date[32] = "";

	if (!revision)
		return NULL;
	if (gmtime_r(&now, &parts))
		strftime(date, sizeof date, ", %Y-%m-%d", &parts);
	return store_format(store, "Revision %s%s", revision, date);
}

/* The exit status when TEXT is all that is asked for. */
static int print_text(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout))
		return fail("cannot write", "<stdout>");
	return STATUS_NOTHING;
}

/* Fill OPTIONS and SOURCE.  Returns -1 to continue, else the exit status. */
static int read_options(int argc, char **argv, struct options *options, struct source *source)
{
	static const struct option names[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "text", no_argument, NULL, OPTION_TEXT },
		{ "sarif", required_argument, NULL, OPTION_SARIF },
		{ "source", required_argument, NULL, OPTION_SOURCE },
		{ "title", required_argument, NULL, OPTION_TITLE },
		{ "baseline", required_argument, NULL, OPTION_BASELINE },
		{ "graphs", no_argument, NULL, OPTION_GRAPHS },
		{ "no-graphs", no_argument, NULL, OPTION_NO_GRAPHS },
		{ "link", required_argument, NULL, OPTION_LINK },
		{ "revision", required_argument, NULL, OPTION_REVISION },
		{ "version", no_argument, NULL, OPTION_VERSION },
		{ "help", no_argument, NULL, OPTION_HELP },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "o:", names, NULL)) != -1)
		switch (option) {
		case 'o':
			options->output = optarg;
			break;
		case OPTION_TEXT:
			options->format = &page_text;
			break;
		case OPTION_SARIF:
			options->sarif = optarg;
			break;
		case OPTION_SOURCE:
			if (!source_add_folder(source, optarg))
				return fail("cannot use folder", optarg);
			break;
		case OPTION_TITLE:
			options->title = optarg;
			break;
		case OPTION_BASELINE:
			options->baseline = optarg;
			break;
		case OPTION_GRAPHS:
			options->graphs = GRAPHS_WANTED;
			break;
		case OPTION_NO_GRAPHS:
			options->graphs = GRAPHS_UNWANTED;
			break;
		case OPTION_LINK:
			if (!is_link(optarg)) {
				fputs("spinrule-report: error: --link wants an address of http or "
				      "https with %f in it\n", stderr);
				return STATUS_TROUBLE;
			}
			options->link = optarg;
			break;
		case OPTION_REVISION:
			options->revision = optarg;
			break;
		case OPTION_VERSION:
			return print_text("spinrule-report " SPINRULE_VERSION "\n");
		case OPTION_HELP:
			return print_text(usage);
		default:
			/* getopt has printed the error. */
			fputs("spinrule-report: see --help\n", stderr);
			return STATUS_TROUBLE;
		}
	if (optind == argc) {
		fputs("spinrule-report: error: no file to read; see --help\n", stderr);
		return STATUS_TROUBLE;
	}
	return -1;
}

static bool complain(char *failed)
{
	fprintf(stderr, "spinrule-report: error: %s\n", failed);
	free(failed);
	return false;
}

/* Write the page.  Returns false if it could not be written: then its file is as it
 * was. */
static bool write_page(const struct options *options, struct model *model, struct source *source)
{
	struct page page = {
		.out = stdout, .store = &model->store, .source = source, .format = options->format,
		.link = options->link, .made = made_text(&model->store, options->revision),
	};
	char *text = NULL, *failed;
	size_t size = 0;
	bool is_whole;

	if (options->output && !(page.out = open_memstream(&text, &size)))
		return fail("cannot write", options->output), false;
	contents_write(&page, model, options->title);
	is_whole = !ferror(page.out);
	if (fclose(page.out) || !is_whole) {
		free(text);
		return fail("cannot write", options->output ? options->output : "<stdout>"), false;
	}
	failed = options->output ? file_replace(options->output, text, size) : NULL;
	free(text);
	return failed ? complain(failed) : true;
}

/* Write the log, if one is wanted.  Returns false if it could not be written. */
static bool write_log(const struct options *options, struct model *model,
		      const struct source *source)
{
	const char *start = source->folders.count ? source->folders.items[0] : ".";
	char *program, *failed;

	if (!options->sarif)
		return true;
	program = realpath("/proc/self/exe", NULL);
	failed = log_write(model, options->sarif, start, program);
	free(program);
	return failed ? complain(failed) : true;
}

/* Returns false if the baseline could not be read; the page has the rest. */
static bool compare(const struct options *options, struct model *model)
{
	char *failed = options->baseline ? since_baseline(model, options->baseline) : NULL;

	return failed ? complain(failed) : true;
}

/* Returns false if no picture could be drawn; the page has the rest. */
static bool draw(const struct options *options, struct model *model)
{
	bool is_missing = false;
	char *failed;

	if (options->graphs == GRAPHS_UNWANTED || options->format == &page_text)
		return true;
	failed = picture_draw(model, &is_missing);
	if (is_missing && options->graphs == GRAPHS_IF_POSSIBLE) {
		free(failed);
		return true;
	}
	return failed ? complain(failed) : true;
}

int main(int argc, char **argv)
{
	struct options options = { .title = "Spinrule report", .format = &page_html };
	struct source source;
	struct model model;
	int status;

	model_start(&model);
	source_start(&source, &model.store);
	status = read_options(argc, argv, &options, &source);
	if (status == -1) {
		bool is_read = true;

		for (int i = optind; i < argc; i++)
			is_read &= read_input(&model, argv[i]);
		model_finish(&model);
		is_read &= compare(&options, &model);
		join(&model);
		is_read &= draw(&options, &model);
		is_read &= write_log(&options, &model, &source);
		status = !write_page(&options, &model, &source) || !is_read ? STATUS_TROUBLE
			 : contents_has_findings(&model) ? STATUS_FOUND : STATUS_NOTHING;
	}
	source_end(&source);
	model_end(&model);
	return status;
}
