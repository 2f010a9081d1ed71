/* identity.c - what the check of a function follows from.
 *
 * The outline of a function has a digest of its body, in which classes and variables are
 * named as in the file; what these are in the driver is in a digest of the file.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/link.h"

#include <stdlib.h>
#include <string.h>

#include "link/maps.h"
#include "lockprog/alloc.h"
#include "output/md5.h"

void link_identify_bytes(struct link_identity *identity, const void *bytes, size_t n)
{
	if (identity->n + n > identity->max) {
		identity->max = 2 * (identity->n + n);
		identity->bytes = realloc(identity->bytes, identity->max);
		if (!identity->bytes)
			alloc_exhausted();
	}
	memcpy(identity->bytes + identity->n, bytes, n);
	identity->n += n;
}

static void add_number(struct link_identity *identity, long long number)
{
	link_identify_bytes(identity, &number, sizeof number);
}

static void add_text(struct link_identity *identity, const char *text)
{
	add_number(identity, text != NULL);
	if (text)
		link_identify_bytes(identity, text, strlen(text) + 1);
}

/* ---- files ---- */

static void add_classes(struct link_identity *identity, const struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int i = 0; i < unit->n_classes; i++) {
		const struct lockprog_class *class_ = &m->unit->classes[m->classes[f][i]];

		add_text(identity, unit->classes[i].name);
		add_text(identity, class_->name);
		add_number(identity, class_->lifetime);
		add_text(identity, class_->layout);
		add_text(identity, class_->pointed);
	}
}

static void add_objects(struct link_identity *identity, const struct link_maps *m, int f)
{
	const struct lockprog_unit *unit = m->names.files[f].unit;

	for (int i = 0; i < unit->n_objects; i++) {
		const struct lockprog_object *object = &m->unit->objects[m->objects[f][i]];

		add_text(identity, unit->objects[i].name);
		add_text(identity, object->name);
		add_number(identity, object->is_local);
		add_number(identity, object->is_contained);
		add_number(identity, object->is_constant);
		add_number(identity, object->is_thread);
	}
}

static void add_levels(struct link_identity *identity, const struct lockprog_unit *unit)
{
	for (int i = 0; i < unit->n_levels; i++) {
		add_text(identity, unit->levels[i].first);
		add_text(identity, unit->levels[i].second);
	}
}

static const struct link_digest *digest_of(struct link_maps *m, int f)
{
	struct link_digest *digest;

	if (!m->digests)
		m->digests = alloc_zeroed((m->names.n_files + 1) * sizeof *m->digests);
	digest = &m->digests[f];
	if (!digest->is_made) {
		struct link_identity identity = { 0 };

		add_classes(&identity, m, f);
		add_objects(&identity, m, f);
		add_levels(&identity, m->unit);
		md5_buffer((const char *)identity.bytes, identity.n, digest->bytes);
		free(identity.bytes);
		digest->is_made = true;
	}
	return digest;
}

/* ---- functions ---- */

static void add_head(struct link_identity *identity, const struct lockprog_function *function)
{
	add_text(identity, function->name);
	add_text(identity, function->place.file);
	add_number(identity, function->place.line);
	add_number(identity, function->place.column);
	add_text(identity, function->role);
	add_number(identity, function->enters_with_cancel_lock);
	add_number(identity, function->is_at_dispatch);
	add_number(identity, function->is_alone);
	add_number(identity, function->is_external);
	add_number(identity, function->unknown);
	add_number(identity, function->result.bits);
	add_number(identity, function->result.is_signed);
	add_number(identity, function->result.is_pointer);
	add_number(identity, function->result_is_ntstatus);
	add_number(identity, function->result_is_object);
	add_number(identity, function->n_params);
	add_number(identity, (long long)function->outline->digest);
}

/* Which functions the calls of OUTLINE, in file F, lead to. */
static void add_calls(struct link_identity *identity, const struct link_maps *m, int f,
		      const struct lockprog_outline *outline, const int *in_part)
{
	for (int i = 0; i < outline->n_calls; i++) {
		const int callee = maps_function(m, f, outline->calls[i]);

		add_number(identity, callee < 0 ? -1 : in_part[callee]);
	}
	for (int i = 0; i < outline->n_types; i++) {
		int n = 0;
		const int *targets = maps_targets(m, outline->types[i], &n);

		for (int k = 0; k < n; k++) {
			const int target = maps_target(m, targets[k]);

			if (target < 0)
				continue;
			add_text(identity, m->unit->functions[target]->name);
			add_number(identity, in_part[target]);
		}
	}
}

void link_identify(struct link_result *result, int f, const int *in_part,
		   struct link_identity *identity)
{
	const int file = result->origins[f].input;
	const struct lockprog_function *function = result->unit->functions[f];

	link_identify_bytes(identity, digest_of(result->maps, file)->bytes,
			    sizeof result->maps->digests->bytes);
	add_head(identity, function);
	if (function->entry) {
		const int entry = function->entry->number;

		link_identify_bytes(identity,
				    digest_of(result->maps, result->origins[entry].input)->bytes,
				    sizeof result->maps->digests->bytes);
		add_head(identity, function->entry);
	}
	add_calls(identity, result->maps, file, function->outline, in_part);
}
