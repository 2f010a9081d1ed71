/* maps.c - what the names and numbers of files are in the driver.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/maps.h"

int maps_function(const struct link_maps *m, int f, const char *name)
{
	int file, function;

	return resolve_function(&m->names, f, name, &file, &function)
		       ? m->numbers[file][function]
		       : -1;
}

int maps_first_taken(const struct link_maps *m, const char *type)
{
	int low = 0, high = m->n_taken;

	while (low < high) {
		int middle = (low + high) / 2;

		if (m->taken[middle].type < type)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
