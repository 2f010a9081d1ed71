/* path.c - from a claim back to the entry: the events that the reader needs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/path.h"

#include <assert.h>
#include <stdlib.h>

#include "check/deciding.h"
#include "limits.h"
#include "lockprog/alloc.h"
#include "shape/root.h"

/* True if the branch tests a try's result: the event of the try itself shows the
 * result. */
static bool tests_a_try(struct walk *walk, const struct step *step)
{
	const struct lockprog_block *from = &walk->function->blocks[step->event.block];
	int v;

	if (from->exit != LOCKPROG_IF)
		return false;
	v = root_of(walk->function, from->value, ROOT_TESTS, NULL);
	for (const struct step *before = step->before; before; before = before->before) {
		const struct lockprog_op *op;

		if (before->event.kind != EVENT_TRIED && before->event.kind != EVENT_TRY_FAILED)
			continue;
		op = &walk->function->blocks[before->event.block].ops[before->event.op];
		if (op->value == v)
			return true;
	}
	return false;
}

/* True if the path shows STEP of what happens to the lock at ADDRESS. */
static bool is_wanted(struct walk *walk, const struct step *step, int address,
		      const struct deciding *deciding)
{
	if (!step->is_event)
		return false;
	if (step->event.kind == EVENT_BRANCH)
		return walk->function->blocks[step->event.block].exit != LOCKPROG_CHOICE &&
		       deciding_decides(deciding, step) && !tests_a_try(walk, step);
	return step->address == address;
}

/* EVENT with the numbers of block and operation in the original program. */
static struct path_event in_original(const struct walk *walk, struct path_event event)
{
	const struct origin *origin = &walk->pieces->origins[event.block];

	event.block = origin->block;
	if (event.op >= 0)
		event.op += origin->op;
	return event;
}

/* True if the lock of CLAIM was released before: the branches before that release decide
 * as well. */
static bool is_released_before(const struct claim *claim, const struct step *since)
{
	return claim->violation == SPINRULE_RELEASE_UNHELD && since &&
	       (since->event.kind == EVENT_RELEASED ||
		(since->event.kind == EVENT_CALL && !since->event.call_acquires));
}

/* The steps of WAY, a path of CLAIM, to show, the last first; malloc'ed, *N of them. */
static const struct step **find_steps(struct walk *walk, const struct claim *claim,
				      const struct way *way, int *n)
{
	const struct lock_event *event = &claim->event;
	const struct step **steps = NULL;
	int max = 0, n_branches = 0, n_searched = 0;
	bool saw_since = false, saw_saver = !event->irql_saved;
	/* Before the first of two releases. */
	bool is_before = false;
	struct deciding *deciding = deciding_new(walk, claim);

	*n = 0;
	for (int i = 0; i < way->n && !(saw_since && saw_saver && !is_before); i++) {
		const struct step *step = way->steps[i];
		const bool is_branch = step->is_event && step->event.kind == EVENT_BRANCH;
		const bool is_first = step == way->since, is_saver = step == event->irql_saved;

		if (is_before && step->is_event && !is_branch && step->address == event->address)
			break;
		saw_saver |= is_saver;
		saw_since |= is_first;
		/* Only the last branches are shown; more would hide them.  The acquire
		 * may still come. */
		if (!is_branch ||
		    (n_branches < PATH_MAX_BRANCHES && n_searched++ < PATH_MAX_SEARCHED)) {
			if (is_first || is_saver ||
			    is_wanted(walk, step, event->address, deciding)) {
				n_branches += is_branch;
				steps = alloc_grow(steps, *n, &max, sizeof *steps);
				steps[(*n)++] = step;
				if (is_branch)
					deciding_follow(deciding, step);
			}
		}
		deciding_pass(deciding, step);
		if (is_first && is_released_before(claim, step)) {
			is_before = true;
			deciding_reach(deciding, step);
		}
	}
	deciding_free(deciding);
	return steps;
}

static void add_event(const struct walk *walk, struct check_violation *violation,
		      struct path_event event)
{
	violation->events = alloc_grow(violation->events, violation->n_events,
				       &violation->max_events, sizeof *violation->events);
	violation->events[violation->n_events++] = in_original(walk, event);
}

struct check_violation path_violation(struct walk *walk, const struct claim *claim,
				      const struct way *way)
{
	const struct lock_event *event = &claim->event;
	struct check_violation violation = {
		.violation = claim->violation,
		.ddi = event->ddi,
		.group = event->group,
		.place = event->place,
		/* Another acquire may have written it in another way. */
		.lock = way->since != claim->since ? way->since->event.text : event->text,
		.written = event->written,
		.function = walk->function->name,
		.acquired_by = event->acquired_by,
		.irql_of = event->irql_of,
		.irql = event->irql,
		.irql_cell = event->irql_cell,
		.irql_is_unset = event->irql_is_unset,
		.irql_is_found = event->irql_is_found,
		.level = event->level,
		.after = event->after,
		.after_level = event->after_level,
		.is_held = claim->is_held,
	};
	int n;
	const struct step **steps = find_steps(walk, claim, way, &n);

	if (way->since)
		violation.since = way->since->event.place;
	while (n-- > 0)
		add_event(walk, &violation, steps[n]->event);
	add_event(walk, &violation,
		  (struct path_event){ .kind = EVENT_HERE,
				       .place = violation.place,
				       .block = event->block,
				       .op = event->op,
				       .text = violation.lock,
				       .written = violation.written });
	assert(violation.lock && violation.n_events > 0);
	free(steps);
	return violation;
}
