/* words.c - the words for a violation and the events of its path in messages.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/words.h"

#include <stdio.h>
#include <string.h>

/* What acquired the lock of VIOLATION, as written if that is seen here, or NULL. */
static const char *acquired_by(const struct check_violation *violation)
{
	const struct spinrule_ddi *ddi = violation->acquired_by;
	const char *by = !ddi ? NULL : ddi->written ? ddi->written : ddi->name;

	for (int i = 0; i < violation->n_events; i++)
		if (violation->events[i].kind == EVENT_ACQUIRED ||
		    violation->events[i].kind == EVENT_TRIED)
			by = violation->events[i].written;
	return by;
}

const char *words_of_violation(const struct check_violation *violation, char *buffer, int size)
{
	const bool is_vpb = violation->group == SPINRULE_GROUP_VPB;
	const char *by = acquired_by(violation);
	char lock[256], words[300];

	if (is_vpb || violation->group == SPINRULE_GROUP_CANCEL)
		snprintf(lock, sizeof lock, "%s",
			 is_vpb ? SPINRULE_VPB_LOCK : LOCKPROG_CANCEL_LOCK);
	else
		snprintf(lock, sizeof lock, "spin lock '%s'", violation->lock);
	snprintf(words, sizeof words, "%s", spinrule_words(violation->violation));
	if (violation->violation == SPINRULE_MISMATCHED_RELEASE && by && violation->written)
		snprintf(words, sizeof words, "is acquired by '%s' but released by '%s'", by,
			 violation->written);
	snprintf(buffer, size, "%s %s", lock, words);
	return buffer;
}

/* "'ext->lock'", or the cancel lock without quotes. */
static const char *lock_name(const char *text, char *buffer, int size)
{
	if (!text || !strcmp(text, LOCKPROG_CANCEL_LOCK))
		snprintf(buffer, size, LOCKPROG_CANCEL_LOCK);
	else if (!strcmp(text, SPINRULE_VPB_LOCK))
		snprintf(buffer, size, SPINRULE_VPB_LOCK);
	else
		snprintf(buffer, size, "'%s'", text);
	return buffer;
}

/* The words for an IRQL that is given back and that the acquire did not save: "the
 * constant 0". */
static const char *wrong_irql(const struct check_violation *violation, char *buffer, int size)
{
	char other[256];

	if (violation->irql_of && violation->lock && !strcmp(violation->irql_of, violation->lock))
		snprintf(buffer, size,
			 "the IRQL saved when it was acquired after a lock that is released by "
			 "now");
	else if (violation->irql_of)
		snprintf(buffer, size, "the IRQL saved when %s was acquired",
			 lock_name(violation->irql_of, other, sizeof other));
	else if (violation->irql_is_unset)
		snprintf(buffer, size, "'%s', which was never written", violation->irql_cell);
	else if (violation->irql_cell)
		snprintf(buffer, size, "'%s', where its acquire did not save the IRQL",
			 violation->irql_cell);
	else
		snprintf(buffer, size, "the %s %lld",
			 violation->irql_is_found ? "IRQL found while it was held," : "constant",
			 violation->irql);
	return buffer;
}

/* True if EVENT is at a call of a function. */
static bool is_call(const struct lockprog_function *function, const struct path_event *event)
{
	return event->op >= 0 &&
	       function->blocks[event->block].ops[event->op].kind == LOCKPROG_CALL;
}

