/* message.c - violations as text.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/message.h"

#include <stdlib.h>
#include <string.h>

#include "check/words.h"
#include "driver/cross.h"
#include "lockprog/alloc.h"

static void print_place(const struct lockprog_place *place)
{
	printf("%s:%d", place->file ? place->file : "<unknown>", place->line);
	if (place->column)
		printf(":%d", place->column);
	fputs(": ", stdout);
}

static void print_warning(const struct check_violation *violation)
{
	char text[600];

	print_place(&violation->place);
	printf("warning: %s [CWE-%d] [-Wspinrule-%s]\n",
	       words_of_violation(violation, text, sizeof text), spinrule_cwe(violation->violation),
	       spinrule_id(violation->violation));
}

void message_plain(const struct lockprog_function *function,
		   const struct check_violation *violation)
{
	char text[600];

	print_warning(violation);
	for (int i = 0; i < violation->n_events; i++) {
		print_place(&violation->events[i].place);
		printf("note: (%d) %s\n", i + 1,
		       words_of_event(function, violation, &violation->events[i], text,
				      sizeof text));
	}
}

/* "b1: double-acquire L: b0 acquired, b1 acquired" */
void message_brief(const struct lockprog_function *function,
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

/* ---- with source lines, as GCC prints them ---- */

/* Columns between two stops of a tab, and the width of "  123 | ". */
enum { TAB = 8, NUMBER_WIDTH = 5 };

/* Open FILE, as it was named in DIRECTORY when it was compiled, or below ROOT. */
static FILE *open_source(const char *root, const char *directory, const char *file)
{
	const char *folders[] = { root, directory, "" };
	FILE *in = NULL;

	if (file[0] == '/')
		return fopen(file, "r");
	for (int i = 0; i < 3 && !in; i++) {
		char *path;

		if (!folders[i])
			continue;
		path = alloc_text("%s%s%s", folders[i], *folders[i] ? "/" : "", file);
		in = fopen(path, "r");
		free(path);
	}
	return in;
}

/* Print PLACE's line with a caret below its column; nothing where it is not found. */
static void print_source(const struct message_look *look, const struct lockprog_place *place)
{
	FILE *in = place->file && place->line
			   ? open_source(look->root, look->directory, place->file)
			   : NULL;
	char *line = NULL;
	size_t size = 0;
	ssize_t length = -1;
	int at = 0;

	if (!in)
		return;
	for (int i = 0; i < place->line; i++)
		if ((length = getline(&line, &size, in)) < 0)
			break;
	fclose(in);
	if (length >= 0) {
		printf("%*d | ", NUMBER_WIDTH, place->line);
		for (int i = 0; i < length && line[i] != '\n' && line[i] != '\r'; i++) {
			do
				putchar(line[i] == '\t' ? ' ' : line[i]), at++;
			while (line[i] == '\t' && at % TAB);
		}
		putchar('\n');
		at = 0;
		for (int i = 0; i + 1 < place->column && i < length; i++)
			at = line[i] == '\t' ? (at / TAB + 1) * TAB : at + 1;
		if (place->column)
			printf("%*s | %*s^\n", NUMBER_WIDTH, "", at, "");
	}
	free(line);
}

static void print_note(const struct message_look *look, const struct lockprog_place *place,
		       int number, const char *words)
{
	print_place(place);
	printf("note: (%d) %s\n", number, words);
	print_source(look, place);
}

/* What the call of EVENT does, where other functions do it. */
static void print_callees(const struct message_look *look, struct link_result *linked,
			  int function,
			  const struct path_event *event, bool acquires, int *number)
{
	const struct lockprog_unit *unit = linked->unit;
	struct cross_step steps[CROSS_MAX_STEPS];
	const int n = cross_find(linked, function, event, acquires, steps);

	for (int i = 0; i < n; i++) {
		const struct lockprog_op *op = steps[i].op;
		char words[400];

		if (op->kind == LOCKPROG_CALL)
			snprintf(words, sizeof words, "'%s' calls '%s'",
				 unit->functions[steps[i].function]->name, op->text);
		else
			snprintf(words, sizeof words, "'%s' %s here, by '%s', in '%s'", op->text,
				 acquires ? "acquired" : "released",
				 op->written ? op->written : op->ddi->name,
				 unit->functions[steps[i].function]->name);
		print_note(look, &op->place, ++*number, words);
	}
}

void message_with_source(const struct message_look *look, struct link_result *linked, int function,
			 const struct check_violation *violation)
{
	const struct lockprog_function *program = linked->unit->functions[function];
	char text[600];
	int number = 0;

	if (violation->place.file)
		printf("%s: ", violation->place.file);
	printf("In function '%s':\n", program->name);
	print_warning(violation);
	print_source(look, &violation->place);
	for (int i = 0; i < violation->n_events; i++) {
		const struct path_event *event = &violation->events[i];

		print_note(look, &event->place, ++number,
			   words_of_event(program, violation, event, text, sizeof text));
		if (event->kind == EVENT_CALL)
			print_callees(look, linked, function, event, event->call_acquires, &number);
		else if (event->kind == EVENT_HERE &&
			 (violation->violation == SPINRULE_DOUBLE_ACQUIRE ||
			  violation->violation == SPINRULE_RELEASE_UNHELD))
			print_callees(look, linked, function, event,
				      violation->violation == SPINRULE_DOUBLE_ACQUIRE, &number);
	}
}
