/* alloc.c - allocation that succeeds, or ends the process.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/alloc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *alloc_resized(void *array, int n, size_t size)
{
	array = realloc(array, n * size);
	if (!array)
		alloc_exhausted();
	return array;
}

void *alloc_zeroed(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		alloc_exhausted();
	return memory;
}

void *alloc_copy(const void *from, int n, size_t size)
{
	void *to;

	if (!n)
		return NULL;
	to = malloc(n * size);
	if (!to)
		alloc_exhausted();
	return memcpy(to, from, n * size);
}

char *alloc_text_list(const char *format, va_list list)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, list);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(n >= 0);
	text = alloc_zeroed((size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, list);
	return text;
}

char *alloc_text(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = alloc_text_list(format, list);
	va_end(list);
	return text;
}

void alloc_exhausted(void)
{
	fputs("spinrule: out of memory\n", stderr);
	abort();
}
