/* contents.c - what is on the page.
 *
 * SPDX-License-Identifier: MIT
 */

#include "contents.h"

#include "../runtime/rule.h"
#include "coverage.h"
#include "findings.h"

/* The number of locks that have a row; those held longest come first. */
enum { MAX_LOCKS = 100 };

/* The number of runs that have a row. */
enum { MAX_RUNS = 100 };

/* The number of ids without a row in rule.def that are shown. */
enum { MAX_UNKNOWN_IDS = 20 };

/* ---- counts ---- */

struct counts {
	unsigned long long shown, confirmed, not_reached, silenced, silenced_confirmed, violations,
		unannounced;
	unsigned long long verdicts[VERDICTS];
};

static void count_warning(struct counts *counts, const struct warning *warning)
{
	if (warning->status != STATUS_SHOWN) {
		counts->silenced++;
		counts->silenced_confirmed += warning->confirmation >= CONFIRMATION_BY_ACQUIRE;
		return;
	}
	counts->shown++;
	counts->confirmed += warning->confirmation >= CONFIRMATION_BY_ACQUIRE;
	counts->not_reached += warning->confirmation == CONFIRMATION_NOT_REACHED;
}

/* Count what has ID, or everything if ID is NULL. */
static struct counts count(const struct model *model, const char *id)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < model->warnings.count; i++) {
		const struct warning *warning = model->warnings.items[i];

		if (!id || warning->id == id)
			count_warning(&counts, warning);
	}
	for (size_t i = 0; i < model->violations.count; i++) {
		const struct violation *violation = model->violations.items[i];

		if (id && violation->id != id)
			continue;
		counts.violations++;
		counts.unannounced += violation->confirmation < CONFIRMATION_BY_ACQUIRE;
	}
	for (size_t i = 0; i < model->functions.count; i++)
		counts.verdicts[((const struct function *)model->functions.items[i])->verdict]++;
	return counts;
}

static unsigned long long counted_in_runs(const struct model *model, const char *id)
{
	for (size_t i = 0; i < model->counts.count; i++) {
		const struct id_count *known = model->counts.items[i];

		if (known->id == id)
			return known->counted;
	}
	return 0;
}

bool contents_has_findings(const struct model *model)
{
	for (size_t i = 0; i < model->counts.count; i++)
		if (((const struct id_count *)model->counts.items[i])->counted)
			return true;
	return model->violations.count || count(model, NULL).shown;
}

static bool has_log(const struct model *model)
{
	return model->runs.count || model->violations.count || model->has_coverage;
}

/* ---- totals ---- */

/* Those of COUNT numbers that are not 0, in one line, and the first N_ALWAYS. */
static void write_figures(struct page *page, const struct figure *all, size_t count,
			  size_t n_always)
{
	enum { MAX_FIGURES = 8 };
	struct figure shown[MAX_FIGURES];
	size_t n_shown = 0;

	for (size_t i = 0; i < count && n_shown < MAX_FIGURES; i++)
		if (all[i].number || i < n_always)
			shown[n_shown++] = all[i];
	if (n_shown)
		page->format->figures(page, shown, n_shown);
}

static void write_found(struct page *page, const struct model *model)
{
	const struct counts all = count(model, NULL);
	const struct figure figures[] = {
		{ all.violations, "violation", " in runs", all.violations ? TONE_BAD : TONE_GOOD },
		{ all.unannounced, "violation", " without a static warning",
		  all.unannounced ? TONE_BAD : TONE_GOOD },
		{ all.shown, "static warning", "", all.shown ? TONE_BAD : TONE_GOOD },
		{ all.confirmed, "warning", " confirmed by a run",
		  all.confirmed ? TONE_BAD : TONE_PLAIN },
		{ all.not_reached, "warning", " not reached by any run",
		  all.not_reached ? TONE_NOTE : TONE_PLAIN },
		{ all.silenced, "warning", " silenced or in the baseline", TONE_PLAIN },
		{ all.silenced_confirmed, "silenced warning", " confirmed by a run",
		  all.silenced_confirmed ? TONE_BAD : TONE_PLAIN },
	};

	write_figures(page, figures, sizeof figures / sizeof *figures, 4);
}

