/* html.c - a report as one HTML page, without scripts or external files, for screens and
 * paper.
 *
 * The text of the page comes from files of unknown origin: all of it is escaped, and the
 * policy in the page's head also forbids the browser to run or load anything.
 *
 * SPDX-License-Identifier: MIT
 */

#include "page.h"

#include <string.h>

#include "unicode.h"

static const char style[] =
	":root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--line:#d0d5dc;"
	"--text:#1b1f24;--quiet:#57606a;"
	"--link:#0550ae;--bad:#b42318;--note:#8a5300;--good:#11672f;--mark:#fff3c4}\n"
	"@media(prefers-color-scheme:dark){:root{--ground:#14171b;--raised:#1d2127;"
	"--line:#3a414b;--text:#e6e9ed;--quiet:#a3acb8;"
	"--link:#80b6ff;--bad:#ff9489;--note:#f2c063;--good:#77d596;--mark:#453a13}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--ground);"
	"color:var(--text);"
	"font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
	"h1{font-size:1.7rem;margin:0 0 .5rem}h2{font-size:1.3rem;margin:2.5rem 0 .75rem;"
	"padding-top:.5rem;border-top:1px solid var(--line)}"
	"h3{font-size:1.05rem;margin:0}h4{font-size:.95rem;margin:.9rem 0 .3rem}\n"
	"a{color:var(--link)}\n"
	"nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:1rem 0;"
	"padding:0}\n"
	".figures{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;list-style:none;margin:1rem 0;"
	"padding:0}\n"
	".scroll{overflow-x:auto;margin:1rem 0}\n"
	"table{border-collapse:collapse;width:100%;font-size:.93rem;overflow-wrap:break-word}\n"
	"caption{text-align:left;font-weight:600;padding:.25rem 0}\n"
	"th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;"
	"border-bottom:1px solid var(--line)}\n"
	"thead th{color:var(--quiet);font-weight:600;white-space:nowrap}tbody th{"
	"font-weight:inherit}\n"
	".number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	"code,pre{font:.92em/1.45 ui-monospace,monospace}\n"
	"article{margin:1rem 0;padding:.9rem 1.1rem;background:var(--raised);"
	"border:1px solid var(--line);border-radius:.4rem}\n"
	"article header{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:baseline}\n"
	"article header h3{flex:1 1 24rem}\n"
	".state{border:1px solid;border-radius:.8rem;padding:0 .6rem;font-size:.88rem;"
	"white-space:nowrap}\n"
	".bad{color:var(--bad)}.note{color:var(--note)}.good{color:var(--good)}.quiet{"
	"color:var(--quiet)}td span a{color:inherit}\n"
	"dl{display:grid;grid-template-columns:7.5rem minmax(0,1fr);gap:.2rem 1rem;"
	"margin:.6rem 0 0}\n"
	"dt{color:var(--quiet)}dd{margin:0}\n"
	"ol{margin:.3rem 0;padding-left:1.8rem}\n"
	"pre{margin:.3rem 0 .6rem;padding:.4rem 0;overflow-x:auto;background:var(--ground);"
	"border:1px solid var(--line);border-radius:.3rem}\n"
	".graph{background:var(--ground);border:1px solid var(--line);border-radius:.3rem;"
	"padding:.5rem}"
	".graph svg{display:block;height:auto;max-width:100%}.graph text{fill:var(--text)}\n"
	".graph path,.graph polygon{stroke:var(--quiet);fill:none}"
	".graph .edge polygon{fill:var(--quiet)}\n"
	".graph .way path,.graph .way polygon{stroke:var(--bad);stroke-width:2.5}"
	".graph .edge.way polygon{fill:var(--bad)}\n"
	"li.held{border-left:.3rem solid var(--note);padding-left:.6rem}"
	"li.depth1{margin-left:1.5rem}li.depth2{margin-left:3rem}li.depth3{margin-left:4.5rem}"
	"li.depth4,li.depth5,li.depth6,li.depth7,li.depth8{margin-left:6rem}\n"
	".holds{color:var(--note);font-size:.88rem}\n"
	"article{content-visibility:auto;contain-intrinsic-size:auto 30rem}\n"
	"pre span{display:block;padding:0 .7rem}pre .here{background:var(--mark);font-weight:600}\n"
	"@media(max-width:64rem){td,th{overflow-wrap:anywhere}thead th{white-space:normal;"
	"overflow-wrap:break-word}pre{white-space:pre-wrap}}\n"
	/* A row of a table is a list of its cells, each with the head of its column. */
	"@media(max-width:48rem){body{padding:.8rem}dl{display:block}dd{margin:0 0 .4rem}"
	"thead{display:none}table,tbody,tr,caption,tbody th,td{display:block}"
	"tr{border-bottom:1px solid var(--line);padding:.3rem 0}"
	"tbody th,td{border:0;padding:0}td:empty{display:none}.number{text-align:left}"
	"td::before{content:attr(data-head) \": \";color:var(--quiet)}"
	"li.depth2,li.depth3,li.depth4,li.depth5,li.depth6,li.depth7,li.depth8{"
	"margin-left:2rem}article{padding:.6rem}}\n"
	"@media print{:root{color-scheme:light;--ground:#fff;--raised:#fff;--line:#999;"
	"--text:#000;--quiet:#333;--link:#000;"
	"--bad:#000;--note:#000;--good:#000;--mark:#eee}body{max-width:none;padding:0;"
	"font-size:10pt}nav{display:none}"
	"article header,pre,article li,tr,.figures li{break-inside:avoid}"
	"article header,h2,h3,h4{break-after:avoid}.scroll,pre{overflow:visible}"
	"table{overflow-wrap:anywhere;font-size:8.5pt}thead th{white-space:normal;"
	"overflow-wrap:normal}pre{white-space:pre-wrap}}\n";

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

