/* result.c - a violation as a result of a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/result.h"

#include <stdlib.h>

#include "check/words.h"
#include "lockprog/alloc.h"

enum { MAX_WORDS = 600 };

struct steps {
	int n, max, max_texts;
	struct sarif_step *list;
	char **texts;		/* of the items of list */
};

static struct sarif_place place_of(const struct lockprog_place *place, const char *directory,
				   bool is_call)
{
	return (struct sarif_place){ place->file, directory, place->line, place->column,
				     is_call };
}

static enum sarif_kind kind_of(const struct path_event *event)
{
	switch (event->kind) {
	case EVENT_ACQUIRED:
	case EVENT_TRIED:
	case EVENT_ENTRY_HELD:
		return SARIF_ACQUIRE;
	case EVENT_RELEASED:
		return SARIF_RELEASE;
	case EVENT_BRANCH:
		return SARIF_BRANCH;
	case EVENT_CALL:
	case EVENT_REQUIRED:
		return SARIF_CALL;
	case EVENT_HERE:
		return SARIF_FAILURE;
	case EVENT_TRY_FAILED:
	case EVENT_ENTRY_FREE:
	case EVENT_ASSUMED:
		break;
	}
	return SARIF_OTHER;
}

static enum sarif_kind kind_of_op(const struct lockprog_op *op)
{
	if (op->kind == LOCKPROG_CALL)
		return SARIF_CALL;
	return op->ddi->op == SPINRULE_OP_RELEASE ? SARIF_RELEASE : SARIF_ACQUIRE;
}

/* Add STEP with TEXT, which becomes that of STEPS. */
static void add_step(struct steps *steps, struct sarif_step step, char *text)
{
	step.text = text;
	steps->list = alloc_grow(steps->list, steps->n, &steps->max, sizeof *steps->list);
	steps->texts = alloc_grow(steps->texts, steps->n, &steps->max_texts, sizeof *steps->texts);
	steps->list[steps->n] = step;
	steps->texts[steps->n++] = text;
}

/* Add EVENT, and behind it what it does through calls. */
static void add_event(struct steps *steps, const struct callee_unit *unit, int function,
		      const struct check_violation *violation, const struct path_event *event,
		      const char *directory)
{
	const struct lockprog_function *program = unit->unit->functions[function];
	struct callee_step callees[CALLEE_MAX_STEPS];
	const int n = callee_find(unit, function, violation, event, callees);
	char words[MAX_WORDS];

	add_step(steps,
		 (struct sarif_step){ .place = place_of(&event->place, directory,
							words_are_of_call(violation, event)),
				      .function = program->name, .kind = kind_of(event) },
		 alloc_text("%s", words_of_event(program, violation, event, words, sizeof words)));
	for (int i = 0; i < n; i++) {
		const struct lockprog_op *op = callees[i].op;

		callee_words(unit, &callees[i], words, sizeof words);
		add_step(steps,
			 (struct sarif_step){
				 .place = place_of(&op->place, directory, true),
				 .function = unit->unit->functions[callees[i].function]->name,
				 .nesting = i + 1, .kind = kind_of_op(op) },
			 alloc_text("%s", words));
	}
}

void result_add(struct sarif *log, const struct callee_unit *unit, int function,
		const struct check_violation *violation, const struct check_path *path,
		const char *directory, const struct sarif_result *base)
{
	struct sarif_result made = *base;
	struct steps steps = { 0 };
	char words[MAX_WORDS];

	for (int i = 0; i < path->n_events; i++)
		add_event(&steps, unit, function, violation, &path->events[i], directory);
	made.id = violation->violation;
	made.rule = spinrule_rule_of(violation->violation, violation->group);
	made.text = words_of_violation(violation, words, sizeof words);
	made.function = unit->unit->functions[function]->name;
	made.lock = violation->lock;
	made.place = place_of(&violation->place, directory,
			      words_are_of_call(violation, &path->events[path->n_events - 1]));
	made.n_steps = steps.n;
	made.steps = steps.list;
	sarif_add(log, &made);
	for (int i = 0; i < steps.n; i++)
		free(steps.texts[i]);
	free(steps.texts);
	free(steps.list);
}

void result_add_undecided(struct sarif *log, const struct lockprog_function *function,
			  const struct check_function_result *result, const char *directory)
{
	const struct sarif_place place = place_of(&function->place, directory, false);
	char *text = alloc_text("'%s' is not decided, because of %s", function->name,
				reason_words(result->why));

	sarif_note(log, &place, text);
	free(text);
}
