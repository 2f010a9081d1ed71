/* html.c - a report as one HTML page, without external files, for screens and paper.
 *
 * The text of the page comes from files of unknown origin: all of it is escaped, and the
 * policy in the page's head also forbids the browser to load anything, and to run
 * anything but the page's own script.
 *
 * SPDX-License-Identifier: MIT
 */

#include "html.h"

#include <string.h>

#include "page.h"

#include "unicode.h"

/* Of so many findings all are unfolded at first; of more, none. */
enum { MAX_UNFOLDED = 50 };

/* Of more findings than these, all but the first are in parts that a browser which runs
 * scripts takes as text, until they come into sight: it opens 5,000 findings at once,
 * without making 200,000 elements.  A part has at least so many findings. */
enum { MAX_WHOLE = 200, PART = 50 };

/* Lines between two steps that are shown rather than left out. */
enum { MAX_BETWEEN = 8 };

/* Lines before the first step of a part of the source, and after the last. */
enum { AROUND = 2 };

static const char *const tone_classes[TONES] = {
	[TONE_PLAIN] = "quiet", [TONE_GOOD] = "good", [TONE_NOTE] = "note", [TONE_BAD] = "bad",
};

static void put(struct page *page, const char *markup)
{
	fputs(markup, page->out);
}

/* Write CHARACTER, which is the bytes from FROM to END, escaped. */
static void put_character(struct page *page, unsigned character, const char *from, const char *end)
{
	switch (character) {
	case '&':
		put(page, "&amp;");
		return;
	case '<':
		put(page, "&lt;");
		return;
	case '>':
		put(page, "&gt;");
		return;
	case '"':
		put(page, "&quot;");
		return;
	case '\'':
		put(page, "&#39;");
		return;
	}
	if (unicode_is_hidden(character))
		fprintf(page->out, "\\u{%X}", character);
	else if (character == UNICODE_REPLACEMENT)
		put(page, "\xEF\xBF\xBD");
	else
		fwrite(from, 1, end - from, page->out);
}

static void put_bytes(struct page *page, const char *text, size_t length, bool has_tabs)
{
	const char *end = text + length;
	unsigned column = 0;

	while (text < end) {
		const char *from = text;
		unsigned character = unicode_next(&text, end);

		if (character == '\t' && has_tabs) {
			do
				putc(' ', page->out);
			while (++column % 8);
			continue;
		}
		put_character(page, character, from, text);
		column++;
	}
}

static void put_text(struct page *page, const char *text)
{
	put_bytes(page, text, strlen(text), false);
}

static void paragraph(struct page *page, const char *text)
{
	put(page, "<p>");
	put_text(page, text);
	put(page, "</p>\n");
}

/* ---- the page ---- */

/* An id as the name of a class. */
static const char *class_of(const struct page *page, const char *id)
{
	for (size_t i = 0; i < page->n_ids; i++)
		if (!strcmp(page->ids[i], id))
			return id;
	return "other";
}

/* The rules that choose and order findings by ID, the one with NUMBER. */
static void put_id_rules(struct page *page, const char *id, size_t number)
{
	fprintf(page->out,
		"main:has(#only-id option[value=%s]:checked) .findings "
		":is(.finding:not(.%s),:is(.file,.function):not(:has(.%s))){display:none}"
		"main:has(#order option[value=id]:checked) .findings .%s{order:%zu}\n",
		id, id, id, id, number);
}

static void begin(struct page *page, const char *title, const struct section *sections,
		  size_t n_sections)
{
	fprintf(page->out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; script-src '%s'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
		html_script_hash);
	put_text(page, title);
	put(page, "</title>\n<style>\n");
	put(page, html_style);
	for (size_t i = 0; i < page->n_ids; i++)
		put_id_rules(page, page->ids[i], i + 1);
	put_id_rules(page, "other", page->n_ids + 1);
	put(page, "</style>\n</head>\n<body>\n<header>\n<h1>");
	put_text(page, title);
	put(page, "</h1>\n");
	if (page->made)
		paragraph(page, page->made);
	put(page, "<nav aria-label=\"Contents\">\n<ul>\n");
	for (size_t i = 0; i < n_sections; i++) {
		fprintf(page->out, "<li><a href=\"#%s\">", sections[i].anchor);
		put_text(page, sections[i].title);
		put(page, "</a></li>\n");
	}
	put(page, "</ul>\n</nav>\n</header>\n<main>\n");
}

static void end_section(struct page *page)
{
	if (page->has_section)
		put(page, "</section>\n");
	page->has_section = false;
}

static void end(struct page *page)
{
	end_section(page);
	put(page, "</main>\n<script>");
	put(page, html_script);
	put(page, "</script>\n</body>\n</html>\n");
}

