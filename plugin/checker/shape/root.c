/* root.c - follows a value through copies and constant offsets.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/root.h"

static bool has_constant(const struct lockprog_function *function,
			 const struct lockprog_value *value)
{
	return value->b >= 0 && function->values[value->b].expr == LOCKPROG_CONST;
}

int root_step(const struct lockprog_function *function, int v, enum root_steps steps,
	      long long *offset)
{
	const struct lockprog_value *value = &function->values[v];
	bool is_sum = value->expr == LOCKPROG_ADD && (steps == ROOT_SUMS || steps == ROOT_OFFSETS);
	bool is_difference = value->expr == LOCKPROG_SUB && steps == ROOT_OFFSETS;
	bool is_test =
		value->expr >= LOCKPROG_EQ && value->expr <= LOCKPROG_GE && steps == ROOT_TESTS;

	if (value->expr == LOCKPROG_COPY)
		return value->a;
	if ((!is_sum && !is_difference && !is_test) || !has_constant(function, value))
		return -1;
	if (offset && !is_test) {
		unsigned long long by = (unsigned long long)function->values[value->b].constant;

		*offset = (long long)(is_sum ? *offset + by : *offset - by);
	}
	return value->a;
}

int root_of(const struct lockprog_function *function, int v, enum root_steps steps,
	    long long *offset)
{
	int next = v;

	if (offset)
		*offset = 0;
	while (next >= 0) {
		v = next;
		next = root_step(function, v, steps, offset);
	}
	return v;
}
