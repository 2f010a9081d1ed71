/* json.c - the check of a driver as lines of JSON.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/json.h"

#include "check/callee.h"
#include "check/words.h"

static void print_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_member(const char *name, const char *text)
{
	printf("\"%s\": ", name);
	print_string(text);
}

static void print_place(const struct lockprog_place *place)
{
	print_member("file", place->file ? place->file : "");
	printf(", \"line\": %d, \"column\": %d, ", place->line, place->column);
}

static void load(void *linked, int function)
{
	link_load(linked, function);
}

static void print_step(const struct lockprog_place *place, const char *words)
{
	putchar('{');
	print_place(place);
	print_member("message", words);
	putchar('}');
}

void json_violation(struct link_result *linked, int function, const char *file,
		    const struct check_violation *violation, const struct check_path *path)
{
	const struct lockprog_function *program = linked->unit->functions[function];
	const struct callee_unit unit = { linked->unit, load, linked };
	char words[600];

	printf("{\"kind\": \"violation\", ");
	print_member("id", spinrule_id(violation->violation));
	printf(", ");
	print_member("object", file);
	printf(", ");
	print_member("function", program->name);
	printf(", ");
	print_member("lock", violation->lock);
	printf(", ");
	print_place(&violation->place);
	print_member("message", words_of_violation(violation, words, sizeof words));
	printf(", \"path\": [");
	for (int i = 0; i < path->n_events; i++) {
		const struct path_event *event = &path->events[i];
		struct callee_step steps[CALLEE_MAX_STEPS];
		const int n = callee_find(&unit, function, violation, event, steps);

		if (i)
			printf(", ");
		print_step(&event->place,
			   words_of_event(program, violation, event, words, sizeof words));
		for (int k = 0; k < n; k++) {
			printf(", ");
			print_step(&steps[k].op->place,
				   callee_words(&unit, &steps[k], words, sizeof words));
		}
	}
	puts("]}");
}

void json_driver(const struct tally *tally, struct link_result *linked,
		 const struct check_result *result)
{
	for (int f = 0; f < result->n_functions; f++) {
		const struct lockprog_function *function = linked->unit->functions[f];
		const char *call = tally_unseen_call(linked, f);

		if (result->functions[f].verdict != CHECK_UNKNOWN || function->is_external)
			continue;
		printf("{\"kind\": \"unknown\", ");
		print_member("function", function->name);
		printf(", ");
		print_member("reason", reason_words(result->functions[f].why));
		if (call) {
			printf(", ");
			print_member("call", call);
		}
		puts("}");
	}
	printf("{\"kind\": \"driver\", ");
	print_member("name", linked->unit->name);
	printf(", \"files\": %d, \"files_without_program\": %d, \"functions\": %d, "
	       "\"callbacks\": %d, \"lock_calls\": %d, \"ddis\": %d, \"violations\": %d, "
	       "\"silenced\": %d, \"baseline\": %d, \"pass\": %d, \"unknown\": %d, "
	       "\"without_locks\": %d, \"callbacks_without_body\": [",
	       tally->n_files, tally->n_without, tally->n_functions, tally->n_callbacks,
	       tally->n_lock_ops, tally->n_ddis, tally->n_shown, tally->n_hidden,
	       tally->n_in_baseline, tally->n_pass, tally->n_unknown, tally->n_without_locks);
	for (int i = 0; i < linked->n_missing; i++) {
		if (i)
			printf(", ");
		print_string(linked->missing[i]);
	}
	puts("]}");
}
