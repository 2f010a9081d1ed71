/* collect.h - computes with numbers of any type, and makes a set of values from the
 * results.
 *
 * Numbers have more bits than any type: no computation overflows before its result is
 * converted back to the type.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COLLECT_H
#define COLLECT_H

#include "value/range.h"
#include "value/wide.h"

/* Spans of results of TYPE, as keys, in any order. */
struct collected {
	struct lockprog_type type;
	int n;
	struct span spans[8 * RANGE_MAX_BLOCKS * RANGE_MAX_BLOCKS];
};

/* True for the type whose keys are the values minus 2^63. */
bool collect_is_biased(struct lockprog_type type);

/* The number whose key is KEY. */
struct wide collect_number(struct lockprog_type type, long long key);

/* Add the numbers from FROM to TO that the type has. */
void collect_inside(struct collected *all, struct wide from, struct wide to);

/* Add the numbers from FROM to TO modulo the size of the type. */
void collect_wrapped(struct collected *all, struct wide from, struct wide to);

/* The set of all results in ALL. */
struct fact collect_set(struct collected *all);

/* The number of values in FACT, or RANGE_MAX_VALUES + 1 if there are more. */
int collect_count(const struct fact *fact);

/* True if each value of A can be tried with each of B. */
bool collect_is_few(const struct operand *a, const struct operand *b);

#endif
