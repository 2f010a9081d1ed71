/* name-map.c - numbers by name.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/name-map.h"

#include <stdint.h>
#include <stdlib.h>

#include "lockprog/alloc.h"

/* The slot that has NAME, or the free slot where NAME belongs. */
static struct named *slot_of(const struct name_map *map, const char *name)
{
	/* The lowest bits of pointers from malloc are all the same. */
	unsigned i = (unsigned)(((uintptr_t)name >> 4) * 2654435761u) & (map->max - 1);

	while (map->slots[i].name && map->slots[i].name != name)
		i = (i + 1) & (map->max - 1);
	return &map->slots[i];
}

int name_map_find(const struct name_map *map, const char *name)
{
	const struct named *slot = map->n ? slot_of(map, name) : NULL;

	return slot && slot->name ? slot->number : -1;
}

void name_map_add(struct name_map *map, const char *name, int number)
{
	if (2 * map->n >= map->max) {
		struct name_map larger = { .n = map->n, .max = map->max ? 2 * map->max : 16 };

		larger.slots = alloc_zeroed(larger.max * sizeof *larger.slots);
		for (unsigned i = 0; i < map->max; i++)
			if (map->slots[i].name)
				*slot_of(&larger, map->slots[i].name) = map->slots[i];
		free(map->slots);
		*map = larger;
	}
	*slot_of(map, name) = (struct named){ name, number };
	map->n++;
}

void name_map_clear(struct name_map *map)
{
	free(map->slots);
	*map = (struct name_map){ 0 };
}
