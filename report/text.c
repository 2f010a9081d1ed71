/* text.c - a report as plain text.
 *
 * SPDX-License-Identifier: MIT
 */

#include "page.h"

#include <string.h>

#include "unicode.h"

enum { MAX_WIDTH = 48, MAX_COLUMNS = 12 };

static void put(struct page *page, const char *text)
{
	fputs(text, page->out);
}

/* The text that replaces CHARACTER, maybe in BUFFER of SIZE; NULL if it is shown as it
 * is. */
static const char *shown(unsigned character, char *buffer, size_t size)
{
	if (unicode_is_hidden(character)) {
		snprintf(buffer, size, "\\u{%X}", character);
		return buffer;
	}
	return character == UNICODE_REPLACEMENT ? "\xEF\xBF\xBD" : NULL;
}

/* Print LENGTH bytes of TEXT if OUT is not NULL.  Returns the number of characters. */
static size_t put_bytes(FILE *out, const char *text, size_t length, bool has_tabs)
{
	const char *end = text + length;
	size_t width = 0;
	char buffer[16];

	while (text < end) {
		const char *from = text, *instead;
		unsigned character = unicode_next(&text, end);

		if (character == '\t' && has_tabs) {
			do {
				if (out)
					putc(' ', out);
			} while (++width % 8);
			continue;
		}
		instead = shown(character, buffer, sizeof buffer);
		if (out && instead)
			fputs(instead, out);
		else if (out)
			fwrite(from, 1, text - from, out);
		width += instead && character != UNICODE_REPLACEMENT ? strlen(instead) : 1;
	}
	return width;
}

static size_t put_text(struct page *page, const char *text)
{
	return put_bytes(page->out, text, strlen(text), false);
}

static size_t width_of(const char *text)
{
	return put_bytes(NULL, text, strlen(text), false);
}

static void put_padding(struct page *page, size_t width)
{
	while (width--)
		putc(' ', page->out);
}

static void underline(struct page *page, size_t width, char with)
{
	while (width--)
		putc(with, page->out);
	putc('\n', page->out);
}

static void begin(struct page *page, const char *title, const struct section *sections,
		  size_t n_sections)
{
	size_t width = put_text(page, title);

	(void)sections;
	(void)n_sections;
	put(page, "\n");
	underline(page, width, '=');
	if (page->made) {
		put_text(page, page->made);
		put(page, "\n");
	}
}

static void end(struct page *page)
{
	(void)page;
}

static void section(struct page *page, const struct section *section)
{
	size_t width;

	put(page, "\n");
	width = put_text(page, section->title);
	put(page, "\n");
	underline(page, width, '-');
}

static void paragraph(struct page *page, const char *text)
{
	put_text(page, text);
	put(page, "\n");
}

static void figures(struct page *page, const struct figure *figures, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fprintf(page->out, "%8llu  ", figures[i].number);
		put_text(page, figures[i].noun);
		put(page, figures[i].number == 1 ? "" : "s");
		put_text(page, figures[i].rest);
		put(page, "\n");
	}
}

/* ---- tables ---- */

/* Print CELLS in a line, without blanks at its end. */
static void put_row(struct page *page, const struct table *table, const char *const *cells,
		    const size_t *widths)
{
	size_t blanks = 2;

	for (size_t i = 0; i < table->n_columns; i++) {
		size_t own = width_of(cells[i]), room = own < widths[i] ? widths[i] - own : 0;
		bool is_number = table->columns[i].kind == CELL_NUMBER;

		if (own) {
			put_padding(page, blanks + (is_number ? room : 0));
			put_text(page, cells[i]);
			blanks = is_number ? 0 : room;
		} else {
			blanks += room;
		}
		blanks += 2;
	}
	put(page, "\n");
}

