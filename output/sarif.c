/* sarif.c - findings as a SARIF 2.1.0 log.
 *
 * The log is built of its results alone: what they name of rules and weaknesses is added
 * when it is written, so that logs are merged by merging results.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/sarif.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/file.h"
#include "output/help.h"
#include "output/sarif-result.h"
#include "output/sarif-value.h"
#include "output/where.h"

/* Version 2.1.0 with its errata. */
static const char schema[] =
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
static const char tool[] = "Spinrule";

struct sarif {
	struct sarif_source source;
	char *program;
	json_t *results, *notes;
};

/* ---- sarif.h: building ---- */

struct sarif *sarif_new(const char *unit, const char *start, const char *program)
{
	struct sarif *log = calloc(1, sizeof *log);
	bool is_inside;
	char *real;

	if (!log)
		abort();
	log->source.root = where_root(start);
	real = where_real(unit, NULL);
	log->source.unit = where_address(real, log->source.root, &is_inside);
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
	free(log->source.unit);
	free(log->source.root);
	free(log->program);
	free(log);
}

void sarif_add(struct sarif *log, const struct sarif_result *result)
{
	json_array_append_new(log->results, result_value(&log->source, result));
}

void sarif_note(struct sarif *log, const struct sarif_place *place, const char *text)
{
	json_array_append_new(log->notes, result_note(&log->source, place, text));
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
	const json_t *prints = json_object_get(result, "partialFingerprints");
	const char *text = json_string_value(json_object_get(prints, RESULT_FINGERPRINT));

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
	json_array_append_new(tags, value_of_text("concurrency"));
	json_array_append_new(tags, value_of_text("reliability"));
	json_array_append_new(tags, value_of_text(cwe));
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
	json_t *made = json_object(), *help = value_message(help_meaning(id));
	json_t *relation = json_object(), *more = json_object(), *level = json_object();
	char *name = rule_name(id), *page = sarif_page(log->program, id), *text;

	if (asprintf(&text, "%s%s", RESULT_PREFIX, spinrule_id(id)) < 0)
		abort();
	value_set_text(made, "id", text);
	free(text);
	value_set_text(made, "name", name);
	if (asprintf(&text, "A spin lock %s", spinrule_words(id)) < 0)
		abort();
	value_set(made, "shortDescription", value_sentence(text));
	free(text);
	value_set(made, "fullDescription", value_message(help_meaning(id)));
	value_set_text(help, "markdown", help_page(id));
	value_set(made, "help", help);
	if (page)
		value_set_text(made, "helpUri", page);
	value_set_text(level, "level", "warning");
	value_set(made, "defaultConfiguration", level);
	value_set(relation, "target", value_weakness(spinrule_cwe(id)));
	value_set(relation, "kinds", value_list_of(value_of_text("superset")));
	value_set(made, "relationships", value_list_of(relation));
	value_set(more, "tags", tags_of(id));
	value_set_text(more, "precision", "high");
	value_set_text(more, "problem.severity", "warning");
	value_set(made, "properties", more);
	free(name);
	free(page);
	return made;
}

/* MITRE's list, as far as RULES, which are IS_USED, are about it. */
static json_t *taxonomy(const bool *is_used)
{
	json_t *made = json_object(), *taxa = json_array();

	value_set_text(made, "name", "CWE");
	value_set_text(made, "organization", "MITRE");
	value_set(made, "shortDescription",
		  value_message("The MITRE Common Weakness Enumeration."));
	value_set_text(made, "informationUri", "https://cwe.mitre.org/data/index.html");
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
		value_set_text(taxon, "id", text);
		value_set_text(taxon, "name", help_cwe_name(cwe));
		value_set(taxon, "shortDescription", value_sentence(help_cwe_name(cwe)));
		snprintf(text, sizeof text, "https://cwe.mitre.org/data/definitions/%d.html", cwe);
		value_set_text(taxon, "helpUri", text);
		json_array_append_new(taxa, taxon);
	}
	value_set(made, "taxa", taxa);
	return made;
}

static enum spinrule_violation id_of(const json_t *result)
{
	const char *name = text_at(result, "ruleId");
	const size_t length = strlen(RESULT_PREFIX);

	for (int id = SPINRULE_NONE + 1; id < SPINRULE_VIOLATIONS; id++)
		if (!strncmp(name, RESULT_PREFIX, length) &&
		    !strcmp(name + length, spinrule_id((enum spinrule_violation)id)))
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

		value_set(result, "ruleIndex", json_integer(numbers[id_of(result)]));
	}
	value_set_text(made, "name", tool);
	value_set_text(made, "version", SPINRULE_VERSION);
	value_set_text(made, "semanticVersion", SPINRULE_VERSION ".0");
	value_set(made, "rules", rules);
	value_set_text(taxonomy_used, "name", "CWE");
	value_set(taxonomy_used, "index", json_integer(0));
	value_set(made, "supportedTaxonomies", value_list_of(taxonomy_used));
	return made;
}

static json_t *whole(const struct sarif *log)
{
	json_t *made = json_object(), *run = json_object(), *parts = json_object();
	json_t *base = json_object(), *bases = json_object(), *invocation = json_object();
	json_t *results = sorted(log->results);
	bool is_used[SPINRULE_VIOLATIONS] = { false }, is_inside;
	char *root, *root_address;

	if (asprintf(&root, "%s/", strcmp(log->source.root, "/") ? log->source.root : "") < 0)
		abort();
	root_address = where_address(root, "\n", &is_inside);
	value_set_text(base, "uri", root_address);
	free(root_address);
	free(root);
	value_set(bases, RESULT_ROOT, base);
	value_set(parts, "driver", driver(log, results, is_used));
	value_set(run, "tool", parts);
	value_set(invocation, "executionSuccessful", json_true());
	value_set(invocation, "toolExecutionNotifications", sorted(log->notes));
	value_set(run, "invocations", value_list_of(invocation));
	value_set(run, "originalUriBaseIds", bases);
	value_set(run, "taxonomies", value_list_of(taxonomy(is_used)));
	value_set_text(run, "columnKind", "unicodeCodePoints");
	value_set(run, "results", results);
	value_set_text(made, "$schema", schema);
	value_set_text(made, "version", "2.1.0");
	value_set(made, "runs", value_list_of(run));
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
		merge(log->results, log->source.unit, json_object_get(run, "results"));
		merge(log->notes, log->source.unit,
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
	const char *unit = log->source.unit;
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
