/* model.c - the contents of all logs and summaries.
 *
 * A header's function is in many summaries, and a test is run many times: the model keeps
 * each thing once.
 *
 * SPDX-License-Identifier: MIT
 */

#include "model.h"

#include <string.h>

void model_start(struct model *model)
{
	memset(model, 0, sizeof *model);
	store_start(&model->store);
}

void model_end(struct model *model)
{
	void **sets[] = { &model->run_set,	&model->warning_set, &model->violation_set,
			  &model->site_set,	&model->unit_set,    &model->function_set,
			  &model->silencer_set, &model->id_set };

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		set_end(sets[i]);
	store_end(&model->store);
}

/* ---- order ---- */

static int compare_numbers(unsigned long long a, unsigned long long b)
{
	return (a > b) - (a < b);
}

/* Equal names are equal pointers. */
static int compare_names(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

int place_compare(const struct place *a, const struct place *b)
{
	int order = compare_names(a->file, b->file);

	if (!order)
		order = compare_numbers(a->line, b->line);
	return order ? order : compare_numbers(a->column, b->column);
}

bool place_is_known(const struct place *place)
{
	return place->file[0] && place->line;
}

static int compare_sites(const struct site *a, const struct site *b)
{
	int order;

	if (!a || !b)
		return !a - !b;
	order = place_compare(&a->place, &b->place);
	if (!order)
		order = compare_names(a->function, b->function);
	return order ? order : compare_names(a->ddi, b->ddi);
}

static int compare_covered(const void *a, const void *b)
{
	return compare_sites(((const struct covered *)a)->site, ((const struct covered *)b)->site);
}

static int compare_warnings(const void *left, const void *right)
{
	const struct warning *a = left, *b = right;
	int order = place_compare(&a->place, &b->place);

	if (!order)
		order = compare_names(a->id, b->id);
	if (!order)
		order = compare_names(a->function, b->function);
	if (!order)
		order = compare_names(a->lock, b->lock);
	return order ? order : place_compare(&a->acquired, &b->acquired);
}

static int compare_violations(const void *left, const void *right)
{
	const struct violation *a = left, *b = right;
	int order = compare_sites(a->site, b->site);

	if (!order)
		order = compare_names(a->id, b->id);
	if (!order)
		order = compare_sites(a->acquired, b->acquired);
	if (!order)
		order = compare_names(a->chain, b->chain);
	return order ? order : compare_names(a->lock, b->lock);
}

static int compare_units(const void *left, const void *right)
{
	const struct unit *a = left, *b = right;
	int order = compare_names(a->file, b->file);

	if (!order)
		order = compare_names(a->compiler, b->compiler);
	return order ? order : compare_names(a->input->name, b->input->name);
}

static int compare_functions(const void *left, const void *right)
{
	const struct function *a = left, *b = right;
	int order = place_compare(&a->place, &b->place);

	return order ? order : compare_names(a->name, b->name);
}

static int compare_silencers(const void *left, const void *right)
{
	const struct silencer *a = left, *b = right;
	int order = place_compare(&a->place, &b->place);

	if (!order)
		order = compare_names(a->kind, b->kind);
	if (!order)
		order = compare_names(a->id, b->id);
	return order ? order : compare_names(a->reason, b->reason);
}

static int compare_stats(const void *left, const void *right)
{
	const struct lock_stats *a = left, *b = right;
	int order = compare_numbers(b->longest_us, a->longest_us);

	if (!order)
		order = compare_numbers(b->acquisitions, a->acquisitions);
	if (!order)
		order = compare_names(a->lock, b->lock);
	if (!order)
		order = compare_names(a->address, b->address);
	return order ? order : compare_numbers(a->run->number, b->run->number);
}

static int compare_runs(const void *left, const void *right)
{
	const struct run *a = left, *b = right;
	int order = compare_names(a->id, b->id);

	return order ? order : (a->input > b->input) - (a->input < b->input);
}

static int compare_ids(const void *a, const void *b)
{
	return compare_names(((const struct id_count *)a)->id, ((const struct id_count *)b)->id);
}

/* ---- add ---- */

struct run *model_run(struct model *model, struct input *input, const char *id)
{
	struct run key = { .input = input, .id = id };
	struct run *run = id[0] ? set_find(&model->run_set, &key, compare_runs) : input->nameless;

	if (run)
		return run;
	run = store_zeroed(&model->store, sizeof *run);
	*run = (struct run){ .input = input,
			     .id = id,
			     .parent = "",
			     .program = "",
			     .port = "",
			     .version = "",
			     .process = "",
			     .options = "" };
	run->number = ++input->runs;
	list_add(&model->store, &model->runs, run);
	if (id[0])
		set_add(&model->run_set, run, compare_runs);
	else
		input->nameless = run;
	return run;
}

const char *model_run_name(struct store *store, const struct run *run)
{
	return run->input->runs > 1
		       ? store_format(store, "%s run %u", run->input->name, run->number)
		       : run->input->name;
}

struct covered *model_site(struct model *model, const struct site *site)
{
	struct covered key = { .site = site };
	struct covered *covered = set_find(&model->site_set, &key, compare_covered);

	if (!covered) {
		covered = store_zeroed(&model->store, sizeof *covered);
		covered->site = site;
		set_add(&model->site_set, covered, compare_covered);
		list_add(&model->store, &model->sites, covered);
	}
	return covered;
}

void model_add_unit(struct model *model, struct unit *unit)
{
	struct unit *before = set_find(&model->unit_set, unit, compare_units);

	if (before) {
		/* The file was compiled again: the earlier results do not count.  The
		 * object in the set becomes the newest; the list keeps all. */
		struct unit *kept = store_zeroed(&model->store, sizeof *kept);

		*kept = *before;
		kept->is_replaced = true;
		*before = *unit;
		list_add(&model->store, &model->units, kept);
		return;
	}
	set_add(&model->unit_set, unit, compare_units);
	list_add(&model->store, &model->units, unit);
}

static void see_site(struct model *model, const struct site *site)
{
	struct covered *covered;

	if (!site)
		return;
	covered = model_site(model, site);
	covered->is_linked = covered->is_executed = true;
}

static void see_events(struct model *model, const struct list *events)
{
	for (size_t i = 0; i < events->count; i++)
		see_site(model, ((const struct event *)events->items[i])->site);
}

void model_add_violation(struct model *model, struct violation *violation, struct run *run)
{
	struct violation *same = set_find(&model->violation_set, violation, compare_violations);

	/* These sites were executed, even if the log does not list its sites. */
	see_site(model, violation->site);
	see_site(model, violation->acquired);
	see_site(model, violation->released);
	see_site(model, violation->earlier[0]);
	see_site(model, violation->earlier[1]);
	see_events(model, &violation->held);
	see_events(model, &violation->history);
	if (!same) {
		same = violation;
		set_add(&model->violation_set, same, compare_violations);
		list_add(&model->store, &model->violations, same);
	}
	model_id(model, violation->id)->reported++;
	same->reports++;
	for (size_t i = same->runs.count; i-- > 0; )
		if (same->runs.items[i] == run)
			return;
	list_add(&model->store, &same->runs, run);
}

struct id_count *model_id(struct model *model, const char *id)
{
	struct id_count key = { .id = id };
	struct id_count *known = set_find(&model->id_set, &key, compare_ids);

	if (!known) {
		known = store_zeroed(&model->store, sizeof *known);
		known->id = id;
		set_add(&model->id_set, known, compare_ids);
		list_add(&model->store, &model->counts, known);
	}
	return known;
}

void model_suppress(struct model *model, const char *kind, const char *pattern,
		    unsigned long long used)
{
	struct suppression *added;

	for (size_t i = 0; i < model->suppressions.count; i++) {
		struct suppression *known = model->suppressions.items[i];

		if (known->kind == kind && known->pattern == pattern) {
			known->used += used;
			return;
		}
	}
	added = store_zeroed(&model->store, sizeof *added);
	*added = (struct suppression) { kind, pattern, used };
	list_add(&model->store, &model->suppressions, added);
}

/* ---- the contents of all units, each thing once ---- */

static void merge_warning(struct model *model, struct warning *warning, struct unit *unit)
{
	struct warning *same = set_find(&model->warning_set, warning, compare_warnings);

	if (!same) {
		same = warning;
		set_add(&model->warning_set, same, compare_warnings);
		list_add(&model->store, &model->warnings, same);
	}
	model_id(model, warning->id);
	/* One compilation that shows it is enough. */
	if (warning->status == STATUS_SHOWN)
		same->status = STATUS_SHOWN;
	list_add(&model->store, &same->units, unit);
}

/* The importance of the verdict of FUNCTION: the more important one is kept. */
static int weight(const struct function *function)
{
	static const int weights[VERDICTS] = {
		[VERDICT_NOT_APPLICABLE] = 0,
		[VERDICT_PASS] = 1,
		[VERDICT_UNKNOWN] = 2,
		[VERDICT_VIOLATION] = 3,
	};

	return weights[function->verdict];
}

static void merge_function(struct model *model, struct function *function)
{
	struct function *same = set_find(&model->function_set, function, compare_functions);

	if (!same) {
		set_add(&model->function_set, function, compare_functions);
		list_add(&model->store, &model->functions, function);
	} else if (weight(function) > weight(same)) {
		*same = *function;
	}
}

static void merge_silencer(struct model *model, struct silencer *silencer)
{
	struct silencer *same = set_find(&model->silencer_set, silencer, compare_silencers);

	if (same) {
		same->used += silencer->used;
		return;
	}
	set_add(&model->silencer_set, silencer, compare_silencers);
	list_add(&model->store, &model->silencers, silencer);
}

static void merge_unit(struct model *model, struct unit *unit)
{
	for (size_t i = 0; i < unit->warnings.count; i++)
		merge_warning(model, unit->warnings.items[i], unit);
	for (size_t i = 0; i < unit->functions.count; i++)
		merge_function(model, unit->functions.items[i]);
	for (size_t i = 0; i < unit->silencers.count; i++)
		merge_silencer(model, unit->silencers.items[i]);
	for (size_t i = 0; i < unit->sites.count; i++)
		model_site(model, unit->sites.items[i])->is_compiled = true;
}

void model_finish(struct model *model)
{
	for (size_t i = 0; i < model->units.count; i++) {
		struct unit *unit = model->units.items[i];

		if (!unit->is_replaced)
			merge_unit(model, unit);
	}
	list_sort(&model->warnings, compare_warnings);
	list_sort(&model->violations, compare_violations);
	list_sort(&model->sites, compare_covered);
	list_sort(&model->functions, compare_functions);
	list_sort(&model->silencers, compare_silencers);
	list_sort(&model->locks, compare_stats);
	for (size_t i = 0; i < model->warnings.count; i++)
		((struct warning *)model->warnings.items[i])->number = i + 1;
	for (size_t i = 0; i < model->violations.count; i++)
		((struct violation *)model->violations.items[i])->number = i + 1;
}
