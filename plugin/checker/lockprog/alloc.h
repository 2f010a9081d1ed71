/* alloc.h - allocation for the plain-C half of the plugin: it succeeds, or ends the
 * process with a message.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ALLOC_H
#define ALLOC_H

#include <stddef.h>

/* Return ARRAY of COUNT elements of SIZE, with room for one more element. */
void *alloc_grow(void *array, int count, int *max, size_t size);

void *alloc_zeroed(size_t size);

/* A copy of N elements of SIZE at FROM; NULL if N is 0. */
void *alloc_copy(const void *from, int n, size_t size);

void alloc_exhausted(void) __attribute__((noreturn));

#endif
