/* sarif.c - findings as a SARIF 2.1.0 log.
 *
 * The log is built of its results alone: what they name of rules and weaknesses is added
 * when it is written, so that logs are merged by merging results.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/sarif.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/file.h"
#include "output/help.h"
#include "output/where.h"

/* Version 2.1.0 with its errata. */
static const char schema[] =
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
static const char tool[] = "Spinrule", root_name[] = "%SRCROOT%", prefix[] = "spinrule-";
static const char fingerprint[] = "spinruleBaseline/v1";

struct sarif {
	char *unit;		/* its address */
	char *root, *program;
	json_t *results, *notes;
};

/* ---- values ---- */

/* TEXT, of which bytes that are no UTF-8 become question marks. */
static json_t *text_value(const char *text)
{
	json_t *value = json_string(text);
	char *clean;

	if (value)
		return value;
	clean = strdup(text);
	if (!clean)
		abort();
	for (char *c = clean; *c; c++)
		if (*c & 0x80)
			*c = '?';
	value = json_string(clean);
	free(clean);
	return value;
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		abort();
}

static void set_text(json_t *object, const char *key, const char *text)
{
	set(object, key, text_value(text));
}

static json_t *message(const char *text)
{
	json_t *made = json_object();

	set_text(made, "text", text);
	return made;
}

/* TEXT as a sentence. */
static json_t *sentence(const char *text)
{
	char *made;
	json_t *value;

	if (asprintf(&made, "%s.", text) < 0)
		abort();
	if (made[0] >= 'a' && made[0] <= 'z')
		made[0] += 'A' - 'a';
	value = message(made);
	free(made);
	return value;
}

/* ---- places ---- */

/* The address of REAL in LOG as an artifactLocation. */
static json_t *artifact(const struct sarif *log, const char *real)
{
	json_t *made = json_object();
	bool is_inside;
	char *address = where_address(real, log->root, &is_inside);

	set_text(made, "uri", address);
	if (is_inside)
		set_text(made, "uriBaseId", root_name);
	free(address);
	return made;
}

/* The columns of PLACE, in file REAL: of a call, the whole of it. */
static void set_columns(json_t *region, const char *real, const struct sarif_place *place)
{
	const int end = place->is_call ? where_end(real, place->line, place->column) : 0;

	set(region, "startColumn",
	    json_integer(where_column(real, place->line, place->column)));
	if (end)
		set(region, "endColumn", json_integer(end));
}