static void write_checked(struct page *page, const struct model *model)
{
	const struct counts all = count(model, NULL);
	const struct coverage coverage = coverage_count(model);
	const struct figure figures[] = {
		{ all.verdicts[VERDICT_PASS], "function", " passed", TONE_PLAIN },
		{ all.verdicts[VERDICT_VIOLATION], "function", " with a violation", TONE_PLAIN },
		{ all.verdicts[VERDICT_UNKNOWN], "function", " not decided",
		  all.verdicts[VERDICT_UNKNOWN] ? TONE_NOTE : TONE_PLAIN },
		{ all.verdicts[VERDICT_NOT_APPLICABLE], "function", " without locks", TONE_PLAIN },
		{ coverage.executed, "site", " executed", TONE_PLAIN },
		{ coverage.never, "site", " never executed",
		  coverage.never ? TONE_NOTE : TONE_PLAIN },
		{ model->calls, "lock call", " checked in runs", TONE_PLAIN },
	};

	write_figures(page, figures, sizeof figures / sizeof *figures, 0);
}

static void add_id(struct page *page, struct table *table, const struct model *model,
		   const char *id, const char *words)
{
	const char *name = store_name(page->store, id);
	struct counts counts = count(model, name);
	unsigned long long counted = counted_in_runs(model, name);
	struct cell *cells;

	if (!counts.shown && !counts.silenced && !counts.violations && !counted)
		return;
	cells = page_row(page, table);
	cells[0].text = id;
	cells[1].text = page_number(page, counts.shown);
	cells[2].text = page_number(page, counts.confirmed);
	cells[3].text = page_number(page, counts.silenced);
	cells[4].text = page_number(page, counts.violations);
	cells[5].text = page_number(page, counts.unannounced);
	cells[6].text = page_number(page, counted);
	cells[7].text = words;
}

static void write_ids(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "Id", CELL_CODE },	      { "Warnings", CELL_NUMBER },
		{ "Confirmed", CELL_NUMBER }, { "Silenced", CELL_NUMBER },
		{ "In runs", CELL_NUMBER },   { "Without warning", CELL_NUMBER },
		{ "Times", CELL_NUMBER },     { "A spin lock ...", CELL_TEXT },
	};
	struct table table = {
		.caption = "By id; times: as counted by the runs, where a place is reported "
			   "once and counted each time",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (int v = SPINRULE_NONE + 1; v < SPINRULE_VIOLATIONS; v++)
		add_id(page, &table, model, spinrule_id(v), spinrule_words(v));
	for (size_t i = 0, n_unknown = 0; i < model->counts.count; i++) {
		const char *id = ((const struct id_count *)model->counts.items[i])->id;

		if (findings_id(id))
			continue;
		if (n_unknown++ < MAX_UNKNOWN_IDS)
			add_id(page, &table, model, id, "(not known to this version)");
		else
			table.left_out++;
	}
	page_table(page, &table);
}

static void write_inputs(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "File", CELL_CODE },		 { "Compilations", CELL_NUMBER },
		{ "Runs", CELL_NUMBER },	 { "Violations reported", CELL_NUMBER },
		{ "Sites listed", CELL_NUMBER }, { "Lines of others", CELL_NUMBER },
		{ "Not read", CELL_NUMBER },
	};
	struct table table = {
		.caption = "What was read",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->inputs.count; i++) {
		const struct input *input = model->inputs.items[i];
		struct cell *cells = page_row(page, &table);

		cells[0].text = input->name;
		cells[1].text = page_number(page, input->units);
		cells[2].text = page_number(page, input->runs);
		cells[3].text = page_number(page, input->violations);
		cells[4].text = page_number(page, input->sites);
		cells[5].text = page_number(page, input->foreign);
		cells[6].text = page_number(page, input->broken);
	}
	page_table(page, &table);
}

