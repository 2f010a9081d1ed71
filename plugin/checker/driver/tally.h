/* tally.h - the verdict of a whole driver.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_TALLY_H
#define DRIVER_TALLY_H

#include "check/check.h"
#include "driver/findings.h"

struct tally {
	int n_files, n_without;
	int n_functions, n_callbacks, n_lock_ops;
	int n_ddis;			/* different ones */
	int n_pass, n_violating, n_unknown, n_without_locks;	/* functions */
	int n_shown, n_hidden, n_in_baseline;	/* violations */
};

void tally_count(struct tally *tally, const struct inputs *inputs,
		 const struct link_result *linked, const struct check_result *result,
		 const struct findings *findings);

/* Print the verdict: the numbers, the functions that are unknown with the reason, and
 * callbacks without a body; with ALL, every function. */
void tally_print(const struct tally *tally, struct link_result *linked,
		 const struct check_result *result, bool all);

/* The first call in function number F of a function of the driver without a program, or
 * NULL: the file that has it may decide what is unknown. */
const char *tally_unseen_call(struct link_result *linked, int f);

#endif