static void table(struct page *page, const struct table *table)
{
	const char *texts[MAX_COLUMNS];
	size_t widths[MAX_COLUMNS];

	for (size_t i = 0; i < table->n_columns; i++) {
		widths[i] = width_of(table->columns[i].head);
		for (size_t r = 0; r < table->rows.count; r++) {
			size_t width =
				width_of(((const struct cell *)table->rows.items[r])[i].text);

			if (width > MAX_WIDTH)
				width = MAX_WIDTH;
			if (width > widths[i])
				widths[i] = width;
		}
	}
	put(page, "\n");
	put_text(page, table->caption);
	put(page, "\n\n");
	for (size_t i = 0; i < table->n_columns; i++)
		texts[i] = table->columns[i].head;
	put_row(page, table, texts, widths);
	for (size_t r = 0; r < table->rows.count; r++) {
		for (size_t i = 0; i < table->n_columns; i++)
			texts[i] = ((const struct cell *)table->rows.items[r])[i].text;
		put_row(page, table, texts, widths);
	}
	if (table->left_out)
		fprintf(page->out, "  %zu more are not shown.\n", table->left_out);
}

/* ---- findings ---- */

static void excerpt(struct page *page, const struct place *place, size_t max)
{
	struct source_line lines[FACT_LINES];
	size_t count = place ? source_lines(page->source, place, lines, max) : 0;

	for (size_t i = 0; i < count; i++) {
		fprintf(page->out, "    %c%5u |%s", lines[i].number == place->line ? '>' : ' ',
			lines[i].number, lines[i].length ? " " : "");
		put_bytes(page->out, lines[i].text, lines[i].length, true);
		put(page, "\n");
	}
}

static void controls(struct page *page)
{
	(void)page;
}

static void group(struct page *page, const char *file, const char *function)
{
	if (!file)
		return;
	put(page, "\nIn ");
	put_text(page, file[0] ? file : "no file");
	put(page, function[0] ? ", " : "");
	put_text(page, function);
	put(page, ":\n");
}

static void finding_begin(struct page *page, const struct finding_head *head)
{
	fprintf(page->out, "\n%s: ", head->anchor);
	put_text(page, head->title);
	put(page, " [spinrule-");
	put_text(page, head->id);
	put(page, "]: ");
	put_text(page, head->state);
	put(page, "\n");
}

static void finding_end(struct page *page)
{
	(void)page;
}

static void fact(struct page *page, const char *label, const char *text, const char *link,
		 const struct place *around)
{
	(void)link;
	put(page, "  ");
	put_text(page, label);
	put(page, ": ");
	put_text(page, text);
	put(page, "\n");
	excerpt(page, around, FACT_LINES);
}

static void steps_begin(struct page *page, const char *title)
{
	put(page, "  ");
	put_text(page, title);
	put(page, ":\n");
}

static void step(struct page *page, const struct shown_step *step)
{
	put_padding(page, 4 + 2 * (step->depth < 8 ? step->depth : 8));
	if (step->where[0]) {
		put_text(page, step->where);
		put(page, ": ");
	}
	put_text(page, step->text);
	if (step->held[0]) {
		put(page, " [holds ");
		put_text(page, step->held);
		put(page, "]");
	}
	put(page, "\n");
	excerpt(page, step->place, STEP_LINES);
}

/* There are none as text. */
static void picture(struct page *page, const char *title, const char *svg)
{
	(void)page;
	(void)title;
	(void)svg;
}

static void steps_end(struct page *page)
{
	(void)page;
}

const struct page_format page_text = {
	.has_overview = true,
	.begin = begin,
	.end = end,
	.section = section,
	.paragraph = paragraph,
	.figures = figures,
	.table = table,
	.controls = controls,
	.group = group,
	.finding_begin = finding_begin,
	.finding_end = finding_end,
	.fact = fact,
	.steps_begin = steps_begin,
	.step = step,
	.steps_end = steps_end,
	.way_begin = steps_begin,
	.way_step = step,
	.way_end = steps_end,
	.picture = picture,
};
