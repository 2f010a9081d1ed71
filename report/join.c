/* join.c - which warnings the runs confirm, and which violations no warning announced.
 *
 * A violation confirms the warnings of the first of these groups that is not empty:
 *
 *   by site      warnings with its id at the file and line of its site; of several, those
 *                that agree best in lock, acquire and column
 *   by acquire   warnings with its id that have its acquire (file and line) and whose
 *                lock is written the same: the run reports a lock that one function
 *                leaves held at another place, where the callback returns
 *   related      warnings of another id with that acquire and lock: not confirmed
 *
 * A warning is reached if its own site was executed.  Its place need not be a site: it
 * may be a call of a function that locks, or a return of a function that is no callback.
 * Then the acquire decides; if that is no site either, no log shows whether the warning
 * was reached.
 *
 * SPDX-License-Identifier: MIT
 */

#include "join.h"

#include <string.h>

static bool is_same_line(const struct place *a, const struct place *b)
{
	return place_is_known(a) && a->file == b->file && a->line == b->line;
}

static bool has_acquire(const struct warning *warning, const struct violation *violation)
{
	return violation->acquired && is_same_line(&warning->acquired, &violation->acquired->place);
}

/* How well the two agree beyond id and line: more is better. */
static int agreement(const struct warning *warning, const struct violation *violation)
{
	return 4 * (warning->lock == violation->lock) + 2 * has_acquire(warning, violation) +
	       (warning->place.column == violation->site->place.column);
}

/* How VIOLATION confirms WARNING if there is no other warning. */
static enum confirmation match(const struct warning *warning, const struct violation *violation)
{
	bool is_same_acquire = has_acquire(warning, violation) && warning->lock == violation->lock;

	if (warning->id != violation->id)
		return is_same_acquire ? CONFIRMATION_RELATED : CONFIRMATION_NO_RUN;
	if (violation->site && is_same_line(&warning->place, &violation->site->place))
		return CONFIRMATION_BY_SITE;
	return is_same_acquire ? CONFIRMATION_BY_ACQUIRE : CONFIRMATION_NO_RUN;
}

static void link_best(struct model *model, struct violation *violation, const struct list *warnings)
{
	enum confirmation best = CONFIRMATION_NO_RUN;
	int best_agreement = 0;

	for (size_t i = 0; i < warnings->count; i++) {
		const struct warning *warning = warnings->items[i];
		enum confirmation found = match(warning, violation);
		int agrees = found == CONFIRMATION_BY_SITE ? agreement(warning, violation) : 0;

		if (found > best || (found == best && agrees > best_agreement)) {
			best = found;
			best_agreement = agrees;
		}
	}
	violation->confirmation = best;
	if (best == CONFIRMATION_NO_RUN)
		return;
	for (size_t i = 0; i < warnings->count; i++) {
		struct warning *warning = warnings->items[i];

		if (match(warning, violation) != best ||
		    (best == CONFIRMATION_BY_SITE &&
		     agreement(warning, violation) != best_agreement))
			continue;
		/* WARNINGS contains a warning twice if both its place and its acquire
		 * match. */
		if (warning->violations.count &&
		    warning->violations.items[warning->violations.count - 1] == violation)
			continue;
		list_add(&model->store, &violation->warnings, warning);
		list_add(&model->store, &warning->violations, violation);
		if (best > warning->confirmation)
			warning->confirmation = best;
	}
}

/* ---- a table of lines ---- */

/* What is at one line of a file; line 0 stands for the whole file. */
struct line {
	const char *file;
	unsigned number;
	bool is_compiled, is_site, is_executed;
	struct list warnings;	/* whose place or acquire this is */
};

static int compare_lines(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	if (a->file != b->file)
		return strcmp(a->file, b->file);
	return (a->number > b->number) - (a->number < b->number);
}

static struct line *line_at(struct model *model, void **lines, const struct place *place)
{
	struct line key = { .file = place->file, .number = place->line };
	struct line *line = set_find(lines, &key, compare_lines);

	if (!line) {
		line = store_zeroed(&model->store, sizeof *line);
		*line = key;
		set_add(lines, line, compare_lines);
	}
	return line;
}

static struct line *line_of(struct model *model, void **lines, const struct place *place)
{
	return place_is_known(place) ? line_at(model, lines, place) : NULL;
}

static enum confirmation reached(struct model *model, void **lines, const struct warning *warning)
{
	const struct line *place = line_of(model, lines, &warning->place);
	const struct line *acquired = line_of(model, lines, &warning->acquired);

	if (place && place->is_executed)
		return CONFIRMATION_REACHED;
	if (!(place && place->is_site) && acquired && acquired->is_executed)
		return CONFIRMATION_ACQUIRED;
	if (model->has_coverage && ((place && place->is_site) || (acquired && acquired->is_site)))
		return CONFIRMATION_NOT_REACHED;
	return CONFIRMATION_NO_RUN;
}

static void add_near(struct model *model, struct list *near, void **lines, const struct site *site)
{
	const struct line *line = site ? line_of(model, lines, &site->place) : NULL;

	for (size_t i = 0; line && i < line->warnings.count; i++)
		list_add(&model->store, near, line->warnings.items[i]);
}

static void note_compiled(struct model *model, void **lines)
{
	for (size_t i = 0; i < model->units.count; i++) {
		const struct place whole = {
			.file = ((const struct unit *)model->units.items[i])->file
		};

		line_at(model, lines, &whole)->is_compiled = true;
	}
	for (size_t i = 0; i < model->functions.count; i++) {
		const struct place whole = {
			.file = ((const struct function *)model->functions.items[i])->place.file
		};

		line_at(model, lines, &whole)->is_compiled = true;
	}
}

static void note_sites(struct model *model, void **lines)
{
	for (size_t i = 0; i < model->sites.count; i++) {
		const struct covered *covered = model->sites.items[i];
		struct line *line = line_of(model, lines, &covered->site->place);

		if (!line)
			continue;
		line->is_site = true;
		line->is_executed |= covered->is_executed;
	}
}

static void note_warning(struct model *model, void **lines, struct warning *warning)
{
	struct line *place = line_of(model, lines, &warning->place);
	struct line *acquired = line_of(model, lines, &warning->acquired);

	warning->confirmation = reached(model, lines, warning);
	if (place)
		list_add(&model->store, &place->warnings, warning);
	if (acquired && acquired != place)
		list_add(&model->store, &acquired->warnings, warning);
}

void join(struct model *model)
{
	void *lines = NULL;

	note_compiled(model, &lines);
	note_sites(model, &lines);
	for (size_t i = 0; i < model->warnings.count; i++)
		note_warning(model, &lines, model->warnings.items[i]);
	for (size_t i = 0; i < model->violations.count; i++) {
		struct violation *violation = model->violations.items[i];
		const struct site *site = violation->site ? violation->site : violation->acquired;
		struct list near = { 0 };

		add_near(model, &near, &lines, violation->site);
		add_near(model, &near, &lines, violation->acquired);
		link_best(model, violation, &near);
		if (site) {
			const struct place whole = { .file = site->place.file };

			violation->is_compiled = line_at(model, &lines, &whole)->is_compiled;
		}
	}
	set_end(&lines);
}
