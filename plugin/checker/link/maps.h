/* maps.h - what the names and numbers of files are in the driver; for link/ alone.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_MAPS_H
#define LINK_MAPS_H

#include "link/resolve.h"
#include "lockprog/pointers.h"

/* The layout that the fields of a record have. */
struct record {
	const char *name, *layout;
	int file;
};

/* Parameter NUMBER of function number FUNCTION gets callbacks of a role, as FILE says. */
struct link_parameter {
	int function, number;
	struct lockprog_role role;
	int file;
};

struct link_maps {
	struct link_names names;
	struct link_result *result;
	struct lockprog_unit *unit;
	int max_origins;
	/* By file: of each of its functions, objects and classes the number in UNIT, or
	 * -1. */
	int **numbers, **objects, **classes, *n_numbers;
	/* Which functions pointers of any file may lead to: numbers in UNIT before
	 * functions were dropped, whose numbers since are in KEPT_NUMBERS, if it is
	 * there. */
	struct pointers *pointers;
	int *kept_numbers;
	/* By object of UNIT: the function that it is, or -1. */
	int n_objects, max_objects;
	int *function_of;
	int n_records, max_records;
	struct record *records;
	struct name_map record_numbers;
	struct name_map pointed;	/* of TARGETS, by name of a field or variable */
	int n_targets, max_targets;
	const char **targets;
	struct link_parameters { int n, max; struct link_parameter *list; } parameters;
	/* By file: a digest of its objects and classes in the driver; made when it is
	 * asked for. */
	struct link_digest { bool is_made; unsigned char bytes[16]; } *digests;
};

/* The number in the driver of the function that file F calls NAME, or -1. */
int maps_function(const struct link_maps *m, int f, const char *name);

/* The functions that calls through pointers of TYPE may lead to: *N numbers, of which
 * maps_target makes the one in UNIT, or -1: it was dropped. */
const int *maps_targets(const struct link_maps *m, const char *type, int *n);
int maps_target(const struct link_maps *m, int target);

#endif