static void section(struct page *page, const struct section *section)
{
	end_section(page);
	page->has_section = true;
	fprintf(page->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", section->anchor,
		section->anchor);
	put_text(page, section->title);
	put(page, "</h2>\n");
}

static void figures(struct page *page, const struct figure *figures, size_t count)
{
	put(page, "<ul class=\"figures\">\n");
	for (size_t i = 0; i < count; i++) {
		fprintf(page->out, "<li><b class=\"%s\">%llu</b> ", tone_classes[figures[i].tone],
			figures[i].number);
		put_text(page, figures[i].noun);
		put(page, figures[i].number == 1 ? "" : "s");
		put_text(page, figures[i].rest);
		put(page, "</li>\n");
	}
	put(page, "</ul>\n");
}

/* ---- tables ---- */

static void put_linked(struct page *page, const char *text, const char *link)
{
	if (link)
		fprintf(page->out, "<a href=\"#%s\">", link);
	put_text(page, text);
	if (link)
		put(page, "</a>");
}

/* Write FILE as a part of an address. */
static void put_address(struct page *page, const char *file)
{
	for (; *file; file++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/",
			   *file))
			putc(*file, page->out);
		else
			fprintf(page->out, "%%%02X", (unsigned char)*file);
}

/* TEXT, which names PLACE, as a link to where its source is to be seen. */
static void put_place(struct page *page, const char *text, const struct place *place)
{
	const bool is_linked = page->link && place && place_is_known(place);

	if (is_linked) {
		put(page, "<a href=\"");
		for (const char *at = page->link; *at; at++)
			if (at[0] == '%' && at[1] == 'f') {
				put_address(page, source_below(place->file));
				at++;
			} else if (at[0] == '%' && at[1] == 'l') {
				fprintf(page->out, "%u", place->line);
				at++;
			} else {
				put_bytes(page, at, 1, false);
			}
		put(page, "\">");
	}
	put_text(page, text);
	if (is_linked)
		put(page, "</a>");
}

static void put_cell(struct page *page, const struct cell *cell, const struct column *column,
		     bool is_head)
{
	const enum cell_kind kind = column->kind;

	put(page, is_head ? "<th scope=\"row\"" : "<td data-head=\"");
	if (!is_head) {
		put_text(page, column->head);
		put(page, "\"");
	}
	put(page, kind == CELL_NUMBER ? " class=\"number\">" : ">");
	if (kind == CELL_TONED && cell->text[0])
		fprintf(page->out, "<span class=\"%s\">", tone_classes[cell->tone]);
	if (kind == CELL_CODE && cell->text[0])
		put(page, "<code>");
	if (cell->place)
		put_place(page, cell->text, cell->place);
	else
		put_linked(page, cell->text, cell->link);
	if (kind == CELL_CODE && cell->text[0])
		put(page, "</code>");
	if (kind == CELL_TONED && cell->text[0])
		put(page, "</span>");
	put(page, is_head ? "</th>" : "</td>");
}

