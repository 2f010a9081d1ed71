/* report.h - telling the user what was found.
 *
 * A report is put together in one piece and written at once, so reports of several threads do
 * not mix.  Any thread, any IRQL.
 *
 * report.c decides what is told; report-text.c and report-json.c, the option format's two, say it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_REPORT_H
#define SPINRULE_REPORT_H

#include "locks.h"
#include "order.h"
#include "text.h"
#include "watch.h"

/* What is known of a violation.  Only read. */
struct violation_report {
	enum spinrule_violation violation;
	enum spinrule_group group;
	const void *lock;
	struct spinrule_site *site;	/* NULL: the end of a thread */
	unsigned long long thread;
	struct held_set *set;		/* the thread's; NULL: there was no room for one */
	const struct held *acquired;		/* NULL: no acquire is known */
	unsigned long long acquired_by;
	const struct held *released;		/* release-unheld: this thread's last release; NULL: not known */
	const struct order_conflict *conflict;	/* lock-order */
	unsigned microseconds;			/* hold-time */
	int irql;				/* wrong-irql: what was given back */
};

/* Count the violation, give it to the hook or print it, and stop if the option halt says so. */
void report_violation(const struct violation_report *violation);

/* Say WORDS and MORE: one line. */
void report_note(const char *words, const char *more);

/* Say that a run begins, once the options are known: JSON only. */
void report_start(void);

/* This is a process made by fork (), a run of its own: what was counted so far is its parent's.  Says nothing yet. */
void report_forked(void);

/* Say how much was found and checked, once for each end of the program or unload of the driver. */
void report_summary(void);

/* ---- between the files that report ---- */

/* A site, or where one begins that is to be found: first with NULL; NULL after the last. */
const struct spinrule_site *report_next_site(const struct spinrule_site *site);

/* Where a report is put together.  A stack at DISPATCH_LEVEL is small; when others report too, SMALL must do. */
struct report_buffer {
	char *text;
	unsigned size;
	int number;
	char small[1200];
};

void report_take_buffer(struct report_buffer *buffer);
void report_give_back(const struct report_buffer *buffer);

/* What the last summary is made from. */
struct summary {
	unsigned long long calls;
	unsigned violations[SPINRULE_VIOLATIONS];	/* by id; [SPINRULE_NONE]: all */
	unsigned sites, executed;
	unsigned untold;				/* violation_unreported () */
	int is_incomplete;
};

/* The lock as written where the rule was broken, else where it was acquired; "" if it is not known. */
const char *report_lock_text(const struct violation_report *violation);

/* What to do next. */
void report_add_fix(struct text *text, const struct violation_report *violation);

void report_print_text(const struct violation_report *violation,
		       const struct spinrule_report *report);
void report_print_json(const struct violation_report *violation,
		       const struct spinrule_report *report);
void report_note_text(const char *words, const char *more);
void report_run_json(void);
void report_forked_json(void);
void report_note_json(const char *words, const char *more);
void report_summary_text(const struct summary *summary);
void report_summary_json(const struct summary *summary);

#endif
