/* report-json.c - reports as JSON lines: one object a line, each of a "type".
 *
 *     run                 first
 *     violation, notice   as they are found
 *     site                with coverage=1, one for each site that is linked
 *     lock                with stats=1
 *     summary             at the end
 *
 * Each names its run, so a reader can separate the runs of one file, even if they run at
 * the same time.  A process made by fork () is a run of its own: its "run" is written
 * before its first other object.
 *
 * Files, lines and columns are those of the compile-time summary, so the two can be
 * joined.
 *
 * SPDX-License-Identifier: MIT
 */

#include "report.h"

#include "bracket.h"
#include "history.h"
#include "options.h"
#include "known.h"
#include "lock-class.h"
#include "port.h"
#include "set.h"
#include "suppress.h"

static void add_number(struct text *text, const char *name, unsigned long long value)
{
	text_add_member(text, name);
	text_add_number(text, value);
}

static void add_truth(struct text *text, const char *name, int value)
{
	text_add_member(text, name);
	text_add(text, value ? "true" : "false");
}

/* ---- runs ---- */

/* The process of the run (0: not read yet) and the time of its start; the same of its
 * parent. */
static unsigned long long run_process, parent_process;
static uint64_t run_moment, parent_moment;
static int is_run_written;

static void add_run_name(struct text *text, const char *name, uint64_t moment,
			 unsigned long long process)
{
	text_add_member(text, name);
	text_add(text, "\"");
	text_add_hex(text, moment, 1);
	text_add(text, "-");
	text_add_number(text, process);
	text_add(text, "\"");
}

static struct text *options_text;

static void add_option(const char *name, const unsigned *number, const char *value)
{
	if (number)
		add_number(options_text, name, *number);
	else
		text_add_string(options_text, name, value);
}

static void add_run(struct text *text, int with_options)
{
	char program[200];

	port_program(program, sizeof program);
	text_add(text, "{");
	text_add_string(text, "type", "run");
	add_run_name(text, "run", run_moment, run_process);
	if (parent_process)
		add_run_name(text, "parent", parent_moment, parent_process);
	text_add_string(text, "spinrule", SPINRULE_VERSION);
	text_add_string(text, "port", port_name);
	text_add_string(text, "program", program);
	if (!port_is_kernel)
		add_number(text, "process", run_process);
	if (with_options) {
		text_add_member(text, "options");
		text_add(text, "{");
		options_text = text;
		options_each(add_option);
		text_add(text, "}");
	}
	text_add(text, "}\n");
}

void report_run_json(void)
{
	struct report_buffer buffer;
	struct text text;

	if (locks_load(is_run_written) || __atomic_exchange_n(&is_run_written, 1, __ATOMIC_ACQ_REL))
		return;
	if (!run_process) {
		run_process = port_process();
		run_moment = port_moment();
	}
	report_take_buffer(&buffer);
	text = text_in(buffer.text, buffer.size);
	add_run(&text, 1);
	/* Without the options if they are too long. */
	if (text_is_full(&text)) {
		text = text_in(buffer.text, buffer.size);
		add_run(&text, 0);
	}
	port_write(buffer.text, text.length);
	report_give_back(&buffer);
}

void report_forked_json(void)
{
	parent_process = run_process;
	parent_moment = run_moment;
	run_process = port_process();
	run_moment = port_moment();
	is_run_written = 0;
}

/* ---- records ---- */

/* Begin a record of TYPE in BUFFER, with the members that all records have. */
static struct text record_in(const struct report_buffer *buffer, const char *type)
{
	struct text text = text_in(buffer->text, buffer->size);

	report_run_json();
	text_add(&text, "{");
	text_add_string(&text, "type", type);
	add_run_name(&text, "run", run_moment, run_process);
	return text;
}

static void end_record(const struct report_buffer *buffer, const struct text *text)
{
	port_write(buffer->text, text->length);
	report_give_back(buffer);
}

/* A notice of WORDS and MORE, cut off if it does not fit, in BUFFER. */
static struct text notice_in(const struct report_buffer *buffer, const char *words,
			     const char *more)
{
	static const char ending[] = "\"}\n";
	struct text text = record_in(buffer, "notice");

	text_add_member(&text, "text");
	text_add(&text, "\"");
	text.size = buffer->size - (sizeof ending - 1);
	text_add_json(&text, words);
	text_add_json(&text, more);
	text.size = buffer->size;
	text_add(&text, ending);
	return text;
}

/* The same, but a record that was cut off is replaced by a notice that names WHAT. */
static void end_whole_record(const struct report_buffer *buffer, struct text *text,
			     const char *what)
{
	if (text_is_full(text))
		*text = notice_in(buffer, "too long to be written: ", what);
	end_record(buffer, text);
}

/* ---- parts of records ---- */

/* null for the end of a thread. */
static void add_site(struct text *text, const char *name, const struct spinrule_site *site)
{
	text_add_member(text, name);
	if (!site || (!site->line && !site->ddi[0])) {
		text_add(text, "null");
		return;
	}
	text_add(text, "{");
	text_add_string(text, "file", site->file);
	add_number(text, "line", site->line);
	add_number(text, "column", site->column);
	text_add_string(text, "function", site->function);
	text_add_string(text, "ddi", site->ddi);
	text_add_string(text, "lock", site->lock);
	text_add(text, "}");
}

