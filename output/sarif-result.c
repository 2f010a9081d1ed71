/* sarif-result.c - one finding as a result of a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/sarif-result.h"

#include <stdio.h>
#include <stdlib.h>

#include "output/sarif-value.h"
#include "output/where.h"

/* ---- places ---- */

/* The address of REAL as an artifactLocation. */
static json_t *artifact(const struct sarif_source *source, const char *real)
{
	json_t *made = json_object();
	bool is_inside;
	char *address = where_address(real, source->root, &is_inside);

	value_set_text(made, "uri", address);
	if (is_inside)
		value_set_text(made, "uriBaseId", RESULT_ROOT);
	free(address);
	return made;
}

/* The columns of PLACE, in file REAL: of a call, the whole of it. */
static void set_columns(json_t *region, const char *real, const struct sarif_place *place)
{
	const int end = place->is_call ? where_end(real, place->line, place->column) : 0;

	value_set(region, "startColumn",
		  json_integer(where_column(real, place->line, place->column)));
	if (end)
		value_set(region, "endColumn", json_integer(end));
}

/* PLACE in FUNCTION (or NULL) as a location. */
static json_t *location(const struct sarif_source *source, const struct sarif_place *place,
			const char *function)
{
	json_t *made = json_object();

	if (place->file && place->file[0]) {
		json_t *physical = json_object(), *region = json_object();
		char *real = where_real(place->file, place->directory);

		value_set(physical, "artifactLocation", artifact(source, real));
		if (place->line > 0) {
			value_set(region, "startLine", json_integer(place->line));
			if (place->column > 0)
				set_columns(region, real, place);
			value_set(physical, "region", json_incref(region));
		}
		json_decref(region);
		value_set(made, "physicalLocation", physical);
		free(real);
	}
	if (function && function[0]) {
		json_t *logical = json_object(), *list = json_array();

		value_set_text(logical, "name", function);
		value_set_text(logical, "kind", "function");
		json_array_append_new(list, logical);
		value_set(made, "logicalLocations", list);
	}
	return made;
}

/* ---- the parts of a result ---- */

static json_t *kinds_of(enum sarif_kind kind)
{
	static const char *const words[][3] = {
		[SARIF_OTHER] = { NULL },
		[SARIF_ACQUIRE] = { "acquire", "lock", NULL },
		[SARIF_RELEASE] = { "release", "lock", NULL },
		[SARIF_BRANCH] = { "branch", NULL },
		[SARIF_CALL] = { "call", "function", NULL },
		[SARIF_FAILURE] = { "danger", NULL },
	};
	json_t *made = json_array();

	for (int i = 0; words[kind][i]; i++)
		json_array_append_new(made, value_of_text(words[kind][i]));
	return made;
}

static json_t *code_flows(const struct sarif_source *source, const struct sarif_result *result)
{
	json_t *locations = json_array(), *thread = json_object(), *flow = json_object();
	json_t *threads = json_array(), *flows = json_array();

	for (int i = 0; i < result->n_steps; i++) {
		const struct sarif_step *step = &result->steps[i];
		json_t *made = json_object(), *at = location(source, &step->place, step->function);
		json_t *kinds = kinds_of(step->kind);

		value_set(at, "message", value_sentence(step->text));
		value_set(made, "location", at);
		if (json_array_size(kinds))
			value_set(made, "kinds", json_incref(kinds));
		json_decref(kinds);
		value_set(made, "nestingLevel", json_integer(step->nesting));
		value_set(made, "executionOrder", json_integer(i + 1));
		value_set_text(made, "importance", step->nesting ? "important" : "essential");
		json_array_append_new(locations, made);
	}
	value_set(thread, "locations", locations);
	json_array_append_new(threads, thread);
	value_set(flow, "threadFlows", threads);
	json_array_append_new(flows, flow);
	return flows;
}

static json_t *suppressions(const struct sarif_source *source, const struct sarif_result *result)
{
	json_t *all = json_array();

	for (int i = 0; i < result->n_suppressions; i++) {
		const struct sarif_suppression *suppression = &result->suppressions[i];
		json_t *made = json_object();

		value_set_text(made, "kind", suppression->is_in_source ? "inSource" : "external");
		value_set_text(made, "justification", suppression->why);
		if (suppression->place.file && suppression->place.file[0])
			value_set(made, "location", location(source, &suppression->place, NULL));
		json_array_append_new(all, made);
	}
	return all;
}

static const char *baseline_word(enum sarif_baseline baseline)
{
	switch (baseline) {
	case SARIF_NO_BASELINE:
		break;
	case SARIF_NEW:
		return "new";
	case SARIF_UNCHANGED:
		return "unchanged";
	case SARIF_ABSENT:
		return "absent";
	}
	return NULL;
}

/* What readers of SARIF have no word of their own for. */
static json_t *properties(const struct sarif_source *source, const struct sarif_result *result)
{
	json_t *made = json_object();
	char code[16];

	if (result->lock)
		value_set_text(made, "lock", result->lock);
	value_set_text(made, "rule", spinrule_rule_name(result->rule));
	if (spinrule_rule_code(result->rule)) {
		snprintf(code, sizeof code, "0x%08X", spinrule_rule_code(result->rule));
		value_set_text(made, "bugCheckParameter1", code);
	}
	value_set(made, "units", value_list_of(value_of_text(source->unit)));
	return made;
}

/* ---- sarif-result.h ---- */

json_t *result_value(const struct sarif_source *source, const struct sarif_result *result)
{
	json_t *made = json_object();
	char *id;

	if (asprintf(&id, "%s%s", RESULT_PREFIX, spinrule_id(result->id)) < 0)
		abort();
	value_set_text(made, "ruleId", id);
	free(id);
	value_set_text(made, "level", result->is_error ? "error" : "warning");
	value_set(made, "message", value_sentence(result->text));
	value_set(made, "locations",
		  value_list_of(location(source, &result->place, result->function)));
	if (result->n_steps)
		value_set(made, "codeFlows", code_flows(source, result));
	if (result->fingerprint && result->fingerprint[0]) {
		json_t *prints = json_object();

		value_set_text(prints, RESULT_FINGERPRINT, result->fingerprint);
		value_set(made, "partialFingerprints", prints);
	}
	if (baseline_word(result->baseline))
		value_set_text(made, "baselineState", baseline_word(result->baseline));
	/* An empty list says that nothing suppresses it. */
	value_set(made, "suppressions", suppressions(source, result));
	value_set(made, "taxa", value_list_of(value_weakness(spinrule_cwe(result->id))));
	value_set(made, "properties", properties(source, result));
	return made;
}

json_t *result_note(const struct sarif_source *source, const struct sarif_place *place,
		    const char *text)
{
	json_t *made = json_object(), *units = json_object();

	value_set_text(made, "level", "note");
	value_set(made, "message", value_sentence(text));
	if (place && place->file)
		value_set(made, "locations", value_list_of(location(source, place, NULL)));
	value_set(units, "units", value_list_of(value_of_text(source->unit)));
	value_set(made, "properties", units);
	return made;
}
