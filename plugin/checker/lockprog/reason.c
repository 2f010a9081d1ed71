/* reason.c - the words and the class of each reason for an undecided verdict.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/reason.h"

#include <stddef.h>
#include <string.h>

static const struct {
	enum reason_class class_;
	const char *words;
} reasons[REASONS] = {
	[REASON_TOO_LARGE] = { REASON_CLASS_BUDGET, "its size" },
	[REASON_SETJMP] = { REASON_CLASS_IRREDUCIBLE, "a call of setjmp" },
	[REASON_NESTED_JUMP] = { REASON_CLASS_IRREDUCIBLE, "a jump from a nested function" },
	[REASON_COMPUTED_GOTO] = { REASON_CLASS_IRREDUCIBLE, "a computed goto" },
	[REASON_EXCEPTION] = { REASON_CLASS_IRREDUCIBLE,
			       "an exception that is caught with a lock held" },
	[REASON_MORE_STEPS] = { REASON_CLASS_BUDGET, "more steps than the budget" },
	[REASON_MORE_STATES] = { REASON_CLASS_BUDGET, "more states than the budget" },
	[REASON_ROUGH_CALLEE] = { REASON_CLASS_BUDGET, "a callee that is known only roughly" },
	[REASON_MORE_LOCKS] = { REASON_CLASS_BUDGET,
				"more locks held in more ways than the budget" },
	[REASON_MORE_MEMORY] = { REASON_CLASS_BUDGET, "more memory than the budget" },
	[REASON_CLOSER_LOOK] = { REASON_CLASS_BUDGET, "a closer look" },
	[REASON_SAME_LOCKS] = { REASON_CLASS_ALIAS, "locks that may be the same" },
	[REASON_MEMORY] = { REASON_CLASS_ALIAS, "memory that may have changed" },
	[REASON_CALLEE] = { REASON_CLASS_UNRESOLVED_CALL,
			    "a callee whose effect on locks is not known" },
};

static const char *const class_words[] = {
	[REASON_CLASS_NONE] = NULL,
	[REASON_CLASS_BUDGET] = "budget",
	[REASON_CLASS_ALIAS] = "alias",
	[REASON_CLASS_IRREDUCIBLE] = "irreducible",
	[REASON_CLASS_UNRESOLVED_CALL] = "unresolved call",
};

const char *reason_words(enum reason reason)
{
	return reasons[reason].words;
}

enum reason reason_of_words(const char *words)
{
	for (int i = REASON_NONE + 1; i < REASONS; i++)
		if (!strcmp(reasons[i].words, words))
			return i;
	return REASON_NONE;
}

const char *reason_class_word(enum reason reason)
{
	return class_words[reasons[reason].class_];
}
