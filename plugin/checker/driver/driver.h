/* driver.h - the check of a whole driver, and what is said about it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include "check/check.h"
#include "driver/findings.h"
#include "driver/input.h"

/* When spinrule-check fails. */
enum driver_fails {
	DRIVER_FAILS_ON_VIOLATION,
	DRIVER_FAILS_ON_UNKNOWN		/* or on violations */
};

struct driver_options {
	struct check_options check;
	/* The user gave these; else the ones that the files were compiled with count. */
	bool has_max_states, has_max_steps;
	bool brief, summary, json;
	bool all_notes;			/* also where many are alike */
	const char *name;		/* of the driver, for messages */
	const char *cache;		/* the folder of the cache, or NULL */
	int cache_size;			/* megabytes that it may take */
	struct findings_files files;
	enum driver_fails fails_on;
	const char *why;		/* only this function is explained, or NULL */
	const char *graph, *graph_of;	/* only the graph of a function is written, or NULL */
};

/* Link and check INPUTS, at least one, and print what is found.  Returns the exit
 * status. */
int driver_check(struct inputs *inputs, const struct driver_options *options);

#endif
