/* report.h - reports of violations, notes, and the summary.
 *
 * A report is built in one buffer and written at once, so reports of several threads do
 * not mix.  Any thread, any IRQL.
 *
 * report.c decides what is reported; report-text.c and report-json.c write it, in the two
 * formats of the option format.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_REPORT_H
#define SPINRULE_REPORT_H

#include "callers.h"
#include "locks.h"
#include "order.h"
#include "text.h"
#include "watch.h"

/* A violation, as it was found. */
struct violation_report {
	enum spinrule_violation violation;
	enum spinrule_group group;
	const void *lock;
	struct spinrule_site *site;	/* NULL: the end of a thread */
	unsigned long long thread;
	struct held_set *set;			/* the thread's; NULL: no set was free */
	const struct held *acquired;		/* NULL: no acquire is known */
	unsigned long long acquired_by;
	const struct held *released;		/* release-unheld: the last release, or NULL */
	const struct order_conflict *conflict;	/* lock-order */
	unsigned microseconds;			/* hold-time */
	/* mismatched-release: reported at DUE, or at the end of the thread if that is
	 * NULL, because what the acquire saved was not given back until then. */
	int is_late;
	struct spinrule_site *due;
	int irql;	/* wrong-irql: the IRQL that is restored; wrong-level: that of the call */
	/* Of SITE, unless IS_LATE, and, with the option origins, of ACQUIRED:
	 * report_violation () finds them. */
	const struct callers *callers, *acquired_callers;
};

/* Count VIOLATION, pass it to the hook or print it, and stop if halt=1. */
void report_violation(struct violation_report *violation);

/* Write a note: WORDS and MORE in one line. */
void report_note(const char *words, const char *more);

/* Write that a run begins, after the options are read: JSON only. */
void report_start(void);

/* This process was made by fork () and is a run of its own: all counts so far are its
 * parent's.  Writes nothing yet. */
void report_forked(void);

/* Sites and code are gone, and others may lie there: what was printed is forgotten. */
void report_unloaded(void);

/* Write the summary, at the end of the program and at each unload of the driver. */
void report_summary(void);

/* ---- between the files that report ---- */

/* The next site after SITE; NULL stands before the first and after the last. */
const struct spinrule_site *report_next_site(const struct spinrule_site *site);

/* The buffer in which a report is built.  Stacks at DISPATCH_LEVEL are small, so it is
 * one of a fixed number; SMALL is used when none of these is free. */
struct report_buffer {
	char *text;
	unsigned size;
	int number;
	char small[1200];
};

void report_take_buffer(struct report_buffer *buffer);
void report_give_back(const struct report_buffer *buffer);

/* The words for LOCK if it is a lock of the system's without a text, "the cancel spin
 * lock"; else NULL. */
const char *report_words_of(const void *lock);

/* Add "'ext->lock' (0x1f20)", or the words for a lock of the system's: LOCK, which is
 * written as WRITTEN ("" if that is not known). */
void report_add_lock(struct text *text, const void *lock, const char *written);

/* Add " at irp.c:42:2 in MyRead", or where else SITE (NULL: the end of a thread) is. */
void report_add_site(struct text *text, const struct spinrule_site *site);

/* The data of the summary. */
struct summary {
	unsigned long long calls;
	unsigned violations[SPINRULE_VIOLATIONS];	/* by id; [SPINRULE_NONE]: all */
	unsigned sites, executed;
	unsigned unreported;				/* violation_unreported () */
	int is_incomplete;
};

/* The lock as written at the violation's site, else at its acquire; "" if neither is
 * known. */
const char *report_lock_text(const struct violation_report *violation);

/* Add advice on what to change in the driver. */
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
