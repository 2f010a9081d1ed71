/* since.c - what is new, old and fixed against a baseline.
 *
 * SPDX-License-Identifier: MIT
 */

#include "since.h"

#include <string.h>

#include "../output/baseline.h"

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

/* True if a compilation would have found what ENTRY lists: its file is among them, or has
 * a function. */
static bool is_compiled(const struct model *model, const struct baseline_entry *entry)
{
	const char *name = base_name(entry->file);

	for (size_t i = 0; i < model->units.count; i++)
		if (!strcmp(base_name(((const struct unit *)model->units.items[i])->file), name))
			return true;
	for (size_t i = 0; i < model->functions.count; i++)
		if (!strcmp(base_name(((const struct function *)model->functions.items[i])
					      ->place.file), name))
			return true;
	return false;
}

/* True if SITE or one of CALLERS is in FUNCTION. */
static bool leads_through(const struct site *site, const struct list *callers,
			  const char *function)
{
	if (site && !strcmp(site->function, function))
		return true;
	for (size_t i = 0; i < callers->count; i++)
		if (!strcmp(((const struct caller *)callers->items[i])->function, function))
			return true;
	return false;
}

/* True if what ENTRY lists may still be there: a run found it, or its function was not
 * decided, as those are not that only the check of the driver decides. */
static bool may_be_there(const struct model *model, const struct baseline_entry *entry)
{
	for (size_t i = 0; i < model->violations.count; i++) {
		const struct violation *found = model->violations.items[i];

		if (!strcmp(found->id, spinrule_id(entry->id)) &&
		    (leads_through(found->site, &found->callers, entry->function) ||
		     leads_through(found->acquired, &found->acquired_callers, entry->function)))
			return true;
	}
	for (size_t i = 0; i < model->functions.count; i++) {
		const struct function *function = model->functions.items[i];

		if ((function->verdict == VERDICT_UNKNOWN || function->is_undecided) &&
		    !strcmp(function->name, entry->function) &&
		    !strcmp(base_name(function->place.file), base_name(entry->file)))
			return true;
	}
	return false;
}

static void add_fixed(struct model *model, const struct baseline_entry *entry)
{
	struct fixed *fixed = store_zeroed(&model->store, sizeof *fixed);

	fixed->id = store_name(&model->store, spinrule_id(entry->id));
	fixed->file = store_name(&model->store, entry->file);
	fixed->function = store_name(&model->store, entry->function);
	fixed->lock = store_name(&model->store, entry->lock);
	list_add(&model->store, &model->fixed, fixed);
}

char *since_baseline(struct model *model, const char *file)
{
	struct baseline baseline = { 0 };
	char *failed = baseline_read(file, &baseline);

	if (failed)
		return failed;
	model->has_baseline = true;
	for (size_t i = 0; i < model->warnings.count; i++) {
		struct warning *warning = model->warnings.items[i];

		if (baseline_lists(&baseline, warning->fingerprint, warning->place.file) &&
		    warning->status == STATUS_SHOWN)
			warning->status = STATUS_BASELINE;
	}
	for (int i = 0; i < baseline.n; i++)
		if (!baseline.entries[i].used && is_compiled(model, &baseline.entries[i]) &&
		    !may_be_there(model, &baseline.entries[i]))
			add_fixed(model, &baseline.entries[i]);
	baseline_free(&baseline);
	return NULL;
}