/* Runs of older versions, which do not name them, have no data for this table. */
static void write_runs(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "Run", CELL_CODE },
		{ "Program", CELL_CODE },
		{ "Port", CELL_CODE },
		{ "Process", CELL_CODE },
		{ "Violations", CELL_NUMBER },
		{ "Lock calls", CELL_NUMBER },
		{ "Sites executed", CELL_NUMBER },
		{ "Sites", CELL_NUMBER },
		{ "End", CELL_TEXT },
		{ "Spinrule", CELL_CODE },
		{ "Options that are on", CELL_CODE },
	};
	struct table table = {
		.caption = "Runs",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->runs.count; i++) {
		const struct run *run = model->runs.items[i];
		struct cell *cells;

		if (!run->port[0])
			continue;
		if (table.rows.count == MAX_RUNS) {
			table.left_out++;
			continue;
		}
		cells = page_row(page, &table);
		cells[0].text = model_run_name(page->store, run);
		cells[1].text = run->program;
		cells[2].text = run->port;
		cells[3].text = run->process;
		cells[4].text = run->is_ended ? page_number(page, run->counted) : "";
		cells[5].text = run->is_ended ? page_number(page, run->calls) : "";
		cells[6].text = run->is_ended ? page_number(page, run->executed) : "";
		cells[7].text = run->is_ended ? page_number(page, run->sites) : "";
		cells[8].text = !run->is_ended	 ? "no summary"
				: run->parent[0] ? "summary, forked"
						 : "summary";
		cells[9].text = run->version;
		cells[10].text = run->options;
	}
	page_table(page, &table);
}

static void write_totals(struct page *page, const struct model *model)
{
	write_checked(page, model);
	write_ids(page, model);
	write_inputs(page, model);
	write_runs(page, model);
}

/* ---- findings ---- */

/* "2 new, 5 old, 1 fixed since the baseline". */
static const char *since_text(struct page *page, const struct model *model)
{
	size_t new = 0, old = 0;

	for (size_t i = 0; i < model->warnings.count; i++) {
		enum status status = ((const struct warning *)model->warnings.items[i])->status;

		new += status == STATUS_SHOWN;
		old += status == STATUS_BASELINE;
	}
	return store_format(page->store, "Against the baseline: %zu new, %zu old, %zu fixed.",
			    new, old, model->fixed.count);
}

static void write_overview(struct page *page, const struct model *model)
{
	write_found(page, model);
	if (!contents_has_findings(model))
		page->format->paragraph(page, "Nothing was found.");
	if (model->has_baseline)
		page->format->paragraph(page, since_text(page, model));
	if (!has_log(model))
		page->format->paragraph(page,
					"No log of a run was given: nothing can be confirmed.");
	else if (!model->violations.count)
		page->format->paragraph(page, "No run reports a violation.");
	if (!model->units.count)
		page->format->paragraph(page, "No compile-time summary was given: no violation can "
					      "be said to be warned of.");
	else if (!count(model, NULL).shown)
		page->format->paragraph(page, "No warning.");
	findings_overview(page, model);
	findings_all(page, model);
	findings_fixed(page, model);
}

/* ---- functions ---- */

static void write_undecided(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "Function", CELL_CODE }, { "Place", CELL_CODE },	  { "Callback", CELL_CODE },
		{ "Why", CELL_TEXT },	   { "Lock calls", CELL_NUMBER }, { "Paths", CELL_NUMBER },
	};
	struct table table = {
		.caption = "Functions of which something is not decided: no warning does not "
			   "mean that they pass",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->functions.count; i++) {
		const struct function *function = model->functions.items[i];
		struct cell *cells;

		if (function->verdict != VERDICT_UNKNOWN && !function->is_undecided)
			continue;
		cells = page_row(page, &table);
		cells[0].text = function->name;
		cells[1].text = page_place(page, &function->place);
		cells[2].text = function->callback;
		cells[3].text = page_joined(page,
					    function->verdict == VERDICT_VIOLATION
						    ? "has a violation; other paths are not decided"
						    : "",
					    page_joined(page, function->why, function->detail));
		cells[4].text = page_number(page, function->lock_calls);
		cells[5].text = function->paths;
	}
	if (!table.rows.count)
		page->format->paragraph(page, model->units.count
						      ? "All functions are decided."
						      : "No compile-time summary was given.");
	page_table(page, &table);
}

/* ---- silenced ---- */

