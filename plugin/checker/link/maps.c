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

const int *maps_targets(const struct link_maps *m, const char *type, int *n)
{
	return pointers_targets(m->pointers, type, n);
}

int maps_target(const struct link_maps *m, int target)
{
	return m->kept_numbers ? m->kept_numbers[target] : target;
}
