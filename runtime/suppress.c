/* suppress.c - violations that are not reported.
 *
 * SPDX-License-Identifier: MIT
 */

#include "suppress.h"

#include "options.h"
#include "port.h"
#include "report.h"
#include "text.h"

enum { SUPPRESSIONS_MAX = 100 };

enum kind { FUNCTION, FILE_NAME, LOCK, KINDS };

static const char *const kind_names[KINDS] = { "function", "file", "lock" };

static char content[8000];
static struct suppression suppressions[SUPPRESSIONS_MAX];
static unsigned suppression_count;

/* True if WORDS match PATTERN.  Backtracks to the last '*' only, which is enough. */
static int matches(const char *pattern, const char *words)
{
	const char *star = NULL, *from = NULL;

	while (*words) {
		if (*pattern == '*') {
			star = ++pattern;
			from = words;
		} else if (*pattern == *words) {
			pattern++;
			words++;
		} else if (star) {
			pattern = star;
			words = ++from;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static int matches_site(const struct suppression *suppression, const struct spinrule_site *site)
{
	if (!site)
		return 0;
	switch ((enum kind)suppression->kind) {
	case FUNCTION:
		return matches(suppression->pattern, site->function);
	case FILE_NAME:
		return matches(suppression->pattern, site->file);
	case LOCK:
		return matches(suppression->pattern, site->lock);
	case KINDS:
		break;
	}
	return 0;
}

int suppress_is(const struct spinrule_report *report)
{
	for (unsigned i = 0; i < suppression_count; i++) {
		struct suppression *suppression = &suppressions[i];

		if (matches_site(suppression, report->site) ||
		    matches_site(suppression, report->acquired_at)) {
			__atomic_fetch_add(&suppression->used, 1, __ATOMIC_RELAXED);
			return 1;
		}
	}
	return 0;
}

void suppress_each(void (*visit)(const struct suppression *suppression))
{
	for (unsigned i = 0; i < suppression_count; i++)
		if (suppressions[i].used)
			visit(&suppressions[i]);
}

void suppress_forget(void)
{
	for (unsigned i = 0; i < suppression_count; i++)
		suppressions[i].used = 0;
}

/* ---- reading ---- */

/* The kind at the start of LINE, with the text after the ':' in *PATTERN; KINDS if
 * there is none. */
static enum kind kind_of(const char *line, const char **pattern)
{
	for (int kind = 0; kind < KINDS; kind++) {
		unsigned length = text_length(kind_names[kind]), i;

		for (i = 0; i < length && line[i] == kind_names[kind][i]; i++)
			;
		if (i == length && line[i] == ':' && line[i + 1]) {
			*pattern = line + i + 1;
			return (enum kind)kind;
		}
	}
	return KINDS;
}

static void complain(const char *what, const char *line)
{
	char buffer[400];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, options_now()->suppressions);
	text_add(&text, what);
	text_add(&text, line);
	report_note("suppressions: ", buffer);
}

/* LINE ends in a zero. */
static void take_line(char *line)
{
	const char *pattern = NULL;
	enum kind kind;
	unsigned length;

	for (length = 0; line[length] && line[length] != '#'; length++)
		;
	while (length &&
	       (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\r'))
		length--;
	line[length] = 0;
	while (*line == ' ' || *line == '\t')
		line++;
	if (!*line)
		return;
	kind = kind_of(line, &pattern);
	if (kind == KINDS) {
		complain(": not function:PATTERN, file:PATTERN or lock:PATTERN: ", line);
	} else if (suppression_count == SUPPRESSIONS_MAX) {
		complain(": one line too many: ", line);
	} else {
		suppressions[suppression_count].kind = (int)kind;
		suppressions[suppression_count].kind_name = kind_names[kind];
		suppressions[suppression_count].pattern = pattern;
		suppression_count++;
	}
}

void suppress_start(void)
{
	const char *path = options_now()->suppressions;
	char *line = content;
	int length;

	if (!path[0])
		return;
	length = port_read_file(path, content, sizeof content);
	if (length < 0) {
		complain(": cannot be read, or is no ordinary file", "");
		return;
	}
	if (length == sizeof content - 1) {
		complain(": is too long, the end of it is not used", "");
		/* Drop the last line: half a pattern may match more than the whole
		 * one. */
		while (length && content[length - 1] != '\n')
			length--;
		content[length] = 0;
	}
	for (int i = 0; i <= length; i++)
		if (content[i] == '\n' || !content[i]) {
			content[i] = 0;
			take_line(line);
			line = content + i + 1;
		}
}
