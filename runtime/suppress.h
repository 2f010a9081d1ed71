/* suppress.h - violations that the user does not want to be told of: the file that the option suppressions names.
 *
 * A line is function:PATTERN, file:PATTERN or lock:PATTERN; in a pattern '*' stands for anything.  What
 * follows a '#' is a comment.  A violation is suppressed if a line fits its site or that of the acquire before.
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

/* Read the file, if there is one.  What is wrong in it is said, and the rest counts.  PASSIVE_LEVEL. */
void suppress_start(void);

/* True if REPORT is suppressed; counts it for the line that fits.  Any IRQL. */
int suppress_is(const struct spinrule_report *report);

/* None was used yet. */
void suppress_forget(void);

/* Call TELL for each line that was used. */
void suppress_each(void (*tell)(const struct suppression *suppression));

#endif
