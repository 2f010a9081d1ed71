/* alloc.h - allocation for the plain-C half of the plugin: it succeeds, or ends the
 * process with a message.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ALLOC_H
#define ALLOC_H

#include <stdarg.h>
#include <stddef.h>

void *alloc_zeroed(size_t size);

/* ARRAY, which is malloc'ed or NULL, with room for N elements of SIZE; N is not 0. */
void *alloc_resized(void *array, int n, size_t size);

/* Return ARRAY of COUNT elements of SIZE, with room for one more element. */
static inline void *alloc_grow(void *array, int count, int *max, size_t size)
{
	if (count < *max)
		return array;
	/* MAX is not kept for what is read at its size. */
	*max = count ? 2 * count : 8;
	return alloc_resized(array, *max, size);
}

/* A copy of N elements of SIZE at FROM; NULL if N is 0. */
void *alloc_copy(const void *from, int n, size_t size);

/* The text of FORMAT and what follows it; malloc'ed. */
char *alloc_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *alloc_text_list(const char *format, va_list list) __attribute__((format(printf, 1, 0)));

void alloc_exhausted(void) __attribute__((noreturn));

#endif
