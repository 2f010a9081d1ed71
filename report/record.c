/* record.c - one record of a log or a summary, from JSON into the model.
 *
 * A record is rejected only if it lacks something without which it is useless.  Any other
 * member may be missing, of another type, or unknown.
 *
 * SPDX-License-Identifier: MIT
 */

#include "record.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* ---- values ---- */

static const char *text_of(struct model *model, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return store_name(&model->store, text ? text : "");
}

/* A name that may be a number: thread 12, "0x1f". */
static const char *name_of(struct model *model, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value))
		return store_name(&model->store,
				  store_format(&model->store, "%lld",
					       (long long)json_integer_value(value)));
	return text_of(model, object, key);
}

static unsigned long long number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? number : 0;
}

static unsigned small_number_of(const json_t *object, const char *key)
{
	unsigned long long number = number_of(object, key);

	return number > INT_MAX ? 0 : number;
}

static bool truth_of(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static struct place place_of(struct model *model, const json_t *object)
{
	return (struct place) {
		.file = text_of(model, object, "file"),
		.line = small_number_of(object, "line"),
		.column = small_number_of(object, "column"),
	};
}

/* VALUE as a site; NULL if it is no object. */
static struct site *site_in(struct model *model, const json_t *value)
{
	struct site *site;

	if (!json_is_object(value))
		return NULL;
	site = store_zeroed(&model->store, sizeof *site);
	site->place = place_of(model, value);
	site->function = text_of(model, value, "function");
	site->ddi = text_of(model, value, "ddi");
	site->lock = text_of(model, value, "lock");
	return site;
}

static const struct site *site_of(struct model *model, const json_t *object, const char *key)
{
	return site_in(model, json_object_get(object, key));
}

/* The lock in member KEY of OBJECT: {"text","address"}, or only its text. */
static void lock_of(struct model *model, const json_t *object, const char *key, const char **text,
		    const char **address)
{
	const json_t *lock = json_object_get(object, key);

	*text = json_is_string(lock) ? text_of(model, object, key) : text_of(model, lock, "text");
	*address = name_of(model, lock, "address");
}

/* ---- compile time ---- */

static enum verdict verdict_of(const json_t *object)
{
	static const char *const names[VERDICTS] = {
		[VERDICT_NOT_APPLICABLE] = "not-applicable", [VERDICT_PASS] = "pass",
		[VERDICT_VIOLATION] = "violation", [VERDICT_UNKNOWN] = "unknown",
	};
	const char *name = json_string_value(json_object_get(object, "verdict"));

	for (int i = 0; name && i < VERDICTS; i++)
		if (!strcmp(name, names[i]))
			return i;
	return VERDICT_UNKNOWN;
}

/* A number of JSON as an index; SIZE_MAX if it is none. */
static size_t index_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) && json_integer_value(value) >= 0
		       ? (size_t)json_integer_value(value) : SIZE_MAX;
}

static void read_graph(struct model *model, struct function *function, const json_t *json)
{
	const json_t *block, *text, *edge;
	size_t i, j;

	json_array_foreach(json, i, block) {
		struct graph_block *made = store_zeroed(&model->store, sizeof *made);

		json_array_foreach(json_object_get(block, "texts"), j, text)
			if (json_is_string(text))
				texts_add(&model->store, &made->texts,
					  store_name(&model->store, json_string_value(text)));
		json_array_foreach(json_object_get(block, "edges"), j, edge) {
			struct graph_edge *added = store_zeroed(&model->store, sizeof *added);

			added->block = index_of(edge, "block");
			added->text = text_of(model, edge, "text");
			list_add(&model->store, &made->edges, added);
		}
		list_add(&model->store, &function->graph, made);
	}
}

static const char *read_function(struct model *model, struct unit *unit, const json_t *json)
{
	struct function *function = store_zeroed(&model->store, sizeof *function);

	function->name = text_of(model, json, "name");
	function->place = place_of(model, json);
	function->callback = text_of(model, json, "callback");
	function->verdict = verdict_of(json);
	function->why = text_of(model, json, "why");
	function->detail = text_of(model, json, "detail");
	function->is_undecided = truth_of(json, "undecided");
	function->lock_calls = number_of(json, "lock_calls");
	function->paths = name_of(model, json, "paths");
	function->violating_paths = name_of(model, json, "violating_paths");
	read_graph(model, function, json_object_get(json, "graph"));
	list_add(&model->store, &unit->functions, function);
	return function->name[0] ? NULL : "a function without a name";
}

static struct step *read_step(struct model *model, const json_t *json)
{
	struct step *step = store_zeroed(&model->store, sizeof *step);
	const char *kind = text_of(model, json, "kind");

