/* findings.c - the violations of a driver, each once.
 *
 * Fingerprints are those that the plugin makes, so that both have one baseline.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/findings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/identity.h"
#include "check/result.h"
#include "driver/lines.h"
#include "lockprog/alloc.h"
#include "output/code.h"

/* ---- each once ---- */

static bool is_same_place(const struct lockprog_place *a, const struct lockprog_place *b)
{
	return a->line == b->line && a->column == b->column && a->file == b->file;
}

/* True if X and Y are to be reported once: a function may be in several objects. */
static bool is_same_mistake(const struct check_violation *x, const struct check_violation *y)
{
	return x->violation == y->violation && is_same_place(&x->place, &y->place) &&
	       x->lock == y->lock &&
	       (x->violation != SPINRULE_HELD_AT_RETURN || is_same_place(&x->since, &y->since));
}

static int compare_silenced(const void *a, const void *b)
{
	const struct lockprog_silenced *x = a, *y = b;

	if (x->id != y->id)
		return x->id - y->id;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return (x->place.file > y->place.file) - (x->place.file < y->place.file);
}

static bool is_silenced(const struct lockprog_unit *unit, const struct check_violation *violation)
{
	const struct lockprog_silenced wanted = { violation->violation, violation->place };

	return unit->n_silenced && bsearch(&wanted, unit->silenced, unit->n_silenced,
					   sizeof *unit->silenced, compare_silenced);
}

static bool is_known(const struct findings *findings, const struct check_violation *violation)
{
	for (int i = 0; i < findings->n; i++)
		if (is_same_mistake(findings->list[i].violation, violation))
			return true;
	return false;
}

/* ---- fingerprints ---- */

static char *code_at(void *look, const struct lockprog_place *place)
{
	char *line = lines_find(look, place), *code;
	bool in_comment = false;

	if (!line)
		return alloc_text("%s", "");
	code = alloc_zeroed(strlen(line) + 1);
	code_of_line(line, strlen(line), &in_comment, code);
	free(line);
	return code;
}

/* The name of a function without what C++ adds: its scope, its parameters; malloc'ed. */
static char *plain_name(const char *name)
{
	char *made = alloc_text("%s", name), *start = made;

	made[strcspn(made, "(<")] = 0;
	for (char *c = made; *c; c++)
		if (*c == ' ' || (c[0] == ':' && c[1] == ':'))
			start = c + 1 + (*c == ':');
	memmove(made, start, strlen(start) + 1);
	return made;
}

static struct check_path path_of(const struct check_violation *violation, int i)
{
	const struct check_path own = { violation->n_events, violation->max_events,
					violation->events };

	return i == 0 ? own : violation->others[i - 1];
}

struct check_path findings_path(const struct finding *finding)
{
	return path_of(finding->violation, finding->shown);
}

/* An identity in one input of the driver. */
struct seen {
	char *identity;
	int input, finding;
};

/* How many findings before number FINDING have IDENTITY in INPUT. */
static int count_seen(const struct seen *seen, int n, const char *identity, int input, int finding)
{
	int last = -1, count = 0;

	for (int i = 0; i < n; i++)
		if (seen[i].input == input && seen[i].finding != finding &&
		    seen[i].finding != last && !strcmp(seen[i].identity, identity)) {
			last = seen[i].finding;
			count++;
		}
	return count;
}

static int compare_order(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a,
			     *y = *(const struct finding *const *)b;
	const struct lockprog_place *p = &x->violation->place, *q = &y->violation->place;

	if (x->function != y->function)
		return x->function - y->function;
	return p->line != q->line ? p->line - q->line : p->column - q->column;
}

static void add_fingerprints(struct findings *findings, const struct link_result *linked,
			     const struct findings_files *files)
{
	struct finding **order = alloc_zeroed((findings->n + 1) * sizeof *order);
	struct seen *seen = NULL;
	int n_seen = 0, max_seen = 0;

	for (int i = 0; i < findings->n; i++)
		order[i] = &findings->list[i];
	qsort(order, findings->n, sizeof *order, compare_order);
	for (int i = 0; i < findings->n; i++) {
		struct finding *finding = order[i];
		const struct link_origin *origin = &linked->origins[finding->function];
		struct lines_look look = { files->source, origin->directory };
		const int n = finding->violation->n_others + 1;
		char *name = plain_name(linked->unit->functions[finding->function]->name);

		finding->fingerprints = alloc_zeroed(n * sizeof *finding->fingerprints);
		for (int k = 0; k < n; k++) {
			const struct check_path path = path_of(finding->violation, k);
			char *identity = identity_make(finding->violation, &path, name, code_at,
						       &look);

			baseline_fingerprint(identity,
					     count_seen(seen, n_seen, identity, origin->input, i),
					     finding->fingerprints[k]);
			seen = alloc_grow(seen, n_seen, &max_seen, sizeof *seen);
			seen[n_seen++] = (struct seen){ identity, origin->input, i };
		}
		free(name);
	}
	for (int i = 0; i < n_seen; i++)
		free(seen[i].identity);
	free(seen);
	free(order);
}