static void write_silencers(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "Place", CELL_CODE },	 { "Silenced by", CELL_TEXT }, { "Id", CELL_CODE },
		{ "Reason", CELL_TEXT }, { "Warnings", CELL_NUMBER },
	};
	struct table table = {
		.caption = "What silences warnings, and why",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->silencers.count; i++) {
		const struct silencer *silencer = model->silencers.items[i];
		struct cell *cells = page_row(page, &table);

		cells[0].text = silencer->place.file[0] ? page_place(page, &silencer->place)
							: "(everywhere)";
		cells[1].text = silencer->kind;
		cells[2].text = silencer->id;
		cells[3].text = silencer->reason[0] ? silencer->reason : "(no reason given)";
		cells[4].text = page_number(page, silencer->used);
	}
	page_table(page, &table);
}

static void write_suppressions(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "Suppression", CELL_CODE }, { "Violations", CELL_NUMBER },
	};
	struct table table = {
		.caption = "What keeps violations of runs from being reported",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->suppressions.count; i++) {
		const struct suppression *suppression = model->suppressions.items[i];
		struct cell *cells = page_row(page, &table);

		cells[0].text =
			store_format(page->store, "%s:%s", suppression->kind, suppression->pattern);
		cells[1].text = page_number(page, suppression->used);
	}
	page_table(page, &table);
}

static void write_silenced(struct page *page, const struct model *model)
{
	if (!count(model, NULL).silenced && !model->silencers.count && !model->suppressions.count)
		page->format->paragraph(page, "Nothing is silenced or suppressed.");
	findings_silenced(page, model);
	write_silencers(page, model);
	write_suppressions(page, model);
	findings_hidden(page, model);
}

/* ---- locks ---- */

/* The locks of one name: of each device one, or of each run. */
struct lock_row {
	const struct lock_stats *longest;	/* the first: they are sorted */
	unsigned long long locks, acquisitions, contended;
};

/* The rows of the locks of MODEL, at most MAX_LOCKS; *LEFT_OUT: how many locks have
 * none. */
static size_t merge_locks(const struct model *model, struct lock_row rows[MAX_LOCKS],
			  size_t *left_out)
{
	size_t n = 0;

	*left_out = 0;
	for (size_t i = 0; i < model->locks.count; i++) {
		const struct lock_stats *stats = model->locks.items[i];
		size_t at = 0;

		while (at < n && rows[at].longest->lock != stats->lock)
			at++;
		if (at == MAX_LOCKS) {
			++*left_out;
			continue;
		}
		if (at == n)
			rows[n++] = (struct lock_row){ .longest = stats };
		rows[at].locks++;
		rows[at].acquisitions += stats->acquisitions;
		rows[at].contended += stats->contended;
	}
	return n;
}

static void write_locks(struct page *page, const struct model *model)
{
	static const struct column columns[] = {
		{ "Lock", CELL_CODE },
		{ "Locks", CELL_NUMBER },
		{ "Acquired", CELL_NUMBER },
		{ "Had to wait", CELL_NUMBER },
		{ "Longest hold, us", CELL_NUMBER },
		{ "Acquired then at", CELL_CODE },
		{ "Log", CELL_CODE },
	};
	struct table table = {
		.caption = "Locks by name, held longest first",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};
	struct lock_row rows[MAX_LOCKS];
	const size_t n = merge_locks(model, rows, &table.left_out);

	for (size_t i = 0; i < n; i++) {
		const struct lock_stats *longest = rows[i].longest;
		struct cell *cells = page_row(page, &table);

		cells[0].text = longest->lock;
		cells[1].text = page_number(page, rows[i].locks);
		cells[2].text = page_number(page, rows[i].acquisitions);
		cells[3].text = page_number(page, rows[i].contended);
		cells[4].text = page_number(page, longest->longest_us);
		if (longest->longest_site) {
			cells[5].text = page_place(page, &longest->longest_site->place);
			cells[5].place = &longest->longest_site->place;
		}
		cells[6].text = model_run_name(page->store, longest->run);
	}
	if (!table.rows.count)
		page->format->paragraph(page, "No log has numbers of its locks: run with stats=1.");
	page_table(page, &table);
}

/* ---- notices ---- */

static void add_notice(struct page *page, struct table *table, const char *text, const char *from)
{
	struct cell *cells = page_row(page, table);

	cells[0].text = from[0] ? from : "(all)";
	cells[1].text = text;
}

