/* part.h - checks a linked driver part by part.
 *
 * Functions that call each other, also through others, are a part: no other function
 * changes what is found in it.  Bodies are there only while their part is checked.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_PART_H
#define DRIVER_PART_H

#include "driver/cache.h"
#include "link/link.h"

/* Check LINKED, but for parts that CACHE has.  The caller frees the result by
 * check_free. */
struct check_result *part_check_all(struct link_result *linked,
				    const struct check_options *options, struct cache *cache);

/* Check the part of function number F once more, for the trace of OPTIONS. */
void part_check_again(struct link_result *linked, const struct check_options *options, int f);

#endif
