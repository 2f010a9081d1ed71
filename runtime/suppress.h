/* suppress.h - violations that are not reported: the file that the option suppressions
 * names.
 *
 * A line is function:PATTERN, file:PATTERN or lock:PATTERN; in a pattern '*' matches any
 * text.  '#' begins a comment.  A violation is suppressed if a line matches its site or
 * the site of its acquire.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SUPPRESS_H
#define SPINRULE_SUPPRESS_H

#include "spinrule.h"

struct suppression {
	const char *kind_name, *pattern;
	int kind;
	unsigned used;
};

/* Read the file, if the option names one.  Mistakes in it are reported and ignored.
 * PASSIVE_LEVEL. */
void suppress_start(void);

/* True if REPORT is suppressed; counts it for the line that matches.  Any IRQL. */
int suppress_is(const struct spinrule_report *report);

/* Set the counts of all lines to 0. */
void suppress_forget(void);

/* Call VISIT for each line that has suppressed a violation. */
void suppress_each(void (*visit)(const struct suppression *suppression));

#endif