	step->place = place_of(model, json);
	step->text = text_of(model, json, "text");
	step->lock = text_of(model, json, "lock");
	step->function = text_of(model, json, "function");
	step->kind = !strcmp(kind, "acquire") ? STEP_ACQUIRE
		   : !strcmp(kind, "release") ? STEP_RELEASE : STEP_OTHER;
	step->depth = small_number_of(json, "depth");
	step->block = index_of(json, "block");
	step->edge = index_of(json, "edge");
	step->has_edge = step->edge != SIZE_MAX;
	return step;
}

static const char *read_warning(struct model *model, struct unit *unit, const json_t *json)
{
	struct warning *warning = store_zeroed(&model->store, sizeof *warning);
	const char *status = text_of(model, json, "status");
	const json_t *path = json_object_get(json, "path"), *event;
	size_t i;

	warning->id = text_of(model, json, "id");
	warning->function = text_of(model, json, "function");
	warning->lock = text_of(model, json, "lock");
	warning->message = text_of(model, json, "message");
	warning->rule = text_of(model, json, "rule");
	warning->bugcheck = text_of(model, json, "bugcheck");
	warning->fingerprint = text_of(model, json, "fingerprint");
	warning->cwe = number_of(json, "cwe");
	warning->place = place_of(model, json);
	warning->acquired = place_of(model, json_object_get(json, "acquired"));
	warning->status = !strcmp(status, "silenced") ? STATUS_SILENCED
			: !strcmp(status, "baseline") ? STATUS_BASELINE : STATUS_SHOWN;
	json_array_foreach(path, i, event)
		list_add(&model->store, &warning->path, read_step(model, event));
	list_add(&model->store, &unit->warnings, warning);
	return warning->id[0] ? NULL : "a violation without an id";
}

static const char *read_site(struct model *model, struct unit *unit, const json_t *json)
{
	struct site *site = site_in(model, json);

	if (!site || !place_is_known(&site->place))
		return "a site without file and line";
	list_add(&model->store, &unit->sites, site);
	return NULL;
}

static const char *read_silencer(struct model *model, struct unit *unit, const json_t *json)
{
	struct silencer *silencer = store_zeroed(&model->store, sizeof *silencer);

	silencer->kind = text_of(model, json, "kind");
	/* Microsoft's number, as in "pragma warning(suppress) 28165". */
	if (number_of(json, "number"))
		silencer->kind = store_name(&model->store,
					    store_format(&model->store, "%s %llu", silencer->kind,
							 number_of(json, "number")));
	silencer->id = text_of(model, json, "id");
	silencer->reason = text_of(model, json, "reason");
	silencer->place = place_of(model, json);
	silencer->used = number_of(json, "used");
	list_add(&model->store, &unit->silencers, silencer);
	return silencer->kind[0] ? NULL : "a silencer without a kind";
}

static const char *read_unit_notice(struct model *model, struct unit *unit, const json_t *json)
{
	if (!json_is_string(json))
		return "a notice that is no text";
	texts_add(&model->store, &unit->notices,
		  store_name(&model->store, json_string_value(json)));
	return NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct function *)a)->name, ((const struct function *)b)->name);
}

/* Find the function of each warning of UNIT. */
static void find_functions(struct unit *unit)
{
	void *by_name = NULL;

	for (size_t i = 0; i < unit->functions.count; i++)
		if (!set_find(&by_name, unit->functions.items[i], compare_names))
			set_add(&by_name, unit->functions.items[i], compare_names);
	for (size_t i = 0; i < unit->warnings.count; i++) {
		struct warning *warning = unit->warnings.items[i];
		struct function key = { .name = warning->function };

		warning->in = set_find(&by_name, &key, compare_names);
	}
	set_end(&by_name);
}

static const char *read_unit(struct model *model, struct input *input, const json_t *json)
{
	static const struct {
		const char *key;
		const char *(*read)(struct model *, struct unit *, const json_t *);
	} members[] = {
		{ "functions", read_function },	 { "violations", read_warning },
		{ "sites", read_site },		 { "silencers", read_silencer },
		{ "notices", read_unit_notice },
	};
	struct unit *unit = store_zeroed(&model->store, sizeof *unit);

	unit->input = input;
	unit->file = text_of(model, json, "file");
	unit->compiler = text_of(model, json, "compiler");
	unit->is_instrumented = truth_of(json, "instrumented");
	if (!unit->file[0])
		return "a unit without a file";
	for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
		const json_t *array = json_object_get(json, members[m].key), *item;
		size_t i;

		if (array && !json_is_array(array) && !json_is_null(array))
			return store_format(&model->store, "'%s' is no list", members[m].key);
		json_array_foreach(array, i, item) {
			const char *problem = members[m].read(model, unit, item);

			if (problem)
				return store_format(&model->store, "%s: %s %zu: %s", unit->file,
						    members[m].key, i + 1, problem);
		}
	}
	find_functions(unit);
	input->units++;
	model_add_unit(model, unit);
	return NULL;
}

