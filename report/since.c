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
		if (!baseline.entries[i].used && is_compiled(model, &baseline.entries[i]))
			add_fixed(model, &baseline.entries[i]);
	baseline_free(&baseline);
	return NULL;
}
