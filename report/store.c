/* store.c - memory that is given back all at once, and the names in it.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "store.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(void)
{
	fputs("spinrule-report: error: out of memory\n", stderr);
	exit(2);
}

static void *chunk(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		give_up();
	return memory;
}

#define obstack_chunk_alloc chunk
#define obstack_chunk_free free

void store_start(struct store *store)
{
	obstack_init(&store->obstack);
	store->names = NULL;
}

void store_end(struct store *store)
{
	set_end(&store->names);
	obstack_free(&store->obstack, NULL);
}

void *store_zeroed(struct store *store, size_t size)
{
	return memset(obstack_alloc(&store->obstack, size), 0, size);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

const char *store_name(struct store *store, const char *text)
{
	char *name = set_find(&store->names, text, compare_names);

	if (!name) {
		name = obstack_copy0(&store->obstack, text, strlen(text));
		set_add(&store->names, name, compare_names);
	}
	return name;
}

const char *store_format(struct store *store, const char *format, ...)
{
	va_list arguments;
	char *text, *kept;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		give_up();
	kept = obstack_copy0(&store->obstack, text, length);
	free(text);
	return kept;
}

void list_add(struct store *store, struct list *list, void *item)
{
	if (list->count == list->max) {
		void **items;

		list->max = list->max ? 2 * list->max : 4;
		items = obstack_alloc(&store->obstack, list->max * sizeof *items);
		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
	}
	list->items[list->count++] = item;
}

static int compare_items(const void *a, const void *b, void *compare)
{
	return (*(int (**)(const void *, const void *))compare)(*(void *const *)a,
								*(void *const *)b);
}

void list_sort(struct list *list, int (*compare)(const void *a, const void *b))
{
	if (list->count)
		qsort_r(list->items, list->count, sizeof *list->items, compare_items, &compare);
}

void *set_find(void *const *root, const void *key, int (*compare)(const void *, const void *))
{
	void *node = tfind(key, root, compare);

	return node ? *(void **)node : NULL;
}

void set_add(void **root, void *item, int (*compare)(const void *, const void *))
{
	if (!tsearch(item, root, compare))
		give_up();
}

static void keep(void *item)
{
	(void)item;
}

void set_end(void **root)
{
	tdestroy(*root, keep);
	*root = NULL;
}
