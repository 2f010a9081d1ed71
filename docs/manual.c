/* manual.c - prints the man page spinrule(7) from the tables: arguments, options, ids, DDIs, roles.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>

#include "../runtime/rule.h"

/* TEXT as troff wants it, and without the marks of Markdown. */
static void print(const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '\\':
			printf("\\e");
			break;
		case '-':
			printf("\\-");
			break;
		case '`':
			break;
		default:
			putchar(*text);
		}
}

/* An entry of a list: the TERM, and VALUE behind it. */
static void print_term(const char *term, const char *value)
{
	printf(".TP\n\\fB");
	print(term);
	printf("\\fR");
	print(value);
	putchar('\n');
}

static void print_arguments(void)
{
	static const struct {
		const char *name, *value, *help;
	} table[] = {
#define NONE   ""
#define FILE   "[=FILE]"
#define INPUT  "=FILE"
#define OUTPUT "=FILE"
#define NUMBER "=N"
#define TYPE   "=TYPE"
#define ID     "=ID"
#define IDS    "[=ID]"
#define WORD   "=WORD"
#define SPINRULE_ARG(NAME, WORD, VALUE, HELP) { WORD, VALUE, HELP },
#include "../plugin/gcc/args.def"
	};

	printf(".SH ARGUMENTS OF THE PLUGIN\nGiven as \\-fplugin\\-arg\\-spinrule\\-\\fINAME\\fR[=\\fIVALUE\\fR].\n");
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		print_term(table[i].name, table[i].value);
		print(table[i].help);
		putchar('\n');
	}
}

static void print_options(void)
{
	static const struct {
		const char *name, *help;
	} table[] = {
#define SPINRULE_OPTION(NAME, KIND, HOSTED, KERNEL, HELP) { #NAME, HELP },
#include "../runtime/options.def"
	};

	printf(".SH OPTIONS AT RUN TIME\n"
	       "Given as name=value:name=value in the environment variable SPINRULE_OPTIONS to a program, and in the value\n"
	       "SpinruleOptions (REG_SZ) of its service's registry key to a driver.\n");
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		print_term(table[i].name, "");
		print(table[i].help);
		putchar('\n');
	}
}

/* The types of callbacks that are entered at IRQL. */
static void print_roles(enum spinrule_entry_irql irql)
{
	const char *between = "";

	print_term("IRQL at the entry: ", spinrule_entry_text(irql));
	for (const struct spinrule_role *role = spinrule_roles; role->function_type; role++) {
		if (role->irql != irql)
			continue;
		print(between);
		print(role->function_type);
		between = ",\n";
	}
	putchar('\n');
}

int main(void)
{
	printf(".TH SPINRULE 7 \"\" \"Spinrule %s\" \"Spinrule\"\n"
	       ".SH NAME\n"
	       "spinrule \\- finds spin\\-lock mistakes in Windows drivers built with GCC\n"
	       ".SH SYNOPSIS\n"
	       ".nf\n"
	       "\\fIcompiler\\fR \\-fplugin=$(spinrule \\-\\-print\\-plugin=\\fIcompiler\\fR) \\-c \\fIdriver.c\\fR\n"
	       "spinrule\\-gcc \\fIcompiler\\fR \\-c \\fIdriver.c\\fR\n"
	       ".fi\n"
	       ".SH DESCRIPTION\n"
	       "A plugin for GCC that warns while a driver is compiled, and instruments a test build. A runtime library that\n"
	       "checks every execution of it. The rule is Microsoft's SpinlockRelease: a spin lock is acquired and released in\n"
	       "strict alternation.\n",
	       SPINRULE_VERSION);
	print_arguments();
	print_options();
	printf(".SH IDS OF VIOLATIONS\n");
	for (int v = SPINRULE_NONE + 1; v < SPINRULE_VIOLATIONS; v++) {
		char code[32];

		print_term(spinrule_id(v), "");
		snprintf(code, sizeof code, " (CWE-%d)", spinrule_cwe(v));
		printf("a spin lock ");
		print(spinrule_words(v));
		print(code);
		print(spinrule_is_run_time_only(v) ? "; at run time only\n"
		      : spinrule_is_on_request(v)  ? "; on request only\n"
						   : "\n");
	}
	printf(".SH ROUTINES\n.na\n.nh\n");
	for (int i = 0; i < SPINRULE_DDIS; i++) {
		/* Rows of one routine under the names that other targets give it. */
		if (i && spinrule_ddis[i].written == spinrule_ddis[i - 1].written)
			continue;
		print(i ? ",\n" : "");
		print(spinrule_ddis[i].name);
	}
	putchar('\n');
	printf(".SH TYPES OF CALLBACKS\n.na\n.nh\n");
	for (int i = 0; i < SPINRULE_ENTRY_IRQLS; i++)
		print_roles((enum spinrule_entry_irql)i);
	printf(".SH SEE ALSO\n.BR spinrule (1),\n.BR spinrule\\-gcc (1),\n.BR spinrule\\-check (1),\n.BR spinrule\\-report (1),\n.BR gcc (1)\n");
	return ferror(stdout) != 0;
}
