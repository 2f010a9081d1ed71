/* part.c - checks a linked driver part by part.
 *
 * A part is checked as a unit of its own, with only the variables and classes that it
 * uses: the cost of a function does not grow with the driver.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/part.h"

#include <stdlib.h>

#include "lockprog/alloc.h"

/* Numbers of the driver to those of a part, -1: not in it, and back. */
struct numbers {
	int *in_part;
	int n, max, *in_driver;
};

struct part {
	struct link_result *linked;
	struct cache *cache;		/* or NULL */
	struct lockprog_unit *unit;
	struct numbers functions, objects, classes;
};

static void numbers_begin(struct numbers *numbers, int n)
{
	numbers->in_part = alloc_zeroed((n + 1) * sizeof *numbers->in_part);
	for (int i = 0; i < n; i++)
		numbers->in_part[i] = -1;
}

/* Forget the part. */
static void numbers_clear(struct numbers *numbers)
{
	for (int i = 0; i < numbers->n; i++)
		numbers->in_part[numbers->in_driver[i]] = -1;
	numbers->n = 0;
}

static void numbers_end(struct numbers *numbers)
{
	free(numbers->in_part);
	free(numbers->in_driver);
}

/* The number in the part, a new one if I is not in it yet. */
static int number_of(struct numbers *numbers, int i)
{
	if (i < 0 || numbers->in_part[i] >= 0)
		return i < 0 ? i : numbers->in_part[i];
	numbers->in_driver = alloc_grow(numbers->in_driver, numbers->n, &numbers->max,
					sizeof *numbers->in_driver);
	numbers->in_driver[numbers->n] = i;
	return numbers->in_part[i] = numbers->n++;
}

static int object_of(struct part *part, int i)
{
	const struct lockprog_object *object = &part->linked->unit->objects[i];
	const int before = part->objects.n, number = number_of(&part->objects, i);

	if (number == before) {
		lockprog_object(part->unit, object->name, object->is_local);
		part->unit->objects[number].is_contained = object->is_contained;
		part->unit->objects[number].is_constant = object->is_constant;
		part->unit->objects[number].is_thread = object->is_thread;
	}
	return number;
}

static int class_of(struct part *part, int i)
{
	const int before = part->classes.n, number = number_of(&part->classes, i);

	if (number == before && i >= 0)
		lockprog_class(part->unit, &part->linked->unit->classes[i]);
	return number;
}

/* Give FUNCTION the numbers of the part, or, with BACK, those of the driver. */
static void renumber(struct part *part, struct lockprog_function *function, bool back)
{
	const int *classes = part->classes.in_driver, *functions = part->functions.in_driver;

	function->number = back ? functions[function->number]
				: part->functions.in_part[function->number];
	for (int v = 0; v < function->n_values; v++) {
		struct lockprog_value *value = &function->values[v];

		if (value->expr == LOCKPROG_OBJECT)
			value->object = back ? part->objects.in_driver[value->object]
					     : object_of(part, value->object);
		if (value->class_ >= 0)
			value->class_ = back ? classes[value->class_]
					     : class_of(part, value->class_);
	}
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			struct lockprog_op *op = &function->blocks[b].ops[i];

			if (op->class_ >= 0)
				op->class_ = back ? classes[op->class_]
						  : class_of(part, op->class_);
			if (op->callee >= 0)
				op->callee = back ? functions[op->callee]
						  : part->functions.in_part[op->callee];
			for (int t = 0; t < op->n_targets; t++) {
				int *target = &op->targets[t].function;

				if (*target >= 0)
					*target = back ? functions[*target]
						       : part->functions.in_part[*target];
			}
		}
}

/* What is found in PART, whose N functions are numbers LIST of the driver. */
static struct check_result *check(struct part *part, const int *list, int n,
				  const struct check_options *options)
{
	struct lockprog_unit *unit = lockprog_new_unit(part->linked->unit->name);
	struct check_result *found;

	part->unit = unit;
	for (int i = 0; i < part->linked->unit->n_levels; i++)
		lockprog_add_levels(unit, part->linked->unit->levels[i].first,
				    part->linked->unit->levels[i].second);
	for (int i = 0; i < n; i++) {
		link_load(part->linked, list[i]);
		unit->functions = alloc_grow(unit->functions, unit->n_functions,
					     &unit->max_functions, sizeof *unit->functions);
		unit->functions[unit->n_functions++] = part->linked->unit->functions[list[i]];
	}
	for (int i = 0; i < n; i++)
		renumber(part, unit->functions[i], false);
	found = check_unit(unit, options);
	for (int i = 0; i < n; i++) {
		renumber(part, unit->functions[i], true);
		link_unload(part->linked, list[i]);
	}
	unit->n_functions = 0;
	lockprog_free_unit(unit);
	return found;
}

