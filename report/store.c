/* store.c - memory that is freed all at once, and the names in it.
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

/* A larger copy of ITEMS, COUNT pointers of SIZE bytes; *MAX becomes its size. */
static void *grown(struct store *store, const void *items, size_t count, size_t size, size_t *max)
{
	void *copy;

	*max = *max ? 2 * *max : 4;
	copy = obstack_alloc(&store->obstack, *max * size);
	if (count)
		memcpy(copy, items, count * size);
	return copy;
}

void list_add(struct store *store, struct list *list, void *item)
{
	if (list->count == list->max)
		list->items =
			grown(store, list->items, list->count, sizeof *list->items, &list->max);
	list->items[list->count++] = item;
}

void texts_add(struct store *store, struct texts *texts, const char *text)
{
	if (texts->count == texts->max)
		texts->items =
			grown(store, texts->items, texts->count, sizeof *texts->items, &texts->max);
	texts->items[texts->count++] = text;
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