static void add_lock(struct text *text, const char *name, const void *lock, const char *written)
{
	int number = locks_number_of(lock);
	const char *class = lock_class_text(lock);
	const char *words = report_words_of(lock);

	text_add_member(text, name);
	text_add(text, "{");
	if (class)
		text_add_string(text, "class", class);
	if (words) {
		text_add_string(text, "text", words);
	} else if (number >= 0) {
		text_add_member(text, "text");
		text_add(text, "\"queued spin lock number ");
		text_add_number(text, (unsigned)number);
		text_add(text, "\"");
	} else {
		text_add_string(text, "text", written);
	}
	text_add_member(text, "address");
	if (words || number >= 0 || lock == LOCK_TAKEN || class || bracket_global_name(lock)) {
		text_add(text, "null");
	} else {
		text_add(text, "\"");
		text_add_hex(text, (uintptr_t)lock, 1);
		text_add(text, "\"");
	}
	text_add(text, "}");
}

/* "NAME":{"thread":...,"site":...}, with "callers" where there are any. */
static void add_event(struct text *text, const char *name, unsigned long long thread,
		      const struct spinrule_site *site, const struct callers *callers)
{
	text_add_member(text, name);
	text_add(text, "{");
	add_number(text, "thread", thread);
	add_site(text, "site", site);
	if (callers && callers->count && site) {
		text_add_member(text, "callers");
		callers_add_json(text, callers, site);
	}
	text_add(text, "}");
}

static const char *written(const struct held *held)
{
	return held->site ? held->site->lock : "";
}

static void add_held(struct text *text, struct held_set *set)
{
	const struct held *held[HELD_MAX];
	unsigned count = history_held(set, held);

	text_add_member(text, "held");
	text_add(text, "[");
	for (unsigned i = 0; i < count; i++) {
		text_add(text, i ? ",{" : "{");
		add_lock(text, "lock", held[i]->lock, written(held[i]));
		add_site(text, "site", held[i]->site);
		text_add(text, "}");
	}
	text_add(text, "]");
}

static void add_history(struct text *text, struct held_set *set, unsigned max)
{
	struct history_event events[HISTORY_MAX];
	unsigned count = history_events(set, events, max);

	text_add_member(text, "history");
	text_add(text, "[");
	for (unsigned i = 0; i < count; i++) {
		const struct held *held = events[i].held;

		text_add(text, i ? ",{" : "{");
		text_add_string(text, "event", events[i].is_release ? "release" : "acquire");
		add_lock(text, "lock", held->lock, written(held));
		add_site(text, "site", events[i].is_release ? locks_released(held) : held->site);
		if (events[i].is_release && set_is_reason(locks_released(held)))
			text_add_string(text, "reason", locks_released(held)->function);
		text_add(text, "}");
	}
	text_add(text, "]");
}

static void add_conflict(struct text *text, const struct order_conflict *conflict)
{
	text_add_member(text, "earlier");
	text_add(text, "{");
	add_number(text, "thread", conflict->thread);
	add_number(text, "between", conflict->between);
	add_lock(text, "first", conflict->first, conflict->first_site->lock);
	add_site(text, "first_site", conflict->first_site);
	add_lock(text, "second", conflict->second, conflict->second_site->lock);
	add_site(text, "second_site", conflict->second_site);
	text_add(text, "}");
}

/* Where the lock was first named: "first" with "event", "lock" and "site". */
static void add_first_place(struct text *text, const struct violation_report *violation)
{
	int is_init = 0;
	const struct spinrule_site *first = known_place(violation->lock, &is_init);

	if (!first)
		return;
	text_add_member(text, "first");
	text_add(text, "{");
	text_add_string(text, "event", is_init ? "initialize" : "acquire");
	add_site(text, "site", first);
	text_add(text, "}");
}

