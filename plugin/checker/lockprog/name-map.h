/* name-map.h - numbers by name: values and blocks of a function, objects and classes of a
 * unit.
 *
 * Names are shared strings (lockprog_string): equal names are one pointer, and pointers
 * are what is compared.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef NAME_MAP_H
#define NAME_MAP_H

#ifdef __cplusplus
extern "C" {
#endif

/* All zeros is an empty map. */
struct name_map {
	unsigned n, max;		/* MAX: a power of two */
	struct named { const char *name; int number; } *slots;
};

/* The number of NAME, or -1. */
int name_map_find(const struct name_map *map, const char *name);

/* Give NUMBER to NAME, which is not in MAP yet. */
void name_map_add(struct name_map *map, const char *name, int number);

/* Make MAP empty, and free its memory. */
void name_map_clear(struct name_map *map);

#ifdef __cplusplus
}
#endif

#endif
