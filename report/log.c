/* log.c - the findings as a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#include "log.h"

#include <string.h>

#include "../output/sarif.h"
#include "findings.h"

/* Steps of a path that are shown: none is longer. */
enum { MAX_STEPS = 256 };

static struct sarif_place place_of(const struct place *place)
{
	return (struct sarif_place){ place->file, NULL, (int)place->line, (int)place->column,
				     false };
}

static enum spinrule_rule rule_of(const char *name)
{
	for (int rule = 0; rule < SPINRULE_RULES; rule++)
		if (!strcmp(spinrule_rule_name((enum spinrule_rule)rule), name))
			return (enum spinrule_rule)rule;
	return SPINRULE_RULE_SPINLOCK;
}

static void add_warning(struct sarif *log, const struct warning *warning)
{
	struct sarif_step steps[MAX_STEPS];
	struct sarif_suppression by = { 0 };
	struct sarif_result made = {
		.id = (enum spinrule_violation)findings_id(warning->id),
		.rule = rule_of(warning->rule),
		.text = warning->message,
		.function = warning->function,
		.lock = warning->lock,
		.fingerprint = warning->fingerprint,
		.place = place_of(&warning->place),
		.n_suppressions = warning->status != STATUS_SHOWN,
		.steps = steps,
		.suppressions = &by,
	};

	by.why = warning->status == STATUS_BASELINE ? "listed in the baseline"
						    : "silenced at compile time";
	for (size_t i = 0; i < warning->path.count && i < MAX_STEPS; i++) {
		const struct step *step = warning->path.items[i];
		const bool is_last = i + 1 == warning->path.count;

		steps[made.n_steps++] =
			(struct sarif_step){ place_of(&step->place), step->text,
					     step->function[0] ? step->function
							       : warning->function,
					     (int)step->depth,
					     is_last		       ? SARIF_FAILURE
					     : step->kind == STEP_ACQUIRE ? SARIF_ACQUIRE
					     : step->kind == STEP_RELEASE ? SARIF_RELEASE
									  : SARIF_OTHER };
	}
	if (made.id != SPINRULE_NONE)
		sarif_add(log, &made);
}

/* True if a warning, also a silenced one, is about the same mistake. */
static bool has_warning(const struct violation *violation)
{
	return violation->confirmation >= CONFIRMATION_BY_ACQUIRE;
}

static void add_violation(struct sarif *log, struct store *store, const struct violation *violation)
{
	struct sarif_step steps[2];
	struct sarif_result made = {
		.id = (enum spinrule_violation)findings_id(violation->id),
		.rule = rule_of(violation->rule),
		.text = violation->message,
		.function = violation->site ? violation->site->function : "",
		.lock = violation->lock,
		.steps = steps,
	};

	if (made.id == SPINRULE_NONE || has_warning(violation))
		return;
	if (violation->acquired)
		steps[made.n_steps++] = (struct sarif_step){
			place_of(&violation->acquired->place),
			store_format(store, "'%s' acquired here, by '%s'", violation->lock,
				     violation->acquired->ddi),
			violation->acquired->function, 0, SARIF_ACQUIRE
		};
	if (violation->site) {
		made.place = place_of(&violation->site->place);
		steps[made.n_steps++] = (struct sarif_step){
			made.place,
			store_format(store, "reported here by a test run, at '%s'",
				     violation->site->ddi),
			violation->site->function, 0, SARIF_FAILURE
		};
	}
	sarif_add(log, &made);
}

char *log_write(struct model *model, const char *file, const char *start,
		const char *program)
{
	struct sarif *log = sarif_new("spinrule-report", start, program);
	char *failed;

	for (size_t i = 0; i < model->warnings.count; i++)
		add_warning(log, model->warnings.items[i]);
	for (size_t i = 0; i < model->violations.count; i++)
		add_violation(log, &model->store, model->violations.items[i]);
	failed = sarif_write(log, file);
	sarif_free(log);
	return failed;
}
