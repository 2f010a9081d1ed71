/* levels.c - the order of locks, as annotations of their levels state it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/lockprog.h"

#include <stdlib.h>

#include "lockprog/alloc.h"
#include "lockprog/work.h"

void lockprog_add_levels(struct lockprog_unit *unit, const char *first, const char *second)
{
	for (int i = 0; i < unit->n_levels; i++)
		if (unit->levels[i].first == first && unit->levels[i].second == second)
			return;
	unit->levels = alloc_grow(unit->levels, unit->n_levels, &unit->max_levels,
				  sizeof *unit->levels);
	unit->levels[unit->n_levels++] = (struct lockprog_levels){ first, second };
}

/* True if a chain of orders leads from FIRST to SECOND. */
static bool leads_to(const struct lockprog_unit *unit, const char *first, const char *second)
{
	bool *seen = alloc_zeroed((unit->n_levels + 1) * sizeof *seen);
	bool found = false, has_more = true;

	/* SEEN: orders whose first level is FIRST or comes after it. */
	while (has_more && !found) {
		has_more = false;
		for (int i = 0; i < unit->n_levels; i++) {
			bool is_next = unit->levels[i].first == first;

			work_count(1);
			for (int k = 0; k < unit->n_levels && !is_next; k++)
				is_next = seen[k] &&
					  unit->levels[k].second == unit->levels[i].first;
			if (seen[i] || !is_next)
				continue;
			seen[i] = has_more = true;
			found |= unit->levels[i].second == second;
		}
	}
	free(seen);
	return found;
}

bool lockprog_level_is_before(const struct lockprog_unit *unit, const char *first,
			      const char *second)
{
	return unit->n_levels && leads_to(unit, first, second) && !leads_to(unit, second, first);
}