void findings_collect(struct findings *findings, struct link_result *linked,
		      struct check_result *result, const struct findings_files *files)
{
	struct lockprog_unit *unit = linked->unit;

	if (unit->n_silenced)
		qsort(unit->silenced, unit->n_silenced, sizeof *unit->silenced,
		      compare_silenced);
	for (int f = 0; f < result->n_functions; f++)
		for (int v = 0; v < result->functions[f].n_violations; v++) {
			struct check_violation *violation = &result->functions[f].violations[v];
			const bool is_system = linked->origins[f].is_system;
			const bool is_repeated = is_known(findings, violation);

			if (is_repeated) {
				violation->status = CHECK_REPEATED;
				continue;
			}
			if (is_system || is_silenced(unit, violation))
				violation->status = CHECK_SILENCED;
			findings->list = alloc_grow(findings->list, findings->n, &findings->max,
						    sizeof *findings->list);
			findings->list[findings->n++] =
				(struct finding){ f, violation, is_system, NULL, 0 };
		}
	if (files->baseline || files->baseline_write || files->sarif)
		add_fingerprints(findings, linked, files);
}

void findings_free(struct findings *findings)
{
	for (int i = 0; i < findings->n; i++)
		free(findings->list[i].fingerprints);
	free(findings->list);
}

/* ---- the baseline ---- */

/* Print WHAT, if it is not NULL, and free it.  True if all is well. */
static bool is_good(char *what)
{
	if (!what)
		return true;
	fprintf(stderr, "spinrule-check: %s\n", what);
	free(what);
	return false;
}

/* FILE, of function number FUNCTION, as this process finds it; malloc'ed. */
static char *found_file(const struct link_result *linked, int function,
			const struct findings_files *files, const char *file)
{
	const struct lines_look look = { files->source, linked->origins[function].directory };
	const char *folder = lines_folder(&look, file);

	return alloc_text("%s%s%s", folder ? folder : "", folder ? "/" : "", file);
}

static const char *file_of(const struct link_result *linked, const struct finding *finding)
{
	const char *file = finding->violation->place.file;

	return file ? file : linked->unit->name;
}

static void match(struct baseline *baseline, const struct link_result *linked,
		  struct finding *finding)
{
	const int n = finding->violation->n_others + 1;
	int first = n;

	for (int i = n; i-- > 0;)
		if (!baseline_lists(baseline, finding->fingerprints[i], file_of(linked, finding)))
			first = i;
	finding->shown = first == n ? 0 : first;
	if (first == n && finding->violation->status == CHECK_SHOWN)
		finding->violation->status = CHECK_IN_BASELINE;
}

/* True if ENTRY is of a file of INPUTS, so that it should have been used. */
static bool names_input(const struct baseline_entry *entry, const struct inputs *inputs)
{
	bool names_it = false;

	for (int i = 0; i < inputs->n && !names_it; i++) {
		const struct lockprog_unit *unit = inputs->list[i].unit;
		const bool is_relative = unit->directory && unit->name[0] != '/';
		char *file = alloc_text("%s%s%s", is_relative ? unit->directory : "",
					is_relative ? "/" : "", unit->name);
		char *name = baseline_short_name(file);

		names_it = !strcmp(entry->file, name);
		free(file);
		free(name);
	}
	return names_it;
}

