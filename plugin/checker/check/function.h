/* function.h - checks one function whose callees have summaries.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FUNCTION_H
#define FUNCTION_H

#include "check/checker.h"

/* How closely a function is looked at. */
enum look {
	LOOK_ONCE,		/* a first look alone, whether or not it decides */
	LOOK_AS_NEEDED,		/* until it is decided, and callers know what they need */
	LOOK_FOR_ALL		/* whatever a caller may need */
};

/* Check function F with LOOK: its summary goes to INTO, its verdict to the result.
 * The summary stays SUMMARY_MISSING if LOOK_ONCE does not decide. */
void function_check(struct checker *checker, int f, enum look look, struct summary *into);

/* Make INTO the summary of function F, which is unknown. */
void function_make_unknown(const struct checker *checker, int f, struct summary *into);

#endif