/* PLACE in FUNCTION (or NULL) as a location. */
static json_t *location(const struct sarif *log, const struct sarif_place *place,
			const char *function)
{
	json_t *made = json_object();

	if (place->file && place->file[0]) {
		json_t *physical = json_object(), *region = json_object();
		char *real = where_real(place->file, place->directory);

		set(physical, "artifactLocation", artifact(log, real));
		if (place->line > 0) {
			set(region, "startLine", json_integer(place->line));
			if (place->column > 0)
				set_columns(region, real, place);
			set(physical, "region", json_incref(region));
		}
		json_decref(region);
		set(made, "physicalLocation", physical);
		free(real);
	}
	if (function && function[0]) {
		json_t *logical = json_object(), *list = json_array();

		set_text(logical, "name", function);
		set_text(logical, "kind", "function");
		json_array_append_new(list, logical);
		set(made, "logicalLocations", list);
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
		json_array_append_new(made, text_value(words[kind][i]));
	return made;
}

static json_t *code_flows(const struct sarif *log, const struct sarif_result *result)
{
	json_t *locations = json_array(), *thread = json_object(), *flow = json_object();
	json_t *threads = json_array(), *flows = json_array();

	for (int i = 0; i < result->n_steps; i++) {
		const struct sarif_step *step = &result->steps[i];
		json_t *made = json_object(), *at = location(log, &step->place, step->function);
		json_t *kinds = kinds_of(step->kind);

		set(at, "message", sentence(step->text));
		set(made, "location", at);
		if (json_array_size(kinds))
			set(made, "kinds", json_incref(kinds));
		json_decref(kinds);
		set(made, "nestingLevel", json_integer(step->nesting));
		set(made, "executionOrder", json_integer(i + 1));
		set_text(made, "importance", step->nesting ? "important" : "essential");
		json_array_append_new(locations, made);
	}
	set(thread, "locations", locations);
	json_array_append_new(threads, thread);
	set(flow, "threadFlows", threads);
	json_array_append_new(flows, flow);
	return flows;
}

static json_t *suppressions(const struct sarif *log, const struct sarif_result *result)
{
	json_t *all = json_array();

	for (int i = 0; i < result->n_suppressions; i++) {
		const struct sarif_suppression *suppression = &result->suppressions[i];
		json_t *made = json_object();

		set_text(made, "kind", suppression->is_in_source ? "inSource" : "external");
		set_text(made, "justification", suppression->why);
		if (suppression->place.file && suppression->place.file[0])
			set(made, "location", location(log, &suppression->place, NULL));
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

/* A reference to entry ID of the list of weaknesses. */
static json_t *weakness(int cwe)
{
	json_t *made = json_object(), *component = json_object();
	char id[16];

	snprintf(id, sizeof id, "%d", cwe);
	set_text(made, "id", id);
	set_text(component, "name", "CWE");
	set(component, "index", json_integer(0));
	set(made, "toolComponent", component);
	return made;
}

static json_t *listed(json_t *item)
{
	json_t *made = json_array();

	json_array_append_new(made, item);
	return made;
}

/* What readers of SARIF have no word of their own for. */
static json_t *properties(const struct sarif *log, const struct sarif_result *result)
{
	json_t *made = json_object();
	char code[16];

	if (result->lock)
		set_text(made, "lock", result->lock);
	set_text(made, "rule", spinrule_rule_name(result->rule));
	if (spinrule_rule_code(result->rule)) {
		snprintf(code, sizeof code, "0x%08X", spinrule_rule_code(result->rule));
		set_text(made, "bugCheckParameter1", code);
	}
	set(made, "units", listed(text_value(log->unit)));
	return made;
}

/* ---- sarif.h: building ---- */

struct sarif *sarif_new(const char *unit, const char *start, const char *program)
{
	struct sarif *log = calloc(1, sizeof *log);
	bool is_inside;
	char *real;

	if (!log)
		abort();
	log->root = where_root(start);
	real = where_real(unit, NULL);
	log->unit = where_address(real, log->root, &is_inside);
	log->program = program ? strdup(program) : NULL;
	log->results = json_array();
	log->notes = json_array();
	free(real);
	return log;
}

void sarif_free(struct sarif *log)
{
	json_decref(log->results);
	json_decref(log->notes);
	free(log->unit);
	free(log->root);
	free(log->program);
	free(log);
}

void sarif_add(struct sarif *log, const struct sarif_result *result)
{
	json_t *made = json_object();
	char *id;

	if (asprintf(&id, "%s%s", prefix, spinrule_id(result->id)) < 0)
		abort();
	set_text(made, "ruleId", id);
	free(id);
	set_text(made, "level", result->is_error ? "error" : "warning");
	set(made, "message", sentence(result->text));
	set(made, "locations", listed(location(log, &result->place, result->function)));
	if (result->n_steps)
		set(made, "codeFlows", code_flows(log, result));
	if (result->fingerprint && result->fingerprint[0]) {
		json_t *prints = json_object();

		set_text(prints, fingerprint, result->fingerprint);
		set(made, "partialFingerprints", prints);
	}
	if (baseline_word(result->baseline))
		set_text(made, "baselineState", baseline_word(result->baseline));
	/* An empty list says that nothing suppresses it. */
	set(made, "suppressions", suppressions(log, result));
	set(made, "taxa", listed(weakness(spinrule_cwe(result->id))));
	set(made, "properties", properties(log, result));
	json_array_append_new(log->results, made);
}

void sarif_note(struct sarif *log, const struct sarif_place *place, const char *text)
{
	json_t *made = json_object(), *units = json_object();

	set_text(made, "level", "note");
	set(made, "message", sentence(text));
	if (place && place->file)
		set(made, "locations", listed(location(log, place, NULL)));
	set(units, "units", listed(text_value(log->unit)));
	set(made, "properties", units);
	json_array_append_new(log->notes, made);
}

/* ---- order ---- */

/* The value in VALUE at PATH, names and numbers with "/" between, or NULL. */
static const json_t *value_at(const json_t *value, const char *path)
{
	char *copy = strdup(path), *rest = copy;

	for (char *part; value && (part = strsep(&rest, "/"));)
		value = json_is_array(value) ? json_array_get(value, strtoul(part, NULL, 10))
					     : json_object_get(value, part);
	free(copy);
	return value;
}

static const char *text_at(const json_t *value, const char *path)
{
	const char *text = json_string_value(value_at(value, path));

	return text ? text : "";
}

static int number_at(const json_t *value, const char *path)
{
	return (int)json_integer_value(value_at(value, path));
}

static const char *fingerprint_of(const json_t *result)
{
	const char *text = json_string_value(
		json_object_get(json_object_get(result, "partialFingerprints"), fingerprint));

	return text ? text : "";
}

/* By file, line and column, then by what is said. */
static int compare_results(const void *a, const void *b)
{
	static const char *const texts[] = { "ruleId", "message/text" };
	static const char *const numbers[] = { "locations/0/physicalLocation/region/startLine",
					       "locations/0/physicalLocation/region/startColumn" };
	static const char file[] = "locations/0/physicalLocation/artifactLocation/uri";
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int order = strcmp(text_at(x, file), text_at(y, file));

	for (size_t i = 0; !order && i < sizeof numbers / sizeof *numbers; i++)
		order = number_at(x, numbers[i]) - number_at(y, numbers[i]);
	for (size_t i = 0; !order && i < sizeof texts / sizeof *texts; i++)
		order = strcmp(text_at(x, texts[i]), text_at(y, texts[i]));
	return order ? order : strcmp(fingerprint_of(x), fingerprint_of(y));
}

/* LIST sorted; a new list of the same items. */
static json_t *sorted(const json_t *list)
{
	const size_t n = json_array_size(list);
	json_t **items = calloc(n + 1, sizeof *items), *made = json_array();

	if (!items)
		abort();
	for (size_t i = 0; i < n; i++)
		items[i] = json_array_get(list, i);
	qsort(items, n, sizeof *items, compare_results);
	for (size_t i = 0; i < n; i++)
		json_array_append(made, items[i]);
	free(items);
	return made;
}

/* ---- merging ---- */

/* True if X and Y say the same, whoever says it. */
static bool is_same(json_t *x, json_t *y)
{
	json_t *p = json_copy(x), *q = json_copy(y);
	bool is_equal;

	json_object_del(p, "properties");
	json_object_del(q, "properties");
	json_object_del(p, "ruleIndex");
	json_object_del(q, "ruleIndex");
	is_equal = json_equal(p, q);
	json_decref(p);
	json_decref(q);
	return is_equal;
}

/* Remove UNIT from the units that say ITEM.  True if no unit is left. */
static bool forget_unit(json_t *item, const char *unit)
{
	json_t *units = json_object_get(json_object_get(item, "properties"), "units");

	for (size_t i = json_array_size(units); i-- > 0;) {
		const char *name = json_string_value(json_array_get(units, i));

		if (name && !strcmp(name, unit))
			json_array_remove(units, i);
	}
	return !json_array_size(units);
}

/* Add to OWN, what is said about UNIT now, what OTHERS says about other units. */
static void merge(json_t *own, const char *unit, json_t *others)
{
	const size_t n_own = json_array_size(own);

	for (size_t i = 0; i < json_array_size(others); i++) {
		json_t *item = json_array_get(others, i), *same = NULL;

		if (forget_unit(item, unit))
			continue;
		for (size_t k = 0; k < n_own && !same; k++)
			if (is_same(json_array_get(own, k), item))
				same = json_array_get(own, k);
		if (same)
			json_array_extend(
				json_object_get(json_object_get(same, "properties"), "units"),
				json_object_get(json_object_get(item, "properties"), "units"));
		else
			json_array_append(own, item);
	}
}

/* ---- the log ---- */

static json_t *tags_of(enum spinrule_violation id)
{
	json_t *tags = json_array();
	char cwe[40];

	snprintf(cwe, sizeof cwe, "external/cwe/cwe-%03d", spinrule_cwe(id));
	json_array_append_new(tags, text_value("concurrency"));
	json_array_append_new(tags, text_value("reliability"));
	json_array_append_new(tags, text_value(cwe));
	return tags;
}

/* "HeldAtReturn" */
static char *rule_name(enum spinrule_violation id)
{
	char *name = strdup(spinrule_id(id)), *to = name;
	bool is_first = true;

	if (!name)
		abort();
	for (const char *from = name; *from; from++) {
		if (*from != '-')
			*to++ = is_first ? (char)(*from - 'a' + 'A') : *from;
		is_first = *from == '-';
	}
	*to = 0;
	return name;
}

static json_t *rule(const struct sarif *log, enum spinrule_violation id)
{
	json_t *made = json_object(), *help = message(help_meaning(id));
	json_t *relation = json_object(), *more = json_object(), *level = json_object();
	char *name = rule_name(id), *page = sarif_page(log->program, id), *text;

	if (asprintf(&text, "%s%s", prefix, spinrule_id(id)) < 0)
		abort();
	set_text(made, "id", text);
	free(text);
	set_text(made, "name", name);
	if (asprintf(&text, "A spin lock %s", spinrule_words(id)) < 0)
		abort();
	set(made, "shortDescription", sentence(text));
	free(text);
	set(made, "fullDescription", message(help_meaning(id)));
	set_text(help, "markdown", help_page(id));
	set(made, "help", help);
	if (page)
		set_text(made, "helpUri", page);
	set_text(level, "level", "warning");
	set(made, "defaultConfiguration", level);
	set(relation, "target", weakness(spinrule_cwe(id)));
	set(relation, "kinds", listed(text_value("superset")));
	set(made, "relationships", listed(relation));
	set(more, "tags", tags_of(id));
	set_text(more, "precision", "high");
	set_text(more, "problem.severity", "warning");
	set(made, "properties", more);
	free(name);
	free(page);
	return made;
}

/* MITRE's list, as far as RULES, which are IS_USED, are about it. */
static json_t *taxonomy(const bool *is_used)
{
	json_t *made = json_object(), *taxa = json_array();

	set_text(made, "name", "CWE");
	set_text(made, "organization", "MITRE");
	set(made, "shortDescription", message("The MITRE Common Weakness Enumeration."));
	set_text(made, "informationUri", "https://cwe.mitre.org/data/index.html");
	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++) {
		json_t *taxon = json_object();
		const int cwe = spinrule_cwe((enum spinrule_violation)id);
		char text[80];
		bool is_known = !is_used[id];

		snprintf(text, sizeof text, "%d", cwe);
		for (size_t i = 0; i < json_array_size(taxa); i++)
			is_known |= !strcmp(text_at(json_array_get(taxa, i), "id"), text);
		if (is_known) {
			json_decref(taxon);
			continue;
		}
		set_text(taxon, "id", text);
		set_text(taxon, "name", help_cwe_name(cwe));
		set(taxon, "shortDescription", sentence(help_cwe_name(cwe)));
		snprintf(text, sizeof text, "https://cwe.mitre.org/data/definitions/%d.html", cwe);
		set_text(taxon, "helpUri", text);
		json_array_append_new(taxa, taxon);
	}
	set(made, "taxa", taxa);
	return made;
}

static enum spinrule_violation id_of(const json_t *result)
{
	const char *name = text_at(result, "ruleId");

	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		if (!strncmp(name, prefix, sizeof prefix - 1) &&
		    !strcmp(name + sizeof prefix - 1, spinrule_id((enum spinrule_violation)id)))
			return (enum spinrule_violation)id;
	return SPINRULE_NONE;
}

/* The tool with the rules of RESULTS, which get their numbers. */
static json_t *driver(const struct sarif *log, json_t *results, bool *is_used)
{
	json_t *made = json_object(), *rules = json_array(), *taxonomy_used = json_object();
	int numbers[SPINRULE_VIOLATIONS] = { 0 }, n = 0;

	for (size_t i = 0; i < json_array_size(results); i++)
		is_used[id_of(json_array_get(results, i))] = true;
	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		if (is_used[id]) {
			numbers[id] = n++;
			json_array_append_new(rules, rule(log, (enum spinrule_violation)id));
		}
	for (size_t i = 0; i < json_array_size(results); i++) {
		json_t *result = json_array_get(results, i);

		set(result, "ruleIndex", json_integer(numbers[id_of(result)]));
	}
	set_text(made, "name", tool);
	set_text(made, "version", SPINRULE_VERSION);
	set_text(made, "semanticVersion", SPINRULE_VERSION ".0");
	set(made, "rules", rules);
	set_text(taxonomy_used, "name", "CWE");
	set(taxonomy_used, "index", json_integer(0));
	set(made, "supportedTaxonomies", listed(taxonomy_used));
	return made;
}

static json_t *whole(const struct sarif *log)
{
	json_t *made = json_object(), *run = json_object(), *parts = json_object();
	json_t *base = json_object(), *bases = json_object(), *invocation = json_object();
	json_t *results = sorted(log->results);
	bool is_used[SPINRULE_VIOLATIONS] = { false }, is_inside;
	char *root, *root_address;

	if (asprintf(&root, "%s/", strcmp(log->root, "/") ? log->root : "") < 0)
		abort();
	root_address = where_address(root, "\n", &is_inside);
	set_text(base, "uri", root_address);
	free(root_address);
	free(root);
	set(bases, root_name, base);
	set(parts, "driver", driver(log, results, is_used));
	set(run, "tool", parts);
	set(invocation, "executionSuccessful", json_true());
	set(invocation, "toolExecutionNotifications", sorted(log->notes));
	set(run, "invocations", listed(invocation));
	set(run, "originalUriBaseIds", bases);
	set(run, "taxonomies", listed(taxonomy(is_used)));
	set_text(run, "columnKind", "unicodeCodePoints");
	set(run, "results", results);
	set_text(made, "$schema", schema);
	set_text(made, "version", "2.1.0");
	set(made, "runs", listed(run));
	return made;
}

/* LOG as text; malloc'ed. */
static char *text_of(const struct sarif *log, size_t *size)
{
	json_t *made = whole(log);
	char *text = json_dumps(made, JSON_INDENT(1)), *line;

	json_decref(made);
	if (!text || asprintf(&line, "%s\n", text) < 0)
		abort();
	free(text);
	*size = strlen(line);
	return line;
}

/* ---- sarif.h: writing ---- */

char *sarif_write(struct sarif *log, const char *file)
{
	size_t size;
	char *text = text_of(log, &size), *failed = file_replace(file, text, size);

	free(text);
	return failed;
}

char *sarif_merge(struct sarif *log, const char *file)
{
	struct file_update update;
	char *failed = file_begin(&update, file), *text;
	json_t *before = NULL, *run;
	size_t size;

	if (!failed && update.size) {
		before = json_loadb(update.text, update.size, 0, NULL);
		run = json_array_get(json_object_get(before, "runs"), 0);
		if (strcmp(text_at(run, "tool/driver/name"), tool) != 0 &&
		    asprintf(&failed, "'%s' is no SARIF log of %s", file, tool) < 0)
			abort();
		merge(log->results, log->unit, json_object_get(run, "results"));
		merge(log->notes, log->unit,
		      json_object_get(json_array_get(json_object_get(run, "invocations"), 0),
				      "toolExecutionNotifications"));
		json_decref(before);
	}
	if (failed) {
		file_cancel(&update);
		return failed;
	}
	text = text_of(log, &size);
	if (size == update.size && !memcmp(text, update.text, size))
		file_cancel(&update);
	else
		failed = file_commit(&update, text, size);
	free(text);
	return failed;
}

/* Make the folders that NAME, a file, is to be in. */
static void make_folders(char *name)
{
	for (char *slash = strchr(name + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(name, 0777);
		*slash = '/';
	}
}

char *sarif_write_below(struct sarif *log, const char *folder)
{
	const char *unit = log->unit;
	char *name, *failed;

	if (!strncmp(unit, "file:///", 8))
		unit += 8;
	if (asprintf(&name, "%s/%s.sarif", folder, unit) < 0)
		abort();
	make_folders(name);
	failed = sarif_write(log, name);
	free(name);
	return failed;
}

char *sarif_page(const char *program, enum spinrule_violation id)
{
	/* Beside the plugin or the program: installed, and in the folder that it is built
	 * in. */
	static const char *const folders[] = { "/../../../share/doc/spinrule/docs/ids/",
					       "/../share/doc/spinrule/docs/ids/",
					       "/../../docs/ids/", "/../docs/ids/" };
	const char *slash = program ? strrchr(program, '/') : NULL;

	for (size_t i = 0; slash && i < sizeof folders / sizeof *folders; i++) {
		char *page, *real, *address;
		bool is_inside;

		if (asprintf(&page, "%.*s%s%s.md", (int)(slash - program), program, folders[i],
			     spinrule_id(id)) < 0)
			abort();
		real = realpath(page, NULL);
		free(page);
		if (!real)
			continue;
		address = where_address(real, "\n", &is_inside);
		free(real);
		return address;
	}
	return NULL;
}
