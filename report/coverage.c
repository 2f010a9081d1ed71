/* coverage.c - which lock calls and callbacks the runs executed, by file and function.
 *
 * SPDX-License-Identifier: MIT
 */

#include "coverage.h"

/* The number of sites of one function that are listed. */
enum { MAX_LISTED = 20 };

static void add(struct coverage *coverage, const struct covered *covered)
{
	coverage->sites++;
	coverage->executed += covered->is_executed;
	coverage->never += !covered->is_executed;
	coverage->unlinked += !covered->is_executed && !covered->is_linked;
}

struct coverage coverage_count(const struct model *model)
{
	struct coverage coverage = { 0 };

	for (size_t i = 0; i < model->sites.count; i++)
		add(&coverage, model->sites.items[i]);
	return coverage;
}

static const struct column columns[] = {
	{ "File", CELL_CODE },
	{ "Function", CELL_CODE },
	{ "Sites", CELL_NUMBER },
	{ "Executed", CELL_NUMBER },
	{ "Never", CELL_NUMBER },
	{ "In no program run", CELL_NUMBER },
	{ "Never executed: line and call", CELL_TEXT },
};

/* Add a row that counts the sites from FIRST to END (exclusive), and lists those never
 * executed if IS_LISTED. */
static void add_row(struct page *page, struct table *table, const struct model *model, size_t first,
		    size_t end, const char *function, bool is_listed)
{
	struct cell *cells = page_row(page, table);
	struct coverage coverage = { 0 };
	const char *listed = "";
	size_t n_listed = 0;

	for (size_t i = first; i < end; i++) {
		const struct covered *covered = model->sites.items[i];

		add(&coverage, covered);
		if (!is_listed || covered->is_executed || n_listed++ >= MAX_LISTED)
			continue;
		listed = page_joined(page, listed,
				     store_format(page->store, "%u %s", covered->site->place.line,
						  covered->site->ddi));
	}
	if (n_listed > MAX_LISTED)
		listed = page_joined(page, listed,
				     store_format(page->store, "and %zu more",
						  n_listed - MAX_LISTED));
	cells[0].text = ((const struct covered *)model->sites.items[first])->site->place.file;
	cells[1].text = function;
	cells[2].text = page_number(page, coverage.sites);
	cells[3].text = page_number(page, coverage.executed);
	cells[4].text = page_number(page, coverage.never);
	cells[5].text = page_number(page, coverage.unlinked);
	cells[6].text = listed;
}

static const struct site *site_at(const struct model *model, size_t i)
{
	return ((const struct covered *)model->sites.items[i])->site;
}

/* Sites are sorted by place: those of one file are together, and those of one function
 * nearly always. */
static size_t end_of_file(const struct model *model, size_t first)
{
	size_t i = first;

	while (i < model->sites.count &&
	       site_at(model, i)->place.file == site_at(model, first)->place.file)
		i++;
	return i;
}

static size_t end_of_function(const struct model *model, size_t first, size_t end)
{
	size_t i = first;

	while (i < end && site_at(model, i)->function == site_at(model, first)->function)
		i++;
	return i;
}

void coverage_write(struct page *page, const struct model *model)
{
	struct table table = {
		.caption = "Lock calls and callbacks that the runs executed",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};
	struct coverage all = coverage_count(model);

	if (!model->has_coverage) {
		page->format->paragraph(
			page,
			"No log lists its sites: run instrumented programs with "
			"SPINRULE_OPTIONS=format=json:coverage=1 to see what no test reaches.");
		return;
	}
	page->format->paragraph(page,
				store_format(page->store, "%llu of %s executed.", all.executed,
					     page_count(page, all.sites, "site")));
	for (size_t first = 0, end; first < model->sites.count; first = end) {
		end = end_of_file(model, first);
		add_row(page, &table, model, first, end, "(all)", false);
		for (size_t i = first, next; i < end; i = next) {
			next = end_of_function(model, i, end);
			add_row(page, &table, model, i, next, site_at(model, i)->function, true);
		}
	}
	page_table(page, &table);
}
