/* page.h - the parts of a report, and the formats that write them.
 *
 * contents.c decides what is on the page; html.c and text.c decide how it looks, so both
 * have the same contents.  A format makes every text safe to show: it escapes control
 * characters and its own markup.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PAGE_H
#define PAGE_H

#include <stdio.h>

#include "../runtime/rule.h"
#include "model.h"
#include "source.h"

/* A colour; a word beside it has the same meaning. */
enum tone { TONE_PLAIN, TONE_GOOD, TONE_NOTE, TONE_BAD, TONES };

enum cell_kind { CELL_TEXT, CELL_CODE, CELL_NUMBER, CELL_TONED };

struct cell {
	const char *text;
	enum tone tone;		/* of CELL_TONED */
	const char *link;	/* to the anchor of a finding, or NULL */
	const struct place *place;	/* that TEXT names, or NULL */
};

struct column {
	const char *head;
	enum cell_kind kind;
};

/* The first column's cells are the heads of their rows. */
struct table {
	const char *caption;
	const struct column *columns;
	size_t n_columns;
	struct list rows;	/* of struct cell[n_columns] */
	size_t left_out;	/* number of further rows, which are not shown */
};

struct figure {
	unsigned long long number;
	const char *noun, *rest;	/* "violation", " in runs" */
	enum tone tone;
};

struct finding_head {
	const char *anchor;	/* "W1": its name in other parts, and the target of links */
	const char *title, *id;
	const char *where;	/* its place, or "" */
	const char *state;	/* one or two words */
	enum tone tone;
	/* "warning", with "confirmed" or "unreached", or "run", with "unannounced". */
	const char *kind;
	bool is_shown;		/* neither silenced nor in the baseline */
};

/* A step of a path. */
struct shown_step {
	const char *where;	/* PLACE as text, or "" */
	const char *text;
	const struct place *place;	/* for its source line, or NULL */
	unsigned depth;		/* calls that it is below */
	const char *held;	/* the locks that are held behind it, or "" */
	unsigned n_held;
};

/* Steps in deeper callees are drawn as these. */
enum { MAX_DEPTH = 8 };

/* Where a path is that is being written: the last line at each depth. */
struct way {
	struct way_at { const char *file; unsigned line; } at[MAX_DEPTH + 1];
	unsigned depth, n_held, here;
	bool has_source;
};

struct page {
	FILE *out;
	struct store *store;
	struct source *source;
	const struct page_format *format;
	/* Where sources are to be seen, with %f for the file and %l for the line; or
	 * NULL. */
	const char *link;
	const char *made;	/* when, and of what; or NULL */
	bool has_baseline;	/* warnings are new or old */
	/* What is found: how many, and of which ids of rule.def. */
	size_t n_findings, n_ids;
	const char *ids[SPINRULE_VIOLATIONS];
	bool has_unknown_ids;
	/* Open now: */
	bool has_section, has_facts, has_findings, has_function, has_way, is_packed;
	const char *file;
	size_t n_in_part;
	int level;		/* of a finding's heading */
	struct way way;
};

struct section {
	const char *anchor, *title;
};

struct page_format {
	bool has_overview;	/* a table of the findings, before them */
	void (*begin)(struct page *page, const char *title, const struct section *sections,
		      size_t n_sections);
	void (*end)(struct page *page);
	void (*section)(struct page *page, const struct section *section);
	void (*paragraph)(struct page *page, const char *text);
	void (*figures)(struct page *page, const struct figure *figures, size_t count);
	void (*table)(struct page *page, const struct table *table);
	/* What a reader can choose of the findings, which follow. */
	void (*controls)(struct page *page);
	/* The findings that follow are in FUNCTION of FILE, or in no group if FILE is
	 * NULL. */
	void (*group)(struct page *page, const char *file, const char *function);
	void (*finding_begin)(struct page *page, const struct finding_head *head);
	void (*finding_end)(struct page *page);
	/* A line of a finding, with the source lines around AROUND.  LINK is an
	 * anchor.  Both may be NULL. */
	void (*fact)(struct page *page, const char *label, const char *text, const char *link,
		     const struct place *around);
	void (*steps_begin)(struct page *page, const char *title);
	void (*step)(struct page *page, const struct shown_step *step);
	void (*steps_end)(struct page *page);
	/* The path of a finding: a step knows the locks that are held. */
	void (*way_begin)(struct page *page, const char *title);
	void (*way_step)(struct page *page, const struct shown_step *step);
	void (*way_end)(struct page *page);
	/* An SVG picture. */
	void (*picture)(struct page *page, const char *title, const char *svg);
};

extern const struct page_format page_html, page_text;

/* The number of source lines of a fact, and of a step as text. */
enum { FACT_LINES = 5, STEP_LINES = 1 };

/* Add a row of empty cells to TABLE. */
struct cell *page_row(struct page *page, struct table *table);

/* Write TABLE if it has rows. */
void page_table(struct page *page, const struct table *table);

/* "a.c:12:2"; "" if the place is not known. */
const char *page_place(struct page *page, const struct place *place);

/* "3 violations", "1 violation". */
const char *page_count(struct page *page, unsigned long long count, const char *what);

const char *page_number(struct page *page, unsigned long long number);

/* TEXT, then MORE after ", "; either may be "". */
const char *page_joined(struct page *page, const char *text, const char *more);

#endif