static void begin(struct page *page, const char *title, const struct section *sections,
		  size_t n_sections)
{
	put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		  "style-src 'unsafe-inline'\">\n"
		  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		  "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	put_text(page, title);
	put(page, "</title>\n<style>\n");
	put(page, style);
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
	put(page, "</main>\n</body>\n</html>\n");
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

static void excerpt(struct page *page, const struct place *place, size_t max)
{
	struct source_line lines[FACT_LINES];
	size_t count = place ? source_lines(page->source, place, lines, max) : 0;

	if (!count)
		return;
	put(page, "<pre tabindex=\"0\">");
	for (size_t i = 0; i < count; i++) {
		bool is_here = lines[i].number == place->line;

		fprintf(page->out, "<span%s>%s%5u  ", is_here ? " class=\"here\"" : "",
			is_here ? "&gt;" : " ", lines[i].number);
		put_bytes(page, lines[i].text, lines[i].length, true);
		put(page, "</span>");
	}
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
	fprintf(page->out,
		"<article id=\"%s\" aria-labelledby=\"%s-title\">\n<header><h3 "
		"id=\"%s-title\">%s: ",
		head->anchor, head->anchor, head->anchor, head->anchor);
	put_text(page, head->title);
	put(page, "</h3> <code>");
	put_text(page, head->id);
	fprintf(page->out, "</code> <span class=\"state %s\">", tone_classes[head->tone]);
	put_text(page, head->state);
	put(page, "</span></header>\n");
}

static void finding_end(struct page *page)
{
	end_facts(page);
	put(page, "</article>\n");
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
	excerpt(page, around, FACT_LINES);
	put(page, "</dd>\n");
}

static void steps_begin(struct page *page, const char *title)
{
	end_facts(page);
	put(page, "<h4>");
	put_text(page, title);
	put(page, "</h4>\n<ol>\n");
}

static void step(struct page *page, const struct shown_step *step)
{
	const unsigned depth = step->depth < 8 ? step->depth : 8;

	if (depth || step->held[0])
		fprintf(page->out, "<li class=\"depth%u%s\">", depth,
			step->held[0] ? " held" : "");
	else
		put(page, "<li>");
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
	excerpt(page, step->place, STEP_LINES);
	put(page, "</li>\n");
}

static void picture(struct page *page, const char *title, const char *svg)
{
	end_facts(page);
	put(page, "<h4>");
	put_text(page, title);
	put(page, "</h4>\n<div class=\"scroll graph\" tabindex=\"0\" role=\"region\" "
		  "aria-label=\"");
	put_text(page, title);
	put(page, "\"><svg role=\"img\" aria-label=\"");
	put_text(page, title);
	put(page, "\" ");
	/* Graphviz has written it: picture.c. */
	put(page, svg + strlen("<svg "));
	put(page, "</div>\n");
}

static void steps_end(struct page *page)
{
	put(page, "</ol>\n");
}

const struct page_format page_html = {
	.begin = begin,
	.end = end,
	.section = section,
	.paragraph = paragraph,
	.figures = figures,
	.table = table,
	.finding_begin = finding_begin,
	.finding_end = finding_end,
	.fact = fact,
	.steps_begin = steps_begin,
	.step = step,
	.steps_end = steps_end,
	.picture = picture,
};