static void add_report(struct text *text, const struct violation_report *violation,
		       const struct spinrule_report *report, unsigned max, int with_held)
{
	text_add_string(text, "id", report->id);
	text_add_member(text, "message");
	text_add(text, "\"");
	if (report_words_of(violation->lock)) {
		text_add(text, report_words_of(violation->lock));
	} else {
		text_add(text, "spin lock");
		if (report->lock_text[0]) {
			text_add(text, " '");
			text_add_json(text, report->lock_text);
			text_add(text, "'");
		}
		if (!bracket_global_name(violation->lock)) {
			text_add(text, " (");
			if (locks_number_of(violation->lock) >= 0)
				text_add(text, "queued by number");
			else
				text_add_hex(text, (uintptr_t)violation->lock, 1);
			text_add(text, ")");
		}
	}
	text_add(text, " ");
	text_add_json(text, report->words);
	text_add(text, "\"");
	text_add_string(text, "rule", report->rule);
	text_add_member(text, "bugcheck");
	if (report->bugcheck_code) {
		text_add(text, "\"");
		text_add_hex(text, report->bugcheck_code, 8);
		text_add(text, "\"");
	} else {
		text_add(text, "null");
	}
	add_number(text, "cwe", (unsigned)spinrule_cwe(violation->violation));
	add_lock(text, "lock", violation->lock, report->lock_text);
	add_number(text, "thread", report->thread);
	add_site(text, "site", report->site);
	text_add_member(text, "callers");
	callers_add_json(text, violation->callers, report->site);
	add_first_place(text, violation);
	if (violation->acquired && violation->acquired->site)
		add_event(text, "acquired", violation->acquired_by, violation->acquired->site,
			  violation->acquired_callers);
	if (violation->is_late)
		add_site(text, "due", violation->due);
	if (violation->released)
		add_event(text, "released", violation->thread, locks_released(violation->released),
			  NULL);
	if (violation->conflict)
		add_conflict(text, violation->conflict);
	if (violation->microseconds)
		add_number(text, "held_us", violation->microseconds);
	if (violation->set && with_held) {
		add_held(text, violation->set);
		add_history(text, violation->set, max);
	}
	/* Only words and names of DDIs, which need no escapes. */
	text_add_member(text, "fix");
	text_add(text, "\"");
	report_add_fix(text, violation);
	text_add(text, "\"}\n");
}

void report_print_json(const struct violation_report *violation,
		       const struct spinrule_report *report)
{
	unsigned max = options_now()->history;
	int with_held = 1;
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	/* If it does not fit, shorten the history, then leave out the held locks: the
	 * object must stay whole. */
	for (;; max /= 2) {
		text = record_in(&buffer, "violation");
		add_report(&text, violation, report, max, with_held);
		if (!text_is_full(&text) || !with_held)
			break;
		with_held = max != 0;
	}
	end_whole_record(&buffer, &text, report->id);
}

void report_note_json(const char *words, const char *more)
{
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	text = notice_in(&buffer, words, more);
	end_record(&buffer, &text);
}

/* ---- summary ---- */

static void write_stats(const struct lock_stats *stats)
{
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	text = record_in(&buffer, "lock");
	add_lock(&text, "lock", stats->lock, stats->site ? stats->site->lock : "");
	add_number(&text, "acquisitions", stats->acquisitions);
	add_number(&text, "contended", stats->contended);
	add_number(&text, "longest_hold_us", stats->longest);
	add_site(&text, "longest_hold_site", stats->longest_site);
	text_add(&text, "}\n");
	end_whole_record(&buffer, &text, "statistics of a lock");
}

static void write_sites(void)
{
	for (const struct spinrule_site *site = NULL; (site = report_next_site(site)); ) {
		struct report_buffer buffer;
		struct text text;

		report_take_buffer(&buffer);
		text = record_in(&buffer, "site");
		add_truth(&text, "executed", locks_load(site->executed) != 0);
		add_site(&text, "site", site);
		text_add(&text, "}\n");
		end_whole_record(&buffer, &text, "a site");
	}
}

/* suppress_each passes no context, so this is static: at the end of the program one
 * thread is left. */
static struct text suppressions;

static void add_suppression(const struct suppression *suppression)
{
	if (suppressions.start[suppressions.length - 1] == '}')
		text_add(&suppressions, ",");
	text_add(&suppressions, "{");
	text_add_string(&suppressions, "kind", suppression->kind_name);
	text_add_string(&suppressions, "pattern", suppression->pattern);
	add_number(&suppressions, "used", suppression->used);
	text_add(&suppressions, "}");
}

static struct text totals_in(const struct report_buffer *buffer, const struct summary *summary,
			     int with_suppressions)
{
	struct text text = record_in(buffer, "summary");

	text_add_member(&text, "violations");
	text_add(&text, "{");
	for (unsigned i = SPINRULE_NONE + 1; i < SPINRULE_VIOLATIONS; i++)
		if (summary->violations[i])
			add_number(&text, spinrule_id((enum spinrule_violation)i),
				   summary->violations[i]);
	text_add(&text, "}");
	add_number(&text, "calls", summary->calls);
	add_number(&text, "sites", summary->sites);
	add_number(&text, "executed", summary->executed);
	add_number(&text, "untold", summary->unreported);
	add_truth(&text, "incomplete", summary->is_incomplete);
	if (with_suppressions) {
		text_add_member(&text, "suppressions");
		text_add(&text, "[");
		suppressions = text;
		suppress_each(add_suppression);
		text = suppressions;
		text_add(&text, "]");
	}
	text_add(&text, "}\n");
	return text;
}

static void write_totals(const struct summary *summary)
{
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	text = totals_in(&buffer, summary, 1);
	if (text_is_full(&text)) {
		report_note_json("", "the suppressions that were used are too long to be listed");
		text = totals_in(&buffer, summary, 0);
	}
	end_record(&buffer, &text);
}

void report_summary_json(const struct summary *summary)
{
	if (options_now()->coverage)
		write_sites();
	if (options_now()->stats)
		watch_stats(write_stats);
	if (options_now()->summary)
		write_totals(summary);
}