static void add_input_notices(struct page *page, struct table *table, const struct input *input)
{
	for (size_t i = 0; i < input->problems.count; i++)
		add_notice(page, table,
			   store_format(page->store, "left out: %s",
					input->problems.items[i]),
			   input->name);
	if (input->broken > input->problems.count)
		add_notice(page, table,
			   store_format(page->store, "left out: %zu more lines",
					input->broken - input->problems.count),
			   input->name);
	if (input->unknown)
		add_notice(page, table,
			   store_format(page->store,
					"%s of a type that this version does not know, left out",
					page_count(page, input->unknown, "record")),
			   input->name);
}

static void add_run_notices(struct page *page, struct table *table, const struct run *run)
{
	if (!run->is_ended)
		add_notice(page, table,
			   "this run has no summary: it did not come to its end, was stopped by a "
			   "violation (halt=1), "
			   "or ran with summary=0",
			   model_run_name(page->store, run));
}

static void add_unit_notices(struct page *page, struct table *table, const struct unit *unit)
{
	if (unit->is_replaced)
		add_notice(page, table, "compiled again later: this compilation is left out",
			   unit->file);
	for (size_t i = 0; !unit->is_replaced && i < unit->notices.count; i++)
		add_notice(page, table, unit->notices.items[i], unit->file);
}

/* Violations that a run counted but no log reports: they went to a hook. */
static void add_unreported(struct page *page, struct table *table, const struct model *model)
{
	for (size_t i = 0; i < model->counts.count; i++) {
		const struct id_count *id = model->counts.items[i];

		if (id->counted && !id->reported)
			add_notice(page, table,
				   store_format(
					   page->store,
					   "the runs counted %s %llu times, but no log reports it: "
					   "was a report hook set?",
					   id->id, id->counted),
				   "");
	}
}

static void write_notices(struct page *page, const struct model *model)
{
	static const struct column columns[] = { { "From", CELL_CODE }, { "Notice", CELL_TEXT } };
	struct table table = {
		.caption = "What to know before trusting this page",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->inputs.count; i++)
		add_input_notices(page, &table, model->inputs.items[i]);
	for (size_t i = 0; i < model->runs.count; i++)
		add_run_notices(page, &table, model->runs.items[i]);
	for (size_t i = 0; i < page->source->missing.count; i++)
		add_notice(page, &table, "its source was not found below --source",
			   page->source->missing.items[i]);
	if (model->incomplete_runs)
		add_notice(page, &table,
			   store_format(page->store, "checking was incomplete in %s",
					page_count(page, model->incomplete_runs, "run")),
			   "");
	if (model->unreported)
		add_notice(page, &table,
			   store_format(
				   page->store,
				   "%s happened while another was reported, "
				   "and are not reported",
				   page_count(page, model->unreported, "violation")),
			   "");
	add_unreported(page, &table, model);
	for (size_t i = 0; i < model->notices.count; i++) {
		const struct notice *notice = model->notices.items[i];

		add_notice(page, &table, notice->text, model_run_name(page->store, notice->run));
	}
	for (size_t i = 0; i < model->units.count; i++)
		add_unit_notices(page, &table, model->units.items[i]);
	if (!table.rows.count)
		page->format->paragraph(page, "None.");
	page_table(page, &table);
}

/* ---- the page ---- */

void contents_write(struct page *page, struct model *model, const char *title)
{
	static const struct {
		struct section section;
		void (*write)(struct page *, const struct model *);
	} parts[] = {
		{ { "findings", "Findings" }, write_overview },
		{ { "coverage", "What no test reached" }, coverage_write },
		{ { "undecided", "Functions not decided" }, write_undecided },
		{ { "silenced", "Silenced and suppressed" }, write_silenced },
		{ { "locks", "Locks" }, write_locks },
		{ { "totals", "Totals" }, write_totals },
		{ { "notices", "Notices" }, write_notices },
	};
	enum { PARTS = sizeof parts / sizeof *parts };
	struct section sections[PARTS];

	for (int i = 0; i < PARTS; i++)
		sections[i] = parts[i].section;
	page->has_baseline = model->has_baseline;
	findings_count(page, model);
	page->format->begin(page, title, sections, PARTS);
	for (int i = 0; i < PARTS; i++) {
		page->format->section(page, &sections[i]);
		parts[i].write(page, model);
	}
	page->format->end(page);
}
