/* page.c - helpers for all parts of a report.
 *
 * SPDX-License-Identifier: MIT
 */

#include "page.h"

struct cell *page_row(struct page *page, struct table *table)
{
	struct cell *cells = store_zeroed(page->store, table->n_columns * sizeof *cells);

	for (size_t i = 0; i < table->n_columns; i++)
		cells[i].text = "";
	list_add(page->store, &table->rows, cells);
	return cells;
}

void page_table(struct page *page, const struct table *table)
{
	if (table->rows.count)
		page->format->table(page, table);
}

const char *page_place(struct page *page, const struct place *place)
{
	if (!place->file[0])
		return "";
	if (!place->line)
		return place->file;
	if (!place->column)
		return store_format(page->store, "%s:%u", place->file, place->line);
	return store_format(page->store, "%s:%u:%u", place->file, place->line, place->column);
}

const char *page_count(struct page *page, unsigned long long count, const char *what)
{
	return store_format(page->store, "%llu %s%s", count, what, count == 1 ? "" : "s");
}

const char *page_number(struct page *page, unsigned long long number)
{
	return store_format(page->store, "%llu", number);
}

const char *page_joined(struct page *page, const char *text, const char *more)
{
	if (!text[0] || !more[0])
		return text[0] ? text : more;
	return store_format(page->store, "%s, %s", text, more);
}
