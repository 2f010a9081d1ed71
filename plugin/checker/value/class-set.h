/* class-set.h - a set of numbers: of classes of memory, or of symbolic nodes.
 *
 * A driver has many of them, and most sets few, which lie near each other.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CLASS_SET_H
#define CLASS_SET_H

#include <limits.h>
#include <stdbool.h>

/* The numbers AT * 64 + I for each bit I of BITS, of which one is set. */
struct class_word {
	int at;
	unsigned long long bits;
};

/* N words in the order of their places.  All zero is the empty set. */
struct class_set {
	int n, max;
	struct class_word *words;
};

static inline bool class_set_is_empty(const struct class_set *set)
{
	return !set->n;
}

bool class_set_has(const struct class_set *set, int number);
void class_set_add(struct class_set *set, int number);
void class_set_add_all(struct class_set *set, const struct class_set *other);
struct class_set class_set_copy(const struct class_set *set);

/* The numbers of SET that OTHER has not. */
struct class_set class_set_without(const struct class_set *set, const struct class_set *other);

/* The least number of SET that is above AFTER, or CLASS_SET_END. */
int class_set_next(const struct class_set *set, int after);

enum { CLASS_SET_START = INT_MIN, CLASS_SET_END = INT_MAX };

/* Go through the numbers of SET. */
#define CLASS_SET_EACH(NUMBER, SET)                                \
	for (int NUMBER = class_set_next(SET, CLASS_SET_START);    \
	     NUMBER != CLASS_SET_END; NUMBER = class_set_next(SET, NUMBER))

bool class_set_equal(const struct class_set *x, const struct class_set *y);

/* Make SET empty, and free its memory. */
void class_set_free(struct class_set *set);

#endif
