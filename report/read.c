/* read.c - run-time logs and compile-time summaries: the lines of a file and their
 * records.
 *
 *     {"spinrule":"1.1","type":"unit",...}     a compilation; record.c reads its contents
 *     {"type":"violation",...}                 a line of a log
 *
 * A program may print its own lines between those of the runtime, and a line may be
 * truncated: each line is read independently.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "read.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "unicode.h"

/* A longer line is no record: the file is of another kind. */
static const size_t max_line = (size_t)256 << 20;

/* The number of problems of one file that are reported one by one. */
enum { MAX_PROBLEMS = 20 };

struct reader {
	struct model *model;
	struct input *input;
	FILE *in;
	size_t line, text_lines, records;
	char *buffer;
	size_t size;
};

static void report_problem(struct reader *reader, const char *what)
{
	struct store *store = &reader->model->store;
	const char *text = reader->line ? store_format(store, "%s:%zu: %s", reader->input->name,
						       reader->line, what)
					: store_format(store, "%s: %s", reader->input->name, what);

	reader->input->failed = true;
	reader->input->broken++;
	if (reader->input->problems.count < MAX_PROBLEMS) {
		texts_add(store, &reader->input->problems, text);
		fprintf(stderr, "spinrule-report: error: %s\n", text);
	}
}

/* Read the next line, without its end, into the buffer; *LENGTH becomes its length.
 * Returns false if there is none. */
static bool next_line(struct reader *reader, size_t *length)
{
	bool is_too_long = false;
	int c;

	*length = 0;
	while ((c = getc_unlocked(reader->in)) != EOF && c != '\n') {
		if (*length + 1 >= reader->size) {
			size_t size = reader->size ? 2 * reader->size : 4096;
			char *buffer = size > max_line ? NULL : realloc(reader->buffer, size);

			if (!buffer) {
				is_too_long = true;
				continue;
			}
			reader->buffer = buffer;
			reader->size = size;
		}
		reader->buffer[(*length)++] = c;
	}
	if (c == EOF && !*length && !is_too_long)
		return false;
	reader->line++;
	if (is_too_long) {
		report_problem(reader, "line too long, left out");
		*length = 0;
	}
	if (reader->buffer)
		reader->buffer[*length] = '\0';
	return true;
}

/* The start of the record in the LENGTH bytes of LINE; NULL if there is none.  Other
 * output of the program may come before it. */
static char *record_in(char *line, size_t length)
{
	static const char *const heads[] = { "{\"type\":", "{\"type\" :", "{\"spinrule\":",
					     "{ \"type\":", "{ \"spinrule\":" };
	size_t blanks = strspn(line, " \t\r\xEF\xBB\xBF");

	if (line[blanks] == '{')
		return line + blanks;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		char *found = memmem(line, length, heads[i], strlen(heads[i]));

		if (found)
			return found;
	}
	return NULL;
}

static bool is_blank(const char *line, size_t length)
{
	return strspn(line, " \t\r") == length;
}

static void read_record(struct reader *reader, char *text, size_t length)
{
	struct store *store = &reader->model->store;
	char *repaired = unicode_repair(text, &length);
	const char *problem;
	json_error_t error;
	json_t *json;

	/* If two writers collide, a second record may follow on the same line: an
	 * error. */
	json = repaired ? json_loadb(repaired, length, 0, &error) : NULL;
	if (repaired != text)
		free(repaired);
	if (!repaired) {
		report_problem(reader, "out of memory");
		return;
	}
	if (!json) {
		report_problem(reader,
		     store_format(store, "not JSON at column %d: %s", error.column, error.text));
		return;
	}
	problem = record_read(reader->model, reader->input, json);
	json_decref(json);
	if (problem)
		report_problem(reader, problem);
	else
		reader->records++;
}

static void read_lines(struct reader *reader)
{
	size_t length;

	while (next_line(reader, &length)) {
		char *record;

		if (!length || is_blank(reader->buffer, length))
			continue;
		record = record_in(reader->buffer, length);
		if (record)
			read_record(reader, record, length - (size_t)(record - reader->buffer));
		else if (!strncmp(reader->buffer, "spinrule: ", 10))
			reader->text_lines++;
		else
			reader->input->foreign++;
	}
	if (ferror(reader->in)) {
		reader->line = 0;
		report_problem(reader,
		     store_format(&reader->model->store, "cannot be read: %s", strerror(errno)));
	}
}

/* Report what is wrong with the file as a whole. */
static void judge(struct reader *reader)
{
	reader->line = 0;
	if (reader->text_lines)
		report_problem(reader,
		     reader->records
			     ? "has reports as text too, which are left out; run with format=json"
			     : "this is a text log; run with "
			       "SPINRULE_OPTIONS=format=json:coverage=1");
	else if (!reader->records && !reader->input->broken && !reader->input->unknown)
		report_problem(reader, reader->input->foreign
				     ? "neither a log with format=json nor a compile-time summary"
				     : "is empty");
}

bool read_input(struct model *model, const char *name)
{
	bool is_stdin = !strcmp(name, "-");
	struct reader reader = { .model = model,
				 .input = store_zeroed(&model->store, sizeof *reader.input) };

	reader.input->name = store_name(&model->store, is_stdin ? "<stdin>" : name);
	list_add(&model->store, &model->inputs, reader.input);
	reader.in = is_stdin ? stdin : fopen(name, "r");
	if (!reader.in) {
		report_problem(&reader,
			       store_format(&model->store, "cannot open: %s", strerror(errno)));
		return false;
	}
	read_lines(&reader);
	if (!is_stdin)
		fclose(reader.in);
	free(reader.buffer);
	judge(&reader);
	return !reader.input->failed;
}
