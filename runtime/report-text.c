/* report-text.c - reports as text.
 *
 *     spinrule: spin lock 'ext->lock' (0x1f20) is acquired while already held [id]
 *       by thread 12 at irp.c:42:2 in MyRead
 *         called at main.c:30 in MyDispatch
 *       acquired by thread 12 at irp.c:38:2 in MyRead
 *       held now, the oldest first:
 *         'ext->lock' (0x1f20) acquired at irp.c:38:2 in MyRead
 *       last events of thread 12, the newest last:
 *         'ext->list.lock' (0x1f48) released at irp.c:30:2 in MyWrite
 *         'ext->lock' (0x1f20) acquired at irp.c:38:2 in MyRead
 *       rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B
 *       fix: ...
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

void report_add_site(struct text *text, const struct spinrule_site *site)
{
	if (!site) {
		text_add(text, " at its end");
		return;
	}
	if (!site->line && !site->ddi[0]) {
		text_add(text, ", because ");
		text_add(text, site->function);
		return;
	}
	if (!site->line) {
		text_add(text, " in a call of ");
		text_add_name(text, site->ddi);
		text_add(text, " through a pointer");
		return;
	}
	text_add(text, " at ");
	text_add_name(text, site->file);
	text_add(text, ":");
	text_add_number(text, site->line);
	text_add(text, ":");
	text_add_number(text, site->column);
	text_add(text, " in ");
	text_add_name(text, site->function);
}

/* " at irp.c:42:2 in MyRead" and the end of the line. */
static void add_site(struct text *text, const struct spinrule_site *site)
{
	report_add_site(text, site);
	text_add(text, "\n");
}

static void add_place(struct text *text, unsigned long long thread,
		      const struct spinrule_site *site)
{
	text_add(text, "by thread ");
	text_add_number(text, thread);
	add_site(text, site);
}

void report_add_lock(struct text *text, const void *lock, const char *written)
{
	int number = locks_number_of(lock);
	const char *words = report_words_of(lock);
	int is_global = bracket_global_name(lock) != NULL;

	if (words) {
		text_add(text, words);
		return;
	}
	if (written[0]) {
		text_add(text, "'");
		text_add_name(text, written);
		text_add(text, is_global ? "'" : "' ");
	}
	if (is_global)
		return;
	text_add(text, "(");
	if (number >= 0) {
		text_add(text, "queued spin lock number ");
		text_add_number(text, (unsigned)number);
	} else if (lock == LOCK_TAKEN) {
		text_add(text, "released by another thread");
	} else {
		text_add_hex(text, (uintptr_t)lock, 1);
	}
	text_add(text, ")");
}

static void add_held(struct text *text, struct held_set *set, int is_shown)
{
	const struct held *held[HELD_MAX];
	unsigned count = history_held(set, held);

	if (count)
		text_add(text, is_shown ? "  held now, the oldest first:\n"
					: "  held now: more than there is room for\n");
	for (unsigned i = 0; is_shown && i < count; i++) {
		text_add(text, "    ");
		report_add_lock(text, held[i]->lock, held[i]->site ? held[i]->site->lock : "");
		text_add(text, locks_flags(held[i]) & HELD_BY_KERNEL
				       ? " acquired by the kernel for the callback"
				       : " acquired");
		add_site(text, held[i]->site);
	}
}

static void add_history(struct text *text, const struct violation_report *violation, unsigned max)
{
	struct history_event events[HISTORY_MAX];
	unsigned count = history_events(violation->set, events, max);

	if (!count)
		return;
	text_add(text, "  last events of thread ");
	text_add_number(text, violation->thread);
	text_add(text, ", the newest last:\n");
	for (unsigned i = 0; i < count; i++) {
		const struct held *held = events[i].held;

		text_add(text, "    ");
		report_add_lock(text, held->lock, held->site ? held->site->lock : "");
		text_add(text, events[i].is_release
				       ? set_is_reason(locks_released(held))
						 ? " released by the runtime"
						 : " released"
			       : locks_is_held(held) && locks_flags(held) & HELD_BY_KERNEL
				       ? " acquired by the kernel for the callback"
				       : " acquired");
		add_site(text, events[i].is_release ? locks_released(held) : held->site);
	}
}

/* LOCK, which is written so at SITE, or stands for a class. */
static void add_ordered(struct text *text, const void *lock, const struct spinrule_site *site)
{
	const char *class = lock_class_text(lock);

	if (!class) {
		report_add_lock(text, lock, site->lock);
		return;
	}
	text_add(text, "'");
	text_add_name(text, site->lock);
	text_add(text, "' (of the class ");
	text_add_name(text, class);
	text_add(text, ")");
}

