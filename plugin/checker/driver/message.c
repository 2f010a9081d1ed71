/* message.c - violations as text.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/message.h"

#include <stdlib.h>
#include <string.h>

#include "check/callee.h"
#include "check/words.h"
#include "lockprog/alloc.h"
#include "output/code.h"

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
		[SPINRULE_UNGUARDED] = "written", [SPINRULE_LEVEL_ORDER] = "acquired",
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

#define TILDES "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"

/* How many of TILDES are below the call that starts in COLUMN of LINE, but for its first
 * character. */
static int underlined(const char *line, int column)
{
	const size_t size = code_call(line, strlen(line), column - 1);
	int n = 0;

	/* Bytes that go on with a character of UTF-8 have no column. */
	for (size_t i = 1; i < size; i++)
		n += (line[column - 1 + i] & 0xC0) != 0x80;
	return n;
}

/* Print PLACE's line with a caret below its column, or below a whole call; nothing where
 * it is not found. */
static void print_source(const struct lines_look *look, const struct lockprog_place *place,
			 bool is_call)
{
	char *line = lines_find(look, place);
	const int length = line ? (int)strlen(line) : 0;
	int at = 0;

	if (!line)
		return;
	printf("%*d | ", NUMBER_WIDTH, place->line);
	for (int i = 0; i < length; i++) {
		do
			putchar(line[i] == '\t' ? ' ' : line[i]), at++;
		while (line[i] == '\t' && at % TAB);
	}
	putchar('\n');
	at = 0;
	for (int i = 0; i + 1 < place->column && i < length; i++)
		at = line[i] == '\t' ? (at / TAB + 1) * TAB : at + 1;
	if (place->column)
		printf("%*s | %*s^%.*s\n", NUMBER_WIDTH, "", at, "",
		       is_call ? underlined(line, place->column) : 0, TILDES);
	free(line);
}

static void print_note(const struct lines_look *look, const struct lockprog_place *place,
		       bool is_call, int number, const char *words)
{
	print_place(place);
	printf("note: (%d) %s\n", number, words);
	print_source(look, place, is_call);
}

static void load(void *linked, int function)
{
	link_load(linked, function);
}

/* What EVENT of VIOLATION does through a call, where other functions do it. */
static void print_callees(const struct lines_look *look, struct link_result *linked,
			  int function, const struct check_violation *violation,
			  const struct path_event *event, int *number)
{
	const struct callee_unit unit = { linked->unit, load, linked };
	struct callee_step steps[CALLEE_MAX_STEPS];
	const int n = callee_find(&unit, function, violation, event, steps);

	for (int i = 0; i < n; i++) {
		char words[400];

		print_note(look, &steps[i].op->place, true, ++*number,
			   callee_words(&unit, &steps[i], words, sizeof words));
	}
}

void message_with_source(const struct lines_look *look, struct link_result *linked, int function,
			 const struct check_violation *violation, const struct check_path *path)
{
	const struct lockprog_function *program = linked->unit->functions[function];
	char text[600];
	int number = 0;

	if (violation->place.file)
		printf("%s: ", violation->place.file);
	printf("In function '%s':\n", program->name);
	print_warning(violation);
	print_source(look, &violation->place,
		     words_are_of_call(violation, &path->events[path->n_events - 1]));
	for (int i = 0; i < path->n_events; i++) {
		const struct path_event *event = &path->events[i];

		print_note(look, &event->place, words_are_of_call(violation, event), ++number,
			   words_of_event(program, violation, event, text, sizeof text));
		print_callees(look, linked, function, violation, event, &number);
	}
}