static void table(struct page *page, const struct table *table)
{
	/* tabindex: a keyboard can reach and scroll it. */
	put(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	put_text(page, table->caption);
	put(page, "\"><table>\n<caption>");
	put_text(page, table->caption);
	put(page, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < table->n_columns; i++) {
		put(page, table->columns[i].kind == CELL_NUMBER
				  ? "<th scope=\"col\" class=\"number\">"
				  : "<th scope=\"col\">");
		put_text(page, table->columns[i].head);
		put(page, "</th>");
	}
	put(page, "</tr></thead>\n<tbody>\n");
	for (size_t r = 0; r < table->rows.count; r++) {
		const struct cell *cells = table->rows.items[r];

		put(page, "<tr>");
		for (size_t i = 0; i < table->n_columns; i++)
			put_cell(page, &cells[i], &table->columns[i], i == 0);
		put(page, "</tr>\n");
	}
	put(page, "</tbody>\n</table></div>\n");
	if (table->left_out)
		fprintf(page->out, "<p>%zu more are not shown.</p>\n", table->left_out);
}

/* ---- findings ---- */

static void controls(struct page *page)
{
	static const struct {
		const char *value, *words;
	} kinds[] = {
		{ "", "all" },
		{ "warning", "warnings" },
		{ "confirmed", "confirmed by a run" },
		{ "unreached", "not reached by any run" },
		{ "run", "violations in runs" },
		{ "unannounced", "violations without a warning" },
	};

	if (page->n_findings < 2)
		return;
	put(page, "<div class=\"controls\" role=\"group\" aria-label=\"Which findings, and in "
		  "which order\">\n<label>Id <select id=\"only-id\" autocomplete=\"off\">"
		  "<option value=\"\">all</option>");
	for (size_t i = 0; i < page->n_ids; i++)
		fprintf(page->out, "<option value=\"%s\">%s</option>", page->ids[i],
			page->ids[i]);
	if (page->has_unknown_ids)
		put(page, "<option value=\"other\">others</option>");
	put(page, "</select></label>\n<label>Kind <select id=\"only-kind\" "
		  "autocomplete=\"off\">");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		fprintf(page->out, "<option value=\"%s\">%s</option>", kinds[i].value,
			kinds[i].words);
	put(page, "</select></label>\n<label>Order <select id=\"order\" autocomplete=\"off\">"
		  "<option value=\"place\">file and line</option><option value=\"id\">id</option>"
		  "<option value=\"seen\">seen in runs first</option></select></label>\n"
		  "<span id=\"more\" hidden><label>Words <input type=\"search\" id=\"words\" "
		  "autocomplete=\"off\"></label> <button type=\"button\" id=\"unfold\">Unfold "
		  "all</button> <button type=\"button\" id=\"fold\">Fold all</button> "
		  "<output id=\"count\"></output></span>\n</div>\n");
}

static void end_function(struct page *page)
{
	if (page->has_function)
		put(page, "</section>\n");
	page->has_function = false;
}

static void end_file(struct page *page)
{
	end_function(page);
	if (page->file)
		put(page, "</section>\n");
	page->file = NULL;
}

static void end_part(struct page *page)
{
	end_file(page);
	if (page->is_packed)
		put(page, "</noscript></div>\n");
	page->is_packed = false;
	page->n_in_part = 0;
}

static void group(struct page *page, const char *file, const char *function)
{
	if (!file) {
		end_part(page);
		put(page, "</div>\n");
		return;
	}
	if (!page->has_findings)
		fprintf(page->out, "<div class=\"findings\" data-count=\"%zu\">\n",
			page->n_findings);
	page->has_findings = true;
	if (page->n_findings > MAX_WHOLE && page->n_in_part >= PART) {
		end_part(page);
		put(page, "<div class=\"part\"><noscript>");
		page->is_packed = true;
	}
	if (page->file != file)
		end_file(page);
	end_function(page);
	if (!page->file) {
		put(page, "<section class=\"file\"><h3>");
		put_text(page, file[0] ? file : "In no file");
		put(page, "</h3>\n");
		page->file = file;
	}
	page->has_function = true;
	put(page, "<section class=\"function\"><h4>in <code>");
	put_text(page, function[0] ? function : "no function");
	put(page, "</code></h4>\n");
}

static void put_lines(struct page *page, const struct source_line *lines, size_t count,
		      unsigned here, const char *before, const char *after)
{
	for (size_t i = 0; i < count; i++) {
		bool is_here = lines[i].number == here;

		if (is_here)
			put(page, before);
		fprintf(page->out, "%5u  ", lines[i].number);
		put_bytes(page, lines[i].text, lines[i].length, true);
		put(page, is_here ? after : "\n");
	}
}

static void excerpt(struct page *page, const struct place *place)
{
	struct source_line lines[FACT_LINES];
	size_t count = place ? source_lines(page->source, place, lines, FACT_LINES) : 0;

	if (!count)
		return;
	put(page, "<pre>");
	put_lines(page, lines, count, place->line, "<span class=\"here\">", "</span>");
	put(page, "</pre>\n");
}

static void end_facts(struct page *page)
{
	if (page->has_facts)
		put(page, "</dl>\n");
	page->has_facts = false;
}

static void finding_begin(struct page *page, const struct finding_head *head)
{
	const bool is_open = head->is_shown && page->n_findings <= MAX_UNFOLDED;

	page->n_in_part++;
	page->level = head->is_shown ? 5 : 3;
	fprintf(page->out, "<details id=\"%s\" class=\"finding %s %s\"%s><summary><h%d>%s: ",
		head->anchor, head->kind, class_of(page, head->id), is_open ? " open" : "",
		page->level, head->anchor);
	put_text(page, head->title);
	fprintf(page->out, "</h%d> <code>", page->level);
	put_text(page, head->id);
	if (head->where[0]) {
		put(page, "</code> <code>");
		put_text(page, head->where);
	}
	fprintf(page->out, "</code> <span class=\"state %s\">", tone_classes[head->tone]);
	put_text(page, head->state);
	put(page, "</span></summary>\n");
}

/* Of a part of a finding. */
static void heading(struct page *page, const char *title)
{
	fprintf(page->out, "<h%d>", page->level + 1);
	put_text(page, title);
	fprintf(page->out, "</h%d>\n", page->level + 1);
}

static void finding_end(struct page *page)
{
	end_facts(page);
	page->has_way = false;
	put(page, "</details>\n");
}

static void fact(struct page *page, const char *label, const char *text, const char *link,
		 const struct place *around)
{
	if (!page->has_facts)
		put(page, "<dl>\n");
	page->has_facts = true;
	put(page, "<dt>");
	put_text(page, label);
	put(page, "</dt><dd>");
	if (around)
		put_place(page, text, around);
	else
		put_linked(page, text, link);
	/* The source beside a way has it. */
	excerpt(page, page->has_way ? NULL : around);
	put(page, "</dd>\n");
}

static void steps_begin(struct page *page, const char *title)
{
	end_facts(page);
	heading(page, title);
	put(page, "<ol>\n");
}

static void put_step(struct page *page, const struct shown_step *step)
{
	if (step->where[0]) {
		put(page, "<code>");
		put_place(page, step->where, step->place);
		put(page, "</code> ");
	}
	put_text(page, step->text);
	if (step->held[0]) {
		put(page, " <span class=\"holds\">holds ");
		put_text(page, step->held);
		put(page, "</span>");
	}
}

static void step(struct page *page, const struct shown_step *step)
{
	put(page, "<li>");
	put_step(page, step);
	put(page, "</li>\n");
}

static void steps_end(struct page *page)
{
	put(page, "</ol>\n");
}

/* ---- the path, beside the source ---- */

static void way_begin(struct page *page, const char *title)
{
	end_facts(page);
	memset(&page->way, 0, sizeof page->way);
	page->has_way = true;
	heading(page, title);
	put(page, "<ol class=\"way\">\n");
}

/* Source lines FIRST to LAST of FILE, beside a bar for each of N_HELD locks. */
static void put_source(struct page *page, const char *file, unsigned first, unsigned last,
		       bool is_jump, unsigned n_held)
{
	struct source_line lines[MAX_BETWEEN + AROUND + 1];
	const size_t count = source_range(page->source, file, first, last, lines);
	const unsigned bars = n_held < 3 ? n_held : 3;

	if (!count)
		return;
	put(page, "<pre");
	if (bars && is_jump)
		fprintf(page->out, " class=\"h%u jump\"", bars);
	else if (bars)
		fprintf(page->out, " class=\"h%u\"", bars);
	else if (is_jump)
		put(page, " class=\"jump\"");
	put(page, ">");
	put_lines(page, lines, count, page->way.here, "<b>", "</b>");
	put(page, "</pre>");
}

/* The source from where the path was last, at the depth of STEP, to its place; what is
 * far away is a part of its own. */
static void put_source_of_step(struct page *page, const struct shown_step *step, unsigned depth)
{
	struct way *way = &page->way;
	struct way_at *at = &way->at[depth];
	const struct place *place = step->place;
	const bool is_next = depth <= way->depth && at->file == place->file &&
			     place->line >= at->line && place->line - at->line <= MAX_BETWEEN;
	const unsigned first = is_next			? at->line + 1
			       : place->line > AROUND ? place->line - AROUND
						      : 1;

	/* The line of the step before is not shown again. */
	if (!is_next || place->line > at->line) {
		way->here = place->line;
		put_source(page, place->file, first, place->line, !is_next && way->has_source,
			   way->n_held);
		way->has_source = true;
	}
	*at = (struct way_at){ place->file, place->line };
	way->depth = depth;
}

static void way_step(struct page *page, const struct shown_step *step)
{
	const unsigned depth = step->depth < MAX_DEPTH ? step->depth : MAX_DEPTH;
	const unsigned bars = step->n_held < 3 ? step->n_held : 3;

	if (depth)
		fprintf(page->out, "<li class=\"depth%u\">", depth);
	else
		put(page, "<li>");
	if (step->place && place_is_known(step->place))
		put_source_of_step(page, step, depth);
	page->way.n_held = step->n_held;
	if (bars)
		fprintf(page->out, "<p class=\"h%u\">", bars);
	else
		put(page, "<p>");
	put_step(page, step);
	put(page, "</p></li>\n");
}

static void way_end(struct page *page)
{
	put(page, "</ol>\n");
}

static void picture(struct page *page, const char *title, const char *svg)
{
	end_facts(page);
	heading(page, title);
	put(page, "<div class=\"scroll graph\" tabindex=\"0\" role=\"region\" "
		  "aria-label=\"");
	put_text(page, title);
	put(page, "\"><svg role=\"img\" aria-label=\"");
	put_text(page, title);
	put(page, "\" ");
	/* Graphviz has written it: picture.c. */
	put(page, svg + strlen("<svg "));
	put(page, "</div>\n");
}

const struct page_format page_html = {
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
	.way_begin = way_begin,
	.way_step = way_step,
	.way_end = way_end,
	.picture = picture,
};
