/* stays.c - variables whose addresses reach only functions of the driver.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/stays.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

/* What a file says about an address, and whether it holds. */
struct claim {
	int file;
	const struct lockprog_stays *stays;
	int *needs; /* the claims that it needs, by number */
	bool holds;
};

struct claims {
	int n, max;
	struct claim *list;
	struct name_map of_parameters; /* claims about parameters, by key */
};

/* The name of parameter NUMBER of FUNCTION of file F among all of the driver. */
static const char *key_of(int f, const char *function, int number)
{
	char *text = alloc_text("%d %d %s", f, number, function);
	const char *key = lockprog_string(text);

	free(text);
	return key;
}

static void collect(struct claims *claims, const struct link_names *names)
{
	for (int f = 0; f < names->n_files; f++) {
		const struct lockprog_unit *unit = names->files[f].unit;

		for (int i = 0; names->files[f].is_part && i < unit->n_stays; i++) {
			const struct lockprog_stays *stays = &unit->stays[i];

			claims->list = alloc_grow(claims->list, claims->n, &claims->max,
						  sizeof *claims->list);
			claims->list[claims->n] = (struct claim){ f, stays, NULL, true };
			if (stays->number >= 0) {
				const char *key = key_of(f, stays->name, stays->number);

				if (name_map_find(&claims->of_parameters, key) < 0)
					name_map_add(&claims->of_parameters, key, claims->n);
			}
			claims->n++;
		}
	}
}

/* The number of the claim about what NEED of file F is, or -1: nothing is known of it. */
static int claim_of(const struct claims *claims, const struct link_names *names, int f,
		    const struct lockprog_need *need)
{
	int file, function;

	if (!resolve_function(names, f, need->function, &file, &function))
		return -1;
	return name_map_find(&claims->of_parameters,
			     key_of(file, names->files[file].unit->functions[function]->name,
				    need->number));
}

/* Find the claims that each needs.  One that needs what nobody claims does not hold. */
static void find_needs(struct claims *claims, const struct link_names *names)
{
	for (int i = 0; i < claims->n; i++) {
		struct claim *claim = &claims->list[i];

		claim->needs = alloc_zeroed((claim->stays->n_needs + 1) * sizeof *claim->needs);
		for (int k = 0; k < claim->stays->n_needs; k++) {
			claim->needs[k] =
				claim_of(claims, names, claim->file, &claim->stays->needs[k]);
			claim->holds &= claim->needs[k] >= 0;
		}
	}
}

/* Drop each claim that needs one which does not hold, until all hold. */
static void drop_unfounded(struct claims *claims)
{
	bool has_changed = true;

	while (has_changed) {
		has_changed = false;
		/* Files call those behind them more often than those before. */
		for (int i = claims->n; i-- > 0;) {
			struct claim *claim = &claims->list[i];

			for (int k = 0; claim->holds && k < claim->stays->n_needs; k++)
				if (!claims->list[claim->needs[k]].holds) {
					claim->holds = false;
					has_changed = true;
				}
		}
	}
}

void stays_find(const struct link_names *names)
{
	struct claims claims = { 0 };

	collect(&claims, names);
	find_needs(&claims, names);
	drop_unfounded(&claims);
	for (int i = 0; i < claims.n; i++) {
		const struct claim *claim = &claims.list[i];
		struct lockprog_unit *unit = names->files[claim->file].unit;
		int object = claim->stays->number < 0
				     ? name_map_find(&unit->object_numbers, claim->stays->name)
				     : -1;

		if (object >= 0 && claim->holds)
			unit->objects[object].is_contained = true;
		free(claim->needs);
	}
	free(claims.list);
	name_map_clear(&claims.of_parameters);
}