static void add_conflict(struct text *text, const struct order_conflict *conflict)
{
	text_add(text, conflict->between ? "  but, with " : "  but ");
	if (conflict->between) {
		text_add_number(text, conflict->between);
		text_add(text, conflict->between == 1 ? " more lock in the circle, "
						      : " more locks in the circle, ");
	}
	add_ordered(text, conflict->second, conflict->second_site);
	text_add(text, " was acquired ");
	add_place(text, conflict->thread, conflict->second_site);
	text_add(text, "  with ");
	add_ordered(text, conflict->first, conflict->first_site);
	text_add(text, " held, acquired");
	add_site(text, conflict->first_site);
}

static void add_acquired(struct text *text, const struct violation_report *violation)
{
	const struct held *acquired = violation->acquired;

	if (!acquired || !acquired->site)
		return;
	if (violation->conflict) {
		text_add(text, "  with ");
		report_add_lock(text, acquired->lock, acquired->site->lock);
		text_add(text, " held, acquired ");
	} else {
		text_add(text, locks_flags(acquired) & HELD_BY_KERNEL
				       ? "  acquired by the kernel for this callback, entered "
				       : "  acquired ");
	}
	add_place(text, violation->acquired_by, acquired->site);
	callers_add_text(text, violation->acquired_callers, acquired->site);
}

/* Where the lock was first named, if it was under another name. */
static void add_first_place(struct text *text, const struct violation_report *violation,
			    const char *written)
{
	int is_init = 0;
	const struct spinrule_site *first = known_place(violation->lock, &is_init);

	if (!first || text_is_same(first->lock, written))
		return;
	text_add(text, "  the lock is '");
	text_add_name(text, first->lock);
	text_add(text, is_init ? "', initialized" : "', first acquired");
	add_site(text, first);
}

/* The whole report with the last MAX events, and the held locks if WITH_HELD. */
static void add_report(struct text *text, const struct violation_report *violation,
		       const struct spinrule_report *report, unsigned max, int with_held)
{
	text_add(text, "spinrule: ");
	if (!report_words_of(violation->lock))
		text_add(text, "spin lock ");
	report_add_lock(text, violation->lock, report->lock_text);
	text_add(text, " ");
	text_add(text, report->words);
	text_add(text, " [spinrule-");
	text_add(text, report->id);
	text_add(text, "]\n  ");
	add_place(text, report->thread, report->site);
	callers_add_text(text, violation->callers, report->site);
	add_first_place(text, violation, report->lock_text);
	add_acquired(text, violation);
	if (violation->is_late) {
		text_add(text, "  IRQL ");
		text_add_number(text, locks_irql(violation->acquired));
		text_add(text, ", which that saved, was not given back ");
		add_place(text, report->thread, violation->due);
	}
	if (violation->microseconds) {
		text_add(text, "  held for ");
		text_add_number(text, violation->microseconds);
		text_add(text, " microseconds, more than hold_time=");
		text_add_number(text, options_now()->hold_time);
		text_add(text, "\n");
	}
	if (violation->conflict)
		add_conflict(text, violation->conflict);
	if (violation->released) {
		text_add(text, "  released before ");
		add_place(text, violation->thread, locks_released(violation->released));
		text_add(text, "  acquired before that ");
		add_place(text, violation->thread, violation->released->site);
	}
	if (violation->set) {
		add_held(text, violation->set, with_held);
		add_history(text, violation, max);
	}
	text_add(text, "  rule ");
	text_add(text, report->rule);
	if (report->bugcheck_code) {
		text_add(text, ", bug check 0xC4, parameter 1 = ");
		text_add_hex(text, report->bugcheck_code, 8);
	}
	text_add(text, "\n  fix: ");
	report_add_fix(text, violation);
	text_add(text, "\n");
}

/* Write TEXT, which is in BUFFER, and give BUFFER back. */
static void write_line(const struct report_buffer *buffer, struct text *text)
{
	text_end_line(text);
	port_write(buffer->text, text->length);
	report_give_back(buffer);
}

void report_print_text(const struct violation_report *violation,
		       const struct spinrule_report *report)
{
	unsigned max = options_now()->history;
	int with_held = 1;
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	/* If it does not fit, shorten the history, then leave out the held locks. */
	for (;; max /= 2) {
		text = text_in(buffer.text, buffer.size);
		add_report(&text, violation, report, max, with_held);
		if (!text_is_full(&text) || !with_held)
			break;
		with_held = max != 0;
	}
	write_line(&buffer, &text);
}

void report_note_text(const char *words, const char *more)
{
	char buffer[900];
	struct text text = text_in(buffer, sizeof buffer - 1);

	text_add(&text, "spinrule: ");
	text_add(&text, words);
	text_add(&text, more);
	buffer[text.length++] = '\n';
	port_write(buffer, text.length);
}

/* ---- in a debugger ---- */