/* ---- run time ---- */

static void read_events(struct model *model, struct list *events, const json_t *array)
{
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		struct event *event = store_zeroed(&model->store, sizeof *event);

		event->what = text_of(model, item, "event");
		lock_of(model, item, "lock", &event->lock, &event->address);
		event->site = site_of(model, item, "site");
		event->reason = text_of(model, item, "reason");
		list_add(&model->store, events, event);
	}
}

/* KEY tells the caller from others, also in other runs. */
static void add_caller(struct model *model, struct violation *violation, struct list *callers,
		       const char *function, const char *file, unsigned line, const char *key)
{
	struct caller *caller = store_zeroed(&model->store, sizeof *caller);

	caller->function = function;
	caller->place.file = file;
	caller->place.line = line;
	list_add(&model->store, callers, caller);
	violation->chain =
		store_name(&model->store,
			   store_format(&model->store, "%s %s", violation->chain, key));
}

/* A call with the functions of LINES, of which all but the last are inlined.  OWN, or
 * NULL: this function is the place that is called. */
static void read_lines(struct model *model, struct violation *violation, struct list *callers,
		       const json_t *lines, const char *own)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		const char *function = text_of(model, line, "function");
		const char *file = text_of(model, line, "file");
		unsigned number = (unsigned)number_of(line, "line");

		if (i || function != own)
			add_caller(model, violation, callers, function, file, number,
				   store_format(&model->store, "%s:%u %s", file, number,
						function));
	}
}

/* The first of ARRAY is in the function of SITE, unless that has jumped to the
 * runtime.  RUN's own module may have another name in another run: a driver has that of
 * its service. */
static void read_callers(struct model *model, struct violation *violation, struct list *callers,
			 const struct site *site, const struct run *run, const json_t *array)
{
	const char *own = site ? site->function : NULL;
	const json_t *call;
	size_t i;

	json_array_foreach(array, i, call) {
		const json_t *lines = json_object_get(call, "lines");
		const char *module = text_of(model, call, "module");
		const char *offset = text_of(model, call, "offset");
		const char *code = store_format(&model->store, "%s+%s", module, offset);

		read_lines(model, violation, callers, lines, i ? NULL : own);
		if (i && !json_array_size(lines))
			add_caller(model, violation, callers, store_name(&model->store, code),
				   store_name(&model->store, ""), 0,
				   strcmp(module, run->program) ? code : offset);
	}
}

/* The earlier order that a violation of lock-order contradicts. */
static void read_earlier(struct model *model, struct violation *violation, const json_t *earlier)
{
	const char *address;

	violation->earlier_thread = name_of(model, earlier, "thread");
	violation->earlier[0] = site_of(model, earlier, "first_site");
	violation->earlier[1] = site_of(model, earlier, "second_site");
	lock_of(model, earlier, "first", &violation->earlier_locks[0], &address);
	lock_of(model, earlier, "second", &violation->earlier_locks[1], &address);
}

/* The run of the record JSON. */
static struct run *run_of(struct model *model, struct input *input, const json_t *json)
{
	return model_run(model, input, text_of(model, json, "run"));
}

/* "coverage=1 history=8": the options that are not 0 or empty. */
static const char *options_in(struct model *model, json_t *options)
{
	const json_t *value;
	const char *name, *text = "";

	json_object_foreach(options, name, value) {
		const char *shown = json_is_integer(value)
					    ? store_format(&model->store, "%lld",
							   (long long)json_integer_value(value))
					    : json_string_value(value);

		if (shown && shown[0] && strcmp(shown, "0"))
			text = store_format(&model->store, "%s%s%s=%s", text, text[0] ? " " : "",
					    name, shown);
	}
	return store_name(&model->store, text);
}

static const char *read_run(struct model *model, struct input *input, const json_t *json)
{
	struct run *run;

	if (!text_of(model, json, "run")[0])
		return "a run without a name";
	run = run_of(model, input, json);
	run->parent = text_of(model, json, "parent");
	run->program = text_of(model, json, "program");
	run->port = text_of(model, json, "port");
	run->version = text_of(model, json, "spinrule");
	run->process = name_of(model, json, "process");
	run->options = options_in(model, json_object_get(json, "options"));
	return NULL;
}

