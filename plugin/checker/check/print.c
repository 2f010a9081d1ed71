/* print.c - prints what was checked as text.
 *
 * SPDX-License-Identifier: MIT
 */

#include "check/print.h"

#include <string.h>

/* Print NUMBER, which may have any number of digits, in short form. */
static void print_long(FILE *out, const char *number)
{
	size_t digits = strlen(number);

	if (digits > 15)
		fprintf(out, "%c.%.2se%zu", number[0], number + 1, digits - 1);
	else
		fputs(number, out);
}

static void print_paths(FILE *out, const struct check_function_result *result)
{
	if (!result->paths)
		return;
	fputs(", ", out);
	if (result->verdict == CHECK_VIOLATION && result->breaking_paths) {
		print_long(out, result->breaking_paths);
		fputs(" of ", out);
	}
	print_long(out, result->paths);
	fprintf(out, " path%s", strcmp(result->paths, "1") ? "s" : "");
}

static void print_counted(FILE *out, int n, const char *what)
{
	fprintf(out, "%d %s%s", n, what, n == 1 ? "" : "s");
}

static int count_of(const struct check_function_result *results, int n, enum check_status status)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		for (int v = 0; v < results[i].n_violations; v++)
			count += results[i].violations[v].status == status;
	return count;
}

/* Print how many violations the N functions at RESULTS have, each once, and how many of
 * them are not shown. */
static void print_violations(FILE *out, const struct check_function_result *results, int n)
{
	const int silenced = count_of(results, n, CHECK_SILENCED);
	const int known = count_of(results, n, CHECK_IN_BASELINE);

	print_counted(out, count_of(results, n, CHECK_SHOWN) + silenced + known, "violation");
	if (silenced && known)
		fprintf(out, " (%d silenced, %d in the baseline)", silenced, known);
	else if (silenced)
		fprintf(out, " (%d silenced)", silenced);
	else if (known)
		fprintf(out, " (%d in the baseline)", known);
}

static void print_verdict(FILE *out, const struct lockprog_function *function,
			  const struct check_function_result *result)
{
	fprintf(out, "spinrule:   %s: ", function->name);
	switch (result->verdict) {
	case CHECK_NOT_APPLICABLE:
		break;
	case CHECK_PASS:
		fputs("pass", out);
		break;
	case CHECK_VIOLATION:
		if (count_of(result, 1, CHECK_REPEATED) < result->n_violations)
			print_violations(out, result, 1);
		else
			fputs("violation, told of a copy of it", out);
		if (result->why)
			fprintf(out, ", the rest unknown, because of %s",
				reason_words(result->why));
		break;
	case CHECK_UNKNOWN:
		fprintf(out, "unknown, because of %s", reason_words(result->why));
		break;
	}
	fputs(" (", out);
	print_counted(out, result->lock_ops, "lock call");
	print_paths(out, result);
	if (function->role)
		fprintf(out, ", callback %s", function->role);
	fputs(")\n", out);
}

const char *print_notice(const struct lockprog_unit *unit, const struct check_result *result)
{
	int n_callbacks = 0, n_ops = 0;

	for (int i = 0; i < result->n_functions; i++) {
		n_callbacks += unit->functions[i]->role != NULL;
		n_ops += result->functions[i].lock_ops;
	}
	if (!n_ops)
		return "0 lock calls found: nothing to check";
	if (!n_callbacks)
		return "0 callbacks found, so no function is known to start with its locks free:"
		       " declare callbacks with their role types (DRIVER_DISPATCH MyRead;)";
	return NULL;
}

void print_verdicts(FILE *out, const struct lockprog_unit *unit, const struct check_result *result)
{
	for (int i = 0; i < result->n_functions; i++)
		if (result->functions[i].verdict != CHECK_NOT_APPLICABLE)
			print_verdict(out, unit->functions[i], &result->functions[i]);
}

void print_summary(FILE *out, const struct lockprog_unit *unit, const struct check_result *result)
{
	const char *notice = print_notice(unit, result);
	int n_verdicts[CHECK_UNKNOWN + 1] = { 0 }, n_functions = 0, n_callbacks = 0,
				       n_ops = 0;

	for (int i = 0; i < result->n_functions; i++) {
		if (unit->functions[i]->is_external)
			continue;
		n_functions++;
		n_verdicts[result->functions[i].verdict]++;
		n_callbacks += unit->functions[i]->role != NULL;
		n_ops += result->functions[i].lock_ops;
	}
	fprintf(out, "spinrule: %s: ", unit->name);
	print_counted(out, n_functions, "function");
	fputs(", ", out);
	print_counted(out, n_ops, "lock call");
	fputs(", ", out);
	print_counted(out, n_callbacks, "callback");
	fputs(": ", out);
	print_violations(out, result->functions, result->n_functions);
	fprintf(out, ", %d pass, %d unknown, %d without locks\n", n_verdicts[CHECK_PASS],
		n_verdicts[CHECK_UNKNOWN], n_verdicts[CHECK_NOT_APPLICABLE]);
	print_verdicts(out, unit, result);
	if (notice)
		fprintf(out, "spinrule:   %s\n", notice);
}