static void write_held(unsigned long long thread, const struct held *held)
{
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	text = text_in(buffer.text, buffer.size);
	text_add(&text, "  thread ");
	text_add_number(&text, thread);
	text_add(&text, " holds ");
	report_add_lock(&text, held->lock, held->site ? held->site->lock : "");
	text_add(&text, " acquired");
	add_site(&text, held->site);
	write_line(&buffer, &text);
}

void __attribute__((used)) spinrule_print_held(void)
{
	report_note_text("held now:", "");
	for (unsigned i = 0; i < port_set_count; i++) {
		struct held_set *set = &port_sets[i];

		if (!set->owner || set_is_empty(set))
			continue;
		for (unsigned j = 0; j < SLOTS; j++) {
			struct held copy = set_copy_of(&set->slots[j]);

			if (copy.lock && copy.lock != LOCK_TAKEN && locks_is_held(&copy) &&
			    !(locks_flags(&copy) & (HELD_CLAIMED | HELD_GHOST)))
				write_held(set->thread, &copy);
		}
	}
}

/* ---- summary ---- */

static void add_count(struct text *text, unsigned long long count, const char *what)
{
	text_add_number(text, count);
	text_add(text, what);
	if (count != 1)
		text_add(text, "s");
}

static void write_stats(const struct lock_stats *stats)
{
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	text = text_in(buffer.text, buffer.size);
	text_add(&text, "  ");
	report_add_lock(&text, stats->lock, stats->site ? stats->site->lock : "");
	text_add(&text, ": ");
	add_count(&text, stats->acquisitions, " acquisition");
	text_add(&text, ", ");
	text_add_number(&text, stats->contended);
	text_add(&text, " contended");
	if (stats->longest_site) {
		text_add(&text, ", held for ");
		add_count(&text, stats->longest, " microsecond");
		text_add(&text, " at most, acquired");
		add_site(&text, stats->longest_site);
	} else {
		text_add(&text, "\n");
	}
	write_line(&buffer, &text);
}

static void write_suppression(const struct suppression *suppression)
{
	struct report_buffer buffer;
	struct text text;

	report_take_buffer(&buffer);
	text = text_in(buffer.text, buffer.size);
	text_add(&text, "  suppressed ");
	add_count(&text, suppression->used, " time");
	text_add(&text, " by ");
	text_add(&text, suppression->kind_name);
	text_add(&text, ":");
	text_add(&text, suppression->pattern);
	text_add(&text, "\n");
	write_line(&buffer, &text);
}

static void write_never_executed(void)
{
	for (const struct spinrule_site *site = NULL; (site = report_next_site(site)); ) {
		struct report_buffer buffer;
		struct text text;

		if (locks_load(site->executed))
			continue;
		report_take_buffer(&buffer);
		text = text_in(buffer.text, buffer.size);
		text_add(&text, "  never executed: ");
		text_add(&text, site->ddi);
		if (site->lock[0]) {
			text_add(&text, " '");
			text_add_name(&text, site->lock);
			text_add(&text, "'");
		}
		add_site(&text, site);
		write_line(&buffer, &text);
	}
}

static void write_totals(const struct summary *summary)
{
	char buffer[900];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "spinrule: ");
	if (!summary->calls) {
		text_add(&text, "no lock call was checked: none was executed, or the driver was "
				"not compiled with "
				"-fplugin-arg-spinrule-instrument\n");
		port_write(buffer, text.length);
		return;
	}
	add_count(&text, summary->violations[SPINRULE_NONE], " violation");
	text_add(&text, ", ");
	add_count(&text, summary->calls, " lock call");
	text_add(&text, " checked");
	if (summary->sites) {
		text_add(&text, ", ");
		text_add_number(&text, summary->executed);
		text_add(&text, " of ");
		add_count(&text, summary->sites, " site");
		text_add(&text, " executed");
	}
	if (summary->unreported) {
		text_add(&text, "; ");
		add_count(&text, summary->unreported, " violation");
		text_add(&text, " during a report not reported");
	}
	if (summary->is_incomplete)
		text_add(&text, "; checking is incomplete");
	text_add(&text, "\n");
	for (unsigned i = SPINRULE_NONE + 1; i < SPINRULE_VIOLATIONS; i++)
		if (summary->violations[i]) {
			text_add(&text, "  ");
			text_add(&text, spinrule_id((enum spinrule_violation)i));
			text_add(&text, ": ");
			text_add_number(&text, summary->violations[i]);
			text_add(&text, "\n");
		}
	port_write(buffer, text.length);
}

void report_summary_text(const struct summary *summary)
{
	if (options_now()->summary) {
		write_totals(summary);
		suppress_each(write_suppression);
	}
	if (options_now()->stats)
		watch_stats(write_stats);
	if (options_now()->coverage)
		write_never_executed();
}