static const char *read_violation(struct model *model, struct input *input, const json_t *json)
{
	struct violation *violation = store_zeroed(&model->store, sizeof *violation);
	const json_t *acquired = json_object_get(json, "acquired");
	struct run *run;

	violation->id = text_of(model, json, "id");
	if (!violation->id[0])
		return "a violation without an id";
	run = run_of(model, input, json);
	violation->message = text_of(model, json, "message");
	violation->rule = text_of(model, json, "rule");
	violation->bugcheck = text_of(model, json, "bugcheck");
	violation->fix = text_of(model, json, "fix");
	lock_of(model, json, "lock", &violation->lock, &violation->address);
	violation->thread = name_of(model, json, "thread");
	violation->site = site_of(model, json, "site");
	violation->acquired = site_of(model, acquired, "site");
	violation->acquired_thread = name_of(model, acquired, "thread");
	violation->released = site_of(model, json_object_get(json, "released"), "site");
	violation->cwe = number_of(json, "cwe");
	violation->held_us = number_of(json, "held_us");
	violation->first = site_of(model, json_object_get(json, "first"), "site");
	violation->first_event = text_of(model, json_object_get(json, "first"), "event");
	violation->chain = store_name(&model->store, "");
	read_callers(model, violation, &violation->callers, violation->site, run,
		     json_object_get(json, "callers"));
	read_callers(model, violation, &violation->acquired_callers, violation->acquired, run,
		     json_object_get(acquired, "callers"));
	read_earlier(model, violation, json_object_get(json, "earlier"));
	read_events(model, &violation->held, json_object_get(json, "held"));
	read_events(model, &violation->history, json_object_get(json, "history"));
	input->violations++;
	model_add_violation(model, violation, run);
	return NULL;
}

static const char *read_covered(struct model *model, struct input *input, const json_t *json)
{
	const struct site *site = site_of(model, json, "site");
	struct covered *covered;

	if (!site)
		return "a site record without a site";
	input->sites++;
	run_of(model, input, json);
	model->has_coverage = true;
	covered = model_site(model, site);
	covered->is_linked = true;
	covered->is_executed |= truth_of(json, "executed");
	return NULL;
}

static const char *read_lock(struct model *model, struct input *input, const json_t *json)
{
	struct lock_stats *stats = store_zeroed(&model->store, sizeof *stats);

	stats->run = run_of(model, input, json);
	lock_of(model, json, "lock", &stats->lock, &stats->address);
	stats->acquisitions = number_of(json, "acquisitions");
	stats->contended = number_of(json, "contended");
	stats->longest_us = number_of(json, "longest_hold_us");
	stats->longest_site = site_of(model, json, "longest_hold_site");
	list_add(&model->store, &model->locks, stats);
	return NULL;
}

static const char *read_notice(struct model *model, struct input *input, const json_t *json)
{
	struct notice *notice = store_zeroed(&model->store, sizeof *notice);

	notice->text = text_of(model, json, "text");
	notice->from = input->name;
	notice->run = run_of(model, input, json);
	list_add(&model->store, &model->notices, notice);
	return NULL;
}

static const char *read_summary(struct model *model, struct input *input, const json_t *json)
{
	const json_t *suppressions = json_object_get(json, "suppressions"), *suppression, *count;
	json_t *counts = json_object_get(json, "violations");
	struct run *run = run_of(model, input, json);
	const char *id;
	size_t i;

	json_object_foreach(counts, id, count) {
		if (json_integer_value(count) > 0) {
			model_id(model, store_name(&model->store, id))->counted +=
				json_integer_value(count);
			run->counted += json_integer_value(count);
		}
	}
	json_array_foreach(suppressions, i, suppression) {
		model_suppress(model, text_of(model, suppression, "kind"),
			       text_of(model, suppression, "pattern"),
			       number_of(suppression, "used"));
	}
	run->is_ended = true;
	run->calls = number_of(json, "calls");
	run->sites = number_of(json, "sites");
	run->executed = number_of(json, "executed");
	input->nameless = NULL;
	model->calls += run->calls;
	model->unreported += number_of(json, "untold");
	model->incomplete_runs += truth_of(json, "incomplete");
	return NULL;
}

const char *record_read(struct model *model, struct input *input, const json_t *json)
{
	static const struct {
		const char *type;
		const char *(*read)(struct model *, struct input *, const json_t *);
	} types[] = {
		{ "unit", read_unit },	     { "run", read_run },   { "violation", read_violation },
		{ "site", read_covered },    { "lock", read_lock }, { "notice", read_notice },
		{ "summary", read_summary },
	};
	const char *type = json_string_value(json_object_get(json, "type"));

	if (!type)
		return "a record without a type";
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(type, types[i].type))
			return types[i].read(model, input, json);
	input->unknown++;
	return NULL;
}