static const char *describe_here(const struct lockprog_function *function,
				 const struct check_violation *violation,
				 const struct path_event *event, const char *name, char *buffer,
				 int size)
{
	const char *by = violation->written;
	char other[512];

	switch (violation->violation) {
	case SPINRULE_DOUBLE_ACQUIRE:
		snprintf(buffer, size,
			 by ? "%s acquired again here, by '%s'" : "%s acquired again here", name,
			 by);
		break;
	case SPINRULE_RELEASE_UNHELD:
		snprintf(buffer, size,
			 by ? "%s released here, by '%s', while not held"
			    : "%s released here while not held",
			 name, by);
		break;
	case SPINRULE_HELD_AT_RETURN:
		snprintf(buffer, size, "'%s' returns here with %s held", violation->function, name);
		break;
	case SPINRULE_TRY_IGNORED:
		snprintf(buffer, size, "whether %s was acquired is lost here", name);
		break;
	case SPINRULE_REINIT_HELD:
		snprintf(buffer, size, "%s initialized here", name);
		break;
	case SPINRULE_MISMATCHED_RELEASE:
		if (violation->acquired_by && violation->acquired_by->release)
			snprintf(buffer, size,
				 "%s released here, by '%s'; its acquire pairs with '%s'", name,
				 by ? by : "?", violation->acquired_by->release);
		else
			snprintf(buffer, size, "%s released here, by '%s'", name, by ? by : "?");
		break;
	case SPINRULE_WRONG_IRQL:
		snprintf(buffer, size, "%s released here, by '%s', with %s", name, by ? by : "?",
			 wrong_irql(violation, other, sizeof other));
		break;
	case SPINRULE_WRONG_CONTEXT:
		snprintf(buffer, size, "%s released here, by '%s'", name, by ? by : "?");
		break;
	case SPINRULE_CALL_UNHELD:
	case SPINRULE_CALL_HELD:
		snprintf(buffer, size, "'%s', called here, requires %s %s", by ? by : "?", name,
			 violation->violation == SPINRULE_CALL_UNHELD ? "held" : "not held");
		break;
	case SPINRULE_ANNOTATION_MISMATCH:
		snprintf(buffer, size,
			 "'%s' returns here with %s %s, in spite of its annotation%s%s%s",
			 violation->function, name, violation->is_held ? "held" : "not held",
			 by ? " '" : "", by ? by : "", by ? "'" : "");
		break;
	case SPINRULE_UNGUARDED:
		snprintf(buffer, size,
			 is_call(function, event) ? "'%s', called here, writes what %s guards"
						  : "'%s' is written here, which %s guards",
			 by ? by : "?", name);
		break;
	case SPINRULE_LEVEL_ORDER:
		snprintf(buffer, size,
			 "%s acquired here, by '%s'; its level '%s' comes before '%s', that of %s",
			 name, by ? by : "?", violation->level, violation->after_level,
			 lock_name(violation->after, other, sizeof other));
		break;
	case SPINRULE_LOCK_ORDER:
	case SPINRULE_HOLD_TIME:
	case SPINRULE_COMPLETE_WHILE_HELD:
	case SPINRULE_UNINITIALIZED:
	case SPINRULE_FREED_HELD:
	case SPINRULE_WRONG_LEVEL:
	case SPINRULE_HANDLE_IN_USE:
		/* These occur only at run time. */
	case SPINRULE_NONE:
	case SPINRULE_VIOLATIONS:
		break;
	}
	return buffer;
}

const char *words_of_event(const struct lockprog_function *function,
			   const struct check_violation *violation, const struct path_event *event,
			   char *buffer, int size)
{
	char name[256], edge[300];

	lock_name(event->text, name, sizeof name);
	switch (event->kind) {
	case EVENT_ACQUIRED:
		snprintf(buffer, size, "%s acquired here, by '%s'", name, event->written);
		break;
	case EVENT_TRIED:
		snprintf(buffer, size, "%s acquired here, when '%s' succeeds", name,
			 event->written);
		break;
	case EVENT_TRY_FAILED:
		snprintf(buffer, size, "%s not acquired here, when '%s' fails", name,
			 event->written);
		break;
	case EVENT_RELEASED:
		snprintf(buffer, size, "%s released here, by '%s'", name, event->written);
		break;
	case EVENT_CALL:
		snprintf(buffer, size, "%s %s here, by calling '%s'", name,
			 event->call_acquires ? "acquired" : "released", event->written);
		break;
	case EVENT_ENTRY_HELD:
		snprintf(buffer, size, "'%s' is entered with %s held", violation->function, name);
		break;
	case EVENT_ENTRY_FREE:
		snprintf(buffer, size, "'%s' is entered with %s not held", violation->function,
			 name);
		break;
	case EVENT_REQUIRED:
		snprintf(buffer, size, "'%s', called here, requires %s %s", event->written, name,
			 event->call_acquires ? "held" : "not held");
		break;
	case EVENT_ASSUMED:
		snprintf(buffer, size, "%s is %s here, as '%s' says", name,
			 event->call_acquires ? "held" : "not held",
			 event->written ? event->written : "the programmer");
		break;
	case EVENT_BRANCH:
		if (lockprog_describe_edge(function, event->block, event->succ, edge, sizeof edge))
			snprintf(buffer, size, "taking the branch where %s", edge);
		else
			snprintf(buffer, size, "taking the '%s' branch",
				 event->succ == 0 ? "true" : "false");
		break;
	case EVENT_HERE:
		describe_here(function, violation, event, name, buffer, size);
		break;
	}
	return buffer;
}

bool words_are_of_call(const struct check_violation *violation, const struct path_event *event)
{
	switch (event->kind) {
	case EVENT_ACQUIRED:
	case EVENT_TRIED:
	case EVENT_TRY_FAILED:
	case EVENT_RELEASED:
	case EVENT_CALL:
	case EVENT_REQUIRED:
	case EVENT_ASSUMED:
		return true;
	case EVENT_HERE:
		return violation->violation != SPINRULE_HELD_AT_RETURN &&
		       violation->violation != SPINRULE_ANNOTATION_MISMATCH;
	case EVENT_BRANCH:
	case EVENT_ENTRY_HELD:
	case EVENT_ENTRY_FREE:
		break;
	}
	return false;
}
