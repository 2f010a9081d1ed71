/* why.c - why a function of a driver has its verdict.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/why.h"

#include <stdlib.h>
#include <string.h>

#include "check/words.h"
#include "lockprog/alloc.h"

/* Callees in callees that are named, and calls of one function. */
enum { MAX_CHAIN = 20, MAX_CALLS = 5 };

static void print_place(const struct lockprog_place *place)
{
	if (place->file)
		printf("%s:%d:%d: ", place->file, place->line, place->column);
}

/* Print the calls in function number F of functions that no file has.  Returns how many
 * there are. */
static int print_unseen(const struct link_result *linked, int f)
{
	const struct lockprog_function *function = linked->unit->functions[f];
	int n = 0;

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (!lockprog_calls_unseen(op) || n++ >= MAX_CALLS)
				continue;
			printf("  ");
			print_place(&op->place);
			printf("it calls '%s', which no file has\n", op->text);
		}
	return n;
}

/* The first callee of function number F that is unknown itself, and that is not in SEEN;
 * *BY is the call.  Or -1. */
static int unknown_callee(const struct link_result *linked, const struct check_result *result,
			  int f, const bool *seen, const struct lockprog_op **by)
{
	const struct lockprog_function *function = linked->unit->functions[f];

	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			*by = op;
			if (op->kind == LOCKPROG_CALL && op->callee >= 0 && !seen[op->callee] &&
			    result->functions[op->callee].why)
				return op->callee;
		}
	return -1;
}

static void print_remedy(enum reason reason, bool has_unseen)
{
	const char *class_ = reason_class_word(reason);

	if (has_unseen)
		puts("  would decide it: the files that have these functions; or annotations that "
		     "say what they do to locks (_Acquires_lock_, _Releases_lock_)");
	else if (class_ && !strcmp(class_, "budget"))
		puts("  would decide it: --max-states and --max-steps with larger numbers, or "
		     "smaller functions");
	else if (class_ && !strcmp(class_, "alias"))
		puts("  would decide it: one name for the lock from its acquire to its release; or "
		     "_Analysis_assume_lock_held_ before the release");
	else if (class_ && !strcmp(class_, "irreducible"))
		puts("  would decide it: annotations on the function, whose body is not followed");
	else
		puts("  would decide it: annotations on what it calls, that say what that does to "
		     "locks");
}

/* Function number F is unknown: follow that to where it began. */
static void print_unknown(struct link_result *linked, const struct check_result *result, int f)
{
	bool *seen = alloc_zeroed(linked->unit->n_functions + 1);
	int n_unseen = 0;

	for (int depth = 0; depth < MAX_CHAIN; depth++) {
		const struct lockprog_op *by;
		int callee;

		link_load(linked, f);
		seen[f] = true;
		n_unseen = print_unseen(linked, f);
		callee = n_unseen ? -1 : unknown_callee(linked, result, f, seen, &by);
		if (callee < 0)
			break;
		printf("  ");
		print_place(&by->place);
		printf("it calls '%s', which is unknown, because of %s\n",
		       linked->unit->functions[callee]->name,
		       reason_words(result->functions[callee].why));
		f = callee;
	}
	print_remedy(result->functions[f].why, n_unseen > 0);
	free(seen);
}

static void print_verdict(struct link_result *linked, const struct check_result *result, int f)
{
	const struct lockprog_function *function = linked->unit->functions[f];
	const struct check_function_result *found = &result->functions[f];

	print_place(&function->place);
	printf("'%s' ", function->name);
	if (function->is_external) {
		puts("has annotations and no body");
	} else if (found->why) {
		printf("is unknown, because of %s\n", reason_words(found->why));
		print_unknown(linked, result, f);
	} else if (found->verdict == CHECK_PASS) {
		printf("passes: no path of it breaks the rule; %d lock call%s in it%s%s\n",
		       found->lock_ops, found->lock_ops == 1 ? "" : "s",
		       function->role ? ", callback " : "", function->role ? function->role : "");
	} else if (found->verdict == CHECK_NOT_APPLICABLE) {
		puts("touches no lock, nor does what it calls");
	}
	link_load(linked, f);
	for (int v = 0; v < found->n_violations; v++) {
		char words[600];

		printf("%s", v || found->why ? "  " : "breaks the rule: ");
		print_place(&found->violations[v].place);
		printf("%s [-Wspinrule-%s]\n",
		       words_of_violation(&found->violations[v], words, sizeof words),
		       spinrule_id(found->violations[v].violation));
	}
}

bool why_print(struct link_result *linked, const struct check_result *result, const char *name)
{
	bool is_there = false;

	for (int f = 0; f < linked->unit->n_functions; f++)
		if (!strcmp(linked->unit->functions[f]->name, name)) {
			print_verdict(linked, result, f);
			is_there = true;
		}
	if (!is_there)
		fprintf(stderr,
			"spinrule-check: the driver has no function '%s' that matters to a lock\n",
			name);
	return is_there;
}
