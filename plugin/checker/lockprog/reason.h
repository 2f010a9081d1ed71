/* reason.h - why the checker did not decide a function, or part of it.
 *
 * One enum for all of the checker: a lock program that could not be built has a reason,
 * and so has a verdict "unknown".  The text form of lock programs, the summary and its
 * JSON use the same words.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef REASON_H
#define REASON_H

#ifdef __cplusplus
extern "C" {
#endif

enum reason {
	REASON_NONE,			/* it is decided */

	/* The function could not be turned into a lock program. */
	REASON_TOO_LARGE,
	REASON_SETJMP,
	REASON_NESTED_JUMP,
	REASON_COMPUTED_GOTO,
	REASON_EXCEPTION,

	/* The walk stopped at one of its limits. */
	REASON_MORE_STEPS,
	REASON_MORE_LOCKS,
	REASON_MORE_MEMORY,
	/* Internal: the walk is repeated with more effort; no verdict has it. */
	REASON_CLOSER_LOOK,

	/* The walk did not claim something; of several reasons the verdict names the
	 * first. */
	REASON_CALLEE,
	REASON_MORE_STATES,
	REASON_ROUGH_CALLEE,
	REASON_SAME_LOCKS,
	REASON_MEMORY,
	REASONS
};

/* The class of a reason, for statistics. */
enum reason_class {
	REASON_CLASS_NONE,
	REASON_CLASS_BUDGET,		/* too large */
	REASON_CLASS_ALIAS,		/* locks or memory that cannot be told apart */
	REASON_CLASS_IRREDUCIBLE,	/* unknown control flow */
	REASON_CLASS_UNRESOLVED_CALL	/* a callee's effect on locks is unknown */
};

/* REASON in words that follow "because of"; NULL for REASON_NONE. */
const char *reason_words(enum reason reason);

/* The reason whose words are WORDS, or REASON_NONE. */
enum reason reason_of_words(const char *words);

/* The word of the class of REASON: "budget", "alias", "irreducible", "unresolved call";
 * NULL for REASON_NONE. */
const char *reason_class_word(enum reason reason);

#ifdef __cplusplus
}
#endif

#endif
