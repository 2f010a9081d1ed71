/* store.h - memory that is freed all at once, and the names in it.
 *
 * Out of memory ends the program with a message and exit status 2.  One thread.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STORE_H
#define STORE_H

#include <obstack.h>
#include <stddef.h>

struct store {
	struct obstack obstack;
	void *names;
};

void store_start(struct store *store);
void store_end(struct store *store);

/* SIZE bytes of zeros. */
void *store_zeroed(struct store *store, size_t size);

/* The copy of TEXT in STORE.  Equal texts have one copy: compare them as pointers. */
const char *store_name(struct store *store, const char *text);

/* A text as printf would write it. */
const char *store_format(struct store *store, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Pointers in a row; {0} is empty. */
struct list {
	void **items;
	size_t count, max;
};

void list_add(struct store *store, struct list *list, void *item);

/* Texts in a row; {0} is empty. */
struct texts {
	const char **items;
	size_t count, max;
};

void texts_add(struct store *store, struct texts *texts, const char *text);

/* Sort LIST by COMPARE, which gets two items. */
void list_sort(struct list *list, int (*compare)(const void *a, const void *b));

/* The item of the set *ROOT that is equal to KEY by COMPARE; or NULL. */
void *set_find(void *const *root, const void *key, int (*compare)(const void *, const void *));

/* Add ITEM, which is not in the set. */
void set_add(void **root, void *item, int (*compare)(const void *, const void *));

void set_end(void **root);

#endif
