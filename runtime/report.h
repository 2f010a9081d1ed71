/* report.h - telling the user what was found.
 *
 * A report is put together on the stack and written in one piece, so reports of several threads do
 * not mix.  Any thread, any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_REPORT_H
#define SPINRULE_REPORT_H

#include "locks.h"

/* What is known of a violation.  Only read. */
struct violation_report {
	enum spinrule_violation violation;
	enum spinrule_group group;
	const void *lock;
	const struct spinrule_site *site;	/* NULL: the end of a thread */
	unsigned long long thread;
	const struct held *acquired;		/* NULL: no acquire is known */
	unsigned long long acquired_by;
	int irql;				/* wrong-irql: what was given back */
};

/* Count the violation, give it to the hook or print it, and stop if the option halt says so. */
void report_violation(const struct violation_report *violation);

/* Say WORDS and MORE on one line. */
void report_note(const char *words, const char *more);

/* Say how much was found and checked, once for each end of the program or unload of the driver. */
void report_summary(void);

#endif
