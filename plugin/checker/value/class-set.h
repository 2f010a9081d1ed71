/* class-set.h - a sorted set of numbers: of classes of memory, or of symbolic nodes.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CLASS_SET_H
#define CLASS_SET_H

#include <stdbool.h>

/* LIST is sorted and has each number once.  All zero is the empty set. */
struct class_set { int n, max, *list; };

bool class_set_has(const struct class_set *set, int number);
void class_set_add(struct class_set *set, int number);
void class_set_add_all(struct class_set *set, const struct class_set *other);
struct class_set class_set_copy(const struct class_set *set);

/* The numbers of SET that OTHER has not. */
struct class_set class_set_without(const struct class_set *set, const struct class_set *other);

bool class_set_equal(const struct class_set *x, const struct class_set *y);

/* Make SET empty, and free its memory. */
void class_set_free(struct class_set *set);

#endif
