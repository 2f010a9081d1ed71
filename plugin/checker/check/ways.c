/* ways.c - the paths on which one claim comes true.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/ways.h"

#include <stdlib.h>

#include "limits.h"
#include "lockprog/alloc.h"

/* Add the path of the first N of STEPS, then LAST and what is before it. */
static void add(struct ways *ways, const struct step **steps, int n, const struct step *last)
{
	struct way way = { .n = n };
	const struct step *step;

	for (step = last; step; step = step->before)
		way.n++;
	way.steps = alloc_zeroed(way.n * sizeof *way.steps);
	for (int i = 0; i < n; i++)
		way.steps[i] = steps[i];
	for (step = last; step; step = step->before)
		way.steps[n++] = step;
	ways->list = alloc_grow(ways->list, ways->n, &ways->max, sizeof *ways->list);
	ways->list[ways->n++] = way;
}

/* The acquire of the lock at ADDRESS that WAY leaves held, or NULL. */
static const struct step *find_acquire(const struct way *way, int address)
{
	for (int i = 0; i < way->n; i++) {
		const struct step *step = way->steps[i];

		if (!step->is_event || step->event.kind == EVENT_BRANCH || step->address != address)
			continue;
		return step->event.kind == EVENT_ACQUIRED || step->event.kind == EVENT_TRIED ||
				       (step->event.kind == EVENT_CALL && step->event.call_acquires)
			       ? step
			       : NULL;
	}
	return NULL;
}

/* Points where other paths met one of the claim, and that are followed already. */
struct met { int n; const struct step *list[WAYS_MAX]; };

static bool is_new(struct met *met, const struct step *step)
{
	for (int i = 0; i < met->n; i++)
		if (met->list[i] == step)
			return false;
	if (met->n == WAYS_MAX)
		return false;
	met->list[met->n++] = step;
	return true;
}

/* Add the paths that meet way number W between its acquire and its end. */
static void add_met(struct ways *ways, int w, struct met *met)
{
	for (int i = 0; i < ways->list[w].n; i++) {
		const struct step *step = ways->list[w].steps[i];

		if (step == ways->list[w].since)
			return;
		for (const struct step *other = step->merged; other; other = other->next_merged)
			if (is_new(met, other))
				add(ways, ways->list[w].steps, i, other);
	}
}

struct ways ways_find(const struct claim *claim)
{
	struct ways ways = { 0 };
	struct met met = { 0 };
	int n = 1;

	add(&ways, NULL, 0, claim->last);
	ways.list[0].since = claim->since;
	if (claim->violation != SPINRULE_HELD_AT_RETURN || claim->is_replayed || !claim->since)
		return ways;
	for (int i = 0; i < claim->n_others; i++)
		add(&ways, NULL, 0, claim->others[i]);
	for (int w = 0; w < ways.n; w++) {
		struct way *way = &ways.list[w];

		if (w > 0)
			way->since = find_acquire(way, claim->event.address);
		if (way->since)
			add_met(&ways, w, &met);
	}
	for (int w = 1; w < ways.n; w++)
		if (ways.list[w].since)
			ways.list[n++] = ways.list[w];
		else
			free(ways.list[w].steps);
	ways.n = n;
	return ways;
}

void ways_free(struct ways *ways)
{
	for (int w = 0; w < ways->n; w++)
		free(ways->list[w].steps);
	free(ways->list);
}
