/* class-set.c - a sorted set of numbers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/class-set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

/* The index of the first number in SET that is not below NUMBER. */
static int find(const struct class_set *set, int number)
{
	int low = 0, high = set->n;

	/* Most sets are made in the order of their numbers. */
	if (high && set->list[high - 1] < number)
		return high;
	while (low < high) {
		int middle = (low + high) / 2;

		if (set->list[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool class_set_has(const struct class_set *set, int number)
{
	int i = find(set, number);

	return i < set->n && set->list[i] == number;
}

void class_set_add(struct class_set *set, int number)
{
	int i = find(set, number);

	if (i < set->n && set->list[i] == number)
		return;
	set->list = alloc_grow(set->list, set->n, &set->max, sizeof *set->list);
	memmove(&set->list[i + 1], &set->list[i], (set->n - i) * sizeof *set->list);
	set->list[i] = number;
	set->n++;
}

/* True if SET has all of OTHER. */
static bool has_all(const struct class_set *set, const struct class_set *other)
{
	int i = 0;

	if (other->n > set->n)
		return false;
	for (int j = 0; j < other->n; j++) {
		while (i < set->n && set->list[i] < other->list[j])
			i++;
		if (i == set->n || set->list[i] != other->list[j])
			return false;
	}
	return true;
}

void class_set_add_all(struct class_set *set, const struct class_set *other)
{
	struct class_set both = { 0 };
	int i = 0, j = 0;

	if (has_all(set, other))
		return;
	both.max = set->n + other->n;
	both.list = alloc_zeroed(both.max * sizeof *both.list);
	while (i < set->n || j < other->n) {
		if (j == other->n || (i < set->n && set->list[i] < other->list[j])) {
			both.list[both.n++] = set->list[i++];
			continue;
		}
		i += i < set->n && set->list[i] == other->list[j];
		both.list[both.n++] = other->list[j++];
	}
	for (int k = 1; k < both.n; k++)
		assert(both.list[k - 1] < both.list[k]);
	free(set->list);
	*set = both;
}

struct class_set class_set_without(const struct class_set *set, const struct class_set *other)
{
	struct class_set rest = { .max = set->n };
	int j = 0;

	if (set->n)
		rest.list = alloc_zeroed(set->n * sizeof *rest.list);
	for (int i = 0; i < set->n; i++) {
		while (j < other->n && other->list[j] < set->list[i])
			j++;
		if (j == other->n || other->list[j] != set->list[i])
			rest.list[rest.n++] = set->list[i];
	}
	return rest;
}

struct class_set class_set_copy(const struct class_set *set)
{
	struct class_set copy = { .n = set->n, .max = set->n };

	if (set->n) {
		copy.list = alloc_zeroed(set->n * sizeof *copy.list);
		memcpy(copy.list, set->list, set->n * sizeof *copy.list);
	}
	return copy;
}

bool class_set_equal(const struct class_set *x, const struct class_set *y)
{
	return x->n == y->n && (!x->n || !memcmp(x->list, y->list, x->n * sizeof *x->list));
}

void class_set_free(struct class_set *set)
{
	free(set->list);
	*set = (struct class_set){ 0 };
}
