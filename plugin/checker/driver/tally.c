/* tally.c - the verdict of a whole driver.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/tally.h"

#include <stdlib.h>
#include <string.h>

#include "check/print.h"
#include "lockprog/alloc.h"

static int compare_pointers(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

/* How many different DDIs the functions of UNIT call, by the names that were written. */
static int count_ddis(const struct lockprog_unit *unit)
{
	const char **names = NULL;
	int n = 0, max = 0, different = 0;

	for (int f = 0; f < unit->n_functions; f++) {
		const struct lockprog_outline *outline = unit->functions[f]->outline;

		for (int i = 0; i < outline->n_ddis; i++) {
			names = alloc_grow(names, n, &max, sizeof *names);
			names[n++] = outline->ddis[i];
		}
	}
	if (n)
		qsort(names, n, sizeof *names, compare_pointers);
	for (int i = 0; i < n; i++)
		different += i == 0 || names[i] != names[i - 1];
	free(names);
	return different;
}

void tally_count(struct tally *tally, const struct inputs *inputs,
		 const struct link_result *linked, const struct check_result *result,
		 const struct findings *findings)
{
	*tally = (struct tally){ .n_files = linked->n_inputs,
				 .n_without = inputs->n_without,
				 .n_functions = linked->n_functions,
				 .n_callbacks = linked->n_callbacks,
				 .n_without_locks = linked->n_dropped,
				 .n_ddis = count_ddis(linked->unit) };
	for (int f = 0; f < result->n_functions; f++) {
		const struct check_function_result *function = &result->functions[f];

		if (linked->unit->functions[f]->is_external)
			continue;
		tally->n_lock_ops += function->lock_ops;
		tally->n_pass += function->verdict == CHECK_PASS;
		tally->n_violating += function->verdict == CHECK_VIOLATION;
		tally->n_unknown += function->verdict == CHECK_UNKNOWN;
		tally->n_without_locks += function->verdict == CHECK_NOT_APPLICABLE;
	}
	for (int i = 0; i < findings->n; i++)
		switch (findings->list[i].violation->status) {
		case CHECK_SHOWN:
			tally->n_shown++;
			break;
		case CHECK_SILENCED:
			tally->n_hidden++;
			break;
		case CHECK_IN_BASELINE:
			tally->n_in_baseline++;
			break;
		case CHECK_REPEATED:	/* is no finding */
			break;
		}
}

const char *tally_unseen_call(struct link_result *linked, int f)
{
	const struct lockprog_function *function = linked->unit->functions[f];

	link_load(linked, f);
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &function->blocks[b].ops[i];

			if (lockprog_calls_unseen(op))
				return op->text;
		}
	return NULL;
}

static void print_counted(int n, const char *what, const char *after)
{
	printf("%d %s%s%s", n, what, n == 1 ? "" : "s", after);
}

void tally_print(const struct tally *tally, struct link_result *linked,
		 const struct check_result *result, bool all)
{
	const struct lockprog_unit *unit = linked->unit;

	if (all)
		print_verdicts(stdout, unit, result);
	printf("spinrule: driver %s: ", unit->name);
	print_counted(tally->n_files, "file", ", ");
	print_counted(tally->n_functions, "function", ", ");
	print_counted(tally->n_callbacks, "callback", ", ");
	print_counted(tally->n_lock_ops, "lock call", " of ");
	print_counted(tally->n_ddis, "DDI", ": ");
	print_counted(tally->n_shown, "violation", "");
	if (tally->n_hidden)
		printf(" (%d silenced)", tally->n_hidden);
	if (tally->n_in_baseline)
		printf(" (%d in the baseline)", tally->n_in_baseline);
	printf(", %d pass, %d unknown, %d without locks\n", tally->n_pass, tally->n_unknown,
	       tally->n_without_locks);
	for (int f = 0; f < result->n_functions && !all; f++) {
		const struct lockprog_function *function = unit->functions[f];
		const char *call;

		if (result->functions[f].verdict != CHECK_UNKNOWN || function->is_external)
			continue;
		call = tally_unseen_call(linked, f);
		printf("spinrule:   %s: unknown, because of %s", function->name,
		       reason_words(result->functions[f].why));
		if (call)
			printf("; it calls '%s', which no file has", call);
		putchar('\n');
	}
	for (int i = 0; i < linked->n_missing; i++)
		printf("spinrule:   callback '%s' is registered, and no file has it\n",
		       linked->missing[i]);
	if (!tally->n_callbacks && tally->n_lock_ops)
		puts("spinrule:   0 callbacks found, so no function is known to start with its "
		     "locks free");
}