static bool add_to_baseline(const struct findings *findings, const struct link_result *linked,
			    const struct findings_files *files, struct baseline *before)
{
	char **lines = NULL;
	int n = 0, max = 0;
	bool good;

	for (int i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];

		if (finding->violation->status != CHECK_SHOWN)
			continue;
		for (int k = 0; k <= finding->violation->n_others; k++) {
			const char *function =
				linked->unit->functions[finding->function]->name;
			char *file, *name;

			if (baseline_lists(before, finding->fingerprints[k],
					   file_of(linked, finding)))
				continue;
			file = found_file(linked, finding->function, files,
					  file_of(linked, finding));
			name = plain_name(function);
			lines = alloc_grow(lines, n, &max, sizeof *lines);
			lines[n++] = baseline_line(finding->fingerprints[k],
						   finding->violation->violation, file, name,
						   finding->violation->lock);
			free(file);
			free(name);
		}
	}
	good = is_good(baseline_add(files->baseline_write, lines, n));
	for (int i = 0; i < n; i++)
		free(lines[i]);
	free(lines);
	return good;
}

bool findings_compare(struct findings *findings, const struct inputs *inputs,
		      struct link_result *linked, const struct findings_files *files,
		      struct baseline *baseline)
{
	struct baseline before = { 0 };
	bool good = true;
	/* What is written for the first time lists nothing yet. */
	const bool begins = files->baseline_write && access(files->baseline_write, F_OK) &&
			    errno == ENOENT;

	if (files->baseline &&
	    !(begins && !strcmp(files->baseline, files->baseline_write))) {
		if (!is_good(baseline_read(files->baseline, baseline)))
			return false;
		for (int i = 0; i < findings->n; i++)
			match(baseline, linked, &findings->list[i]);
		for (int e = 0; e < baseline->n; e++) {
			const struct baseline_entry *entry = &baseline->entries[e];

			if (!entry->used && names_input(entry, inputs))
				fprintf(stderr,
					"spinrule-check: note: baseline %s, line %d: no %s of '%s' "
					"is found in '%s' any more; the line can go\n",
					files->baseline, entry->line, spinrule_id(entry->id),
					entry->lock, entry->function);
		}
	}
	if (files->baseline_write) {
		good = begins || is_good(baseline_read(files->baseline_write, &before));
		good = good && add_to_baseline(findings, linked, files, &before);
		baseline_free(&before);
	}
	return good;
}

/* ---- SARIF ---- */

static void load(void *linked, int function)
{
	link_load(linked, function);
}

static void add_to_log(struct sarif *log, const struct finding *finding,
		       struct link_result *linked, const struct findings_files *files)
{
	const struct callee_unit unit = { linked->unit, load, linked };
	const struct lines_look look = { files->source,
					 linked->origins[finding->function].directory };
	const struct check_path path = findings_path(finding);
	const struct check_violation *violation = finding->violation;
	struct sarif_suppression by = { 0 };
	struct sarif_result base = { .fingerprint = finding->fingerprints[finding->shown],
				     .n_suppressions = violation->status != CHECK_SHOWN,
				     .suppressions = &by };

	by.is_in_source = violation->status == CHECK_SILENCED && !finding->is_system;
	by.why = finding->is_system		   ? "it is in a system header"
		 : violation->status == CHECK_SILENCED ? "silenced where it was compiled"
						       : "listed in the baseline";
	if (files->baseline)
		base.baseline = violation->status == CHECK_IN_BASELINE ? SARIF_UNCHANGED
								       : SARIF_NEW;
	link_load(linked, finding->function);
	result_add(log, &unit, finding->function, violation, &path,
		   violation->place.file ? lines_folder(&look, violation->place.file) : NULL,
		   &base);
}

bool findings_write(const struct findings *findings, struct link_result *linked,
		    const struct check_result *result, const struct findings_files *files)
{
	const char *directory = NULL;
	struct sarif *log;
	bool good;

	if (!files->sarif)
		return true;
	for (int f = 0; f < result->n_functions && !directory; f++)
		directory = linked->origins[f].directory;
	log = sarif_new(linked->unit->name, files->source ? files->source
					    : directory	  ? directory
							  : ".",
			files->program);
	for (int i = 0; i < findings->n; i++)
		add_to_log(log, &findings->list[i], linked, files);
	for (int f = 0; f < result->n_functions; f++)
		if (result->functions[f].verdict == CHECK_UNKNOWN &&
		    !linked->unit->functions[f]->is_external)
			result_add_undecided(log, linked->unit->functions[f],
					     &result->functions[f], linked->origins[f].directory);
	good = is_good(sarif_write(log, files->sarif));
	sarif_free(log);
	return good;
}