/* The same, if it is known from before; else it is kept. */
static struct check_result *find(struct part *part, const int *list, int n,
				 const struct check_options *options)
{
	struct link_identity identity = { 0 };
	char key[CACHE_KEY_DIGITS + 1];
	struct check_result *found;

	for (int i = 0; i < n; i++)
		link_identify(part->linked, list[i], part->functions.in_part, &identity);
	cache_key(part->cache, options, &identity, key);
	free(identity.bytes);
	found = cache_find(part->cache, key, n);
	if (!found) {
		found = check(part, list, n, options);
		cache_keep(part->cache, key, found);
	}
	return found;
}

/* Check the N functions of the driver at LIST; what is found goes to RESULT. */
static void check_part(struct part *part, const int *list, int n,
		       const struct check_options *options, struct check_result *result)
{
	/* Of what was found before there is no trace. */
	const bool is_kept = part->cache && part->cache->folder && !options->trace;
	struct check_result *found;

	for (int i = 0; i < n; i++)
		number_of(&part->functions, list[i]);
	found = is_kept ? find(part, list, n, options) : check(part, list, n, options);
	for (int i = 0; i < n; i++)
		result->functions[list[i]] = found->functions[i];
	/* What its functions have is in RESULT now. */
	found->n_functions = 0;
	check_free(found);
	numbers_clear(&part->functions);
	numbers_clear(&part->objects);
	numbers_clear(&part->classes);
}

static void part_begin(struct part *part, struct link_result *linked)
{
	*part = (struct part){ .linked = linked };
	numbers_begin(&part->functions, linked->unit->n_functions);
	numbers_begin(&part->objects, linked->unit->n_objects);
	numbers_begin(&part->classes, linked->unit->n_classes);
}

static void part_end(struct part *part)
{
	numbers_end(&part->functions);
	numbers_end(&part->objects);
	numbers_end(&part->classes);
}

static struct check_result *new_result(int n)
{
	struct check_result *result = alloc_zeroed(sizeof *result);

	result->n_functions = n;
	result->functions = alloc_zeroed((n + 1) * sizeof *result->functions);
	return result;
}

void part_check_again(struct link_result *linked, const struct check_options *options, int f)
{
	int *list = alloc_zeroed((linked->unit->n_functions + 1) * sizeof *list), n = 0;
	struct check_result *result = new_result(linked->unit->n_functions);
	struct part part;

	for (int i = 0; i < linked->unit->n_functions; i++)
		if (linked->origins[i].part == linked->origins[f].part)
			list[n++] = i;
	part_begin(&part, linked);
	check_part(&part, list, n, options, result);
	part_end(&part);
	check_free(result);
	free(list);
}

struct check_result *part_check_all(struct link_result *linked,
				    const struct check_options *options, struct cache *cache)
{
	const int n = linked->unit->n_functions;
	int *first = alloc_zeroed((linked->n_parts + 2) * sizeof *first),
	    *list = alloc_zeroed((n + 1) * sizeof *list);
	struct check_result *result = new_result(n);
	struct part part;

	part_begin(&part, linked);
	part.cache = cache;
	for (int f = 0; f < n; f++)
		first[linked->origins[f].part + 2]++;
	for (int i = 0; i < linked->n_parts; i++)
		first[i + 1] += first[i];
	for (int f = 0; f < n; f++)
		list[first[linked->origins[f].part + 1]++] = f;
	for (int i = 0; i < linked->n_parts; i++)
		if (first[i + 1] > first[i])
			check_part(&part, &list[first[i]], first[i + 1] - first[i], options,
				   result);
	part_end(&part);
	free(first);
	free(list);
	return result;
}
