/* table.c - reads tables of one's own.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/table.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/lockprog.h"
#include "lockprog/text.h"

enum { MAX_ARGUMENT = 16, MAX_LINE = 1000 };

static struct spinrule_own own;
static int max_ddis, max_groups;

/* One row that is being read. */
struct row {
	const char *file;		/* NULL: the row of a lock program */
	int line;
	const char *text, *at;
	struct spinrule_ddi ddi;
	const char *pair;
	bool nests;
	unsigned columns;		/* those that were read, a bit each */
	char *error;			/* malloc'ed; set once */
};

__attribute__((format(printf, 3, 4))) static void fail(struct row *row, const char *at,
						       const char *format, ...)
{
	va_list list;
	char *what;

	if (row->error)
		return;
	va_start(list, format);
	what = alloc_text_list(format, list);
	va_end(list);
	row->error = row->file ? alloc_text("%s:%d:%d: %s", row->file, row->line,
					    (int)(at - row->text) + 1, what)
			       : alloc_text("%s", what);
	free(what);
}

/* ---- columns ---- */

static int argument(struct row *row, const char *at, const char *value)
{
	char *end;
	long number = strtol(value, &end, 10);

	if (*end || end == value || number < 1 || number > MAX_ARGUMENT) {
		fail(row, at, "'%s' is no number of an argument: 1 to %d", value, MAX_ARGUMENT);
		return SPINRULE_NO_ARG;
	}
	return (int)number - 1;
}

/* The number of VALUE among the N WORDS. */
static int choice(struct row *row, const char *at, const char *value, const char *const *words,
		  int n)
{
	char list[100] = "";

	for (int i = 0; i < n; i++) {
		if (!strcmp(value, words[i]))
			return i;
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
			 i ? " or " : "", words[i]);
	}
	fail(row, at, "'%s' is not %s", value, list);
	return 0;
}

static void set_irql(struct row *row, const char *at, enum spinrule_irql how, int arg)
{
	if (row->ddi.irql != SPINRULE_IRQL_NONE)
		fail(row, at, "a row has one of 'saves' and 'gives'");
	row->ddi.irql = how;
	row->ddi.irql_arg = arg;
}

#define OP(NAME) (1u << SPINRULE_OP_##NAME)

/* The columns, and of which ops they are: what saves or gives a state is checked with the
 * whole row. */
static const struct {
	const char *name;
	unsigned ops;
} columns[] = {
	{ "lock", ~OP(LEAVE) },
	{ "handle", OP(ACQUIRE) | OP(TRY) | OP(RELEASE) },
	{ "global", ~OP(LEAVE) },
	{ "saves", ~0u },
	{ "gives", ~0u },
	{ "release", OP(ACQUIRE) | OP(TRY) },
	{ "pair", OP(ACQUIRE) | OP(TRY) | OP(RELEASE) },
	{ "as", ~0u },
	{ "kind", OP(ACQUIRE) | OP(TRY) },
	{ "success", OP(TRY) },
};

/* True if the column NAME at AT is of ROW's op and is there once. */
static bool may_have_column(struct row *row, const char *at, const char *name)
{
	for (unsigned i = 0; i < sizeof columns / sizeof *columns; i++) {
		if (strcmp(name, columns[i].name))
			continue;
		if (row->columns >> i & 1)
			fail(row, at, "'%s' is there already", name);
		else if (!(columns[i].ops >> row->ddi.op & 1))
			fail(row, at, "'%s' is no column of '%s'", name,
			     lockprog_op_words[row->ddi.op]);
		row->columns |= 1u << i;
		return !row->error;
	}
	fail(row, at,
	     "unknown column '%s'; there are lock, handle, global, saves, gives, release, "
	     "pair, as, kind, success",
	     name);
	return false;
}

static void set_column(struct row *row, const char *at, const char *name, const char *value)
{
	static const char *const kinds[] = { "plain", "shared", "recursive" };
	static const char *const successes[] = { "nonzero", "zero" };
	struct spinrule_ddi *ddi = &row->ddi;

	if (!may_have_column(row, at, name))
		return;
	if (!strcmp(name, "lock"))
		ddi->lock = argument(row, at, value);
	else if (!strcmp(name, "handle"))
		ddi->handle = argument(row, at, value);
	else if (!strcmp(name, "global"))
		ddi->global = lockprog_string(value);
	else if (!strcmp(name, "saves") && !strcmp(value, "returned"))
		set_irql(row, at, SPINRULE_IRQL_RETURNED, SPINRULE_NO_ARG);
	else if (!strcmp(name, "saves"))
		set_irql(row, at, SPINRULE_IRQL_THROUGH, argument(row, at, value));
	else if (!strcmp(name, "gives"))
		set_irql(row, at, SPINRULE_IRQL_GIVEN, argument(row, at, value));
	else if (!strcmp(name, "release"))
		ddi->release = lockprog_string(value);
	else if (!strcmp(name, "pair"))
		row->pair = lockprog_string(value);
	else if (!strcmp(name, "as"))
		ddi->written = lockprog_string(value);
	else if (!strcmp(name, "kind"))
		row->nests = choice(row, at, value, kinds, 3) > 0;
	else
		ddi->succeeds_with_zero = choice(row, at, value, successes, 2);
}

/* ---- words ---- */

/* The next word of ROW into WORD, without the quotes around a part of it; false at the
 * end. */
static bool next_word(struct row *row, char word[MAX_LINE], const char **start)
{
	bool is_quoted = false;
	int n = 0;

	row->at += strspn(row->at, " \t\r\n");
	*start = row->at;
	if (!*row->at || *row->at == '#')
		return false;
	while (*row->at && (is_quoted || !strchr(" \t\r\n", *row->at))) {
		if (*row->at == '"')
			is_quoted = !is_quoted;
		else if (n < MAX_LINE - 1)
			word[n++] = *row->at;
		row->at++;
	}
	if (is_quoted)
		fail(row, *start, "the quote does not end");
	word[n] = '\0';
	return true;
}

static bool is_identifier(const char *word)
{
	if (isdigit((unsigned char)*word))
		return false;
	while (isalnum((unsigned char)*word) || *word == '_' || *word == '$')
		word++;
	return !*word;
}

static void read_op(struct row *row)
{
	const char *end = row->at, *start;
	char word[MAX_LINE];

	if (!next_word(row, word, &start)) {
		fail(row, end, "what '%s' does is missing: acquire, try, release, init, momentary",
		     row->ddi.name);
		return;
	}
	for (int op = 0; op < SPINRULE_OPS; op++)
		if (!strcmp(word, lockprog_op_words[op])) {
			row->ddi.op = (enum spinrule_op)op;
			return;
		}
	fail(row, start, "'%s' is none of acquire, try, release, init, momentary, convert, leave",
	     word);
}

/* ---- a whole row ---- */

static bool acquires(const struct spinrule_ddi *ddi)
{
	return ddi->op == SPINRULE_OP_ACQUIRE || ddi->op == SPINRULE_OP_TRY;
}

/* Columns that contradict each other. */
static void check_row(struct row *row)
{
	const struct spinrule_ddi *ddi = &row->ddi;
	const bool has_lock = ddi->lock >= 0 || ddi->global;

	if (ddi->lock >= 0 && ddi->global)
		fail(row, row->text, "the lock of '%s' is an argument or global, not both",
		     ddi->name);
	else if (ddi->op != SPINRULE_OP_LEAVE && !has_lock &&
		 !(ddi->op == SPINRULE_OP_RELEASE && ddi->handle >= 0))
		fail(row, row->text, "'%s' has no lock: lock=N or global=NAME", ddi->name);
	else if (ddi->irql == SPINRULE_IRQL_GIVEN && ddi->op != SPINRULE_OP_RELEASE)
		fail(row, row->text, "'%s' is no release: it gives nothing back", ddi->name);
	else if (ddi->irql != SPINRULE_IRQL_GIVEN && ddi->irql != SPINRULE_IRQL_NONE &&
		 ddi->op != SPINRULE_OP_ACQUIRE)
		fail(row, row->text, "'%s' is no acquire: it saves nothing", ddi->name);
	else if (ddi->op == SPINRULE_OP_CONVERT)
		fail(row, row->text, "a table has no conversions");
	else if (acquires(ddi) && !ddi->release)
		fail(row, row->text, "'%s' does not say what releases it: release=NAME",
		     ddi->name);
}

/* The group of acquires and releases that pair as NAME. */
static int group_of(const char *name)
{
	for (int i = 0; i < own.n_groups; i++)
		if (!strcmp(own.groups[i].name, name))
			return i;
	own.groups = alloc_grow(own.groups, own.n_groups, &max_groups, sizeof *own.groups);
	own.groups[own.n_groups] = (struct spinrule_own_group){ .name = name };
	return own.n_groups++;
}

static void set_group(struct row *row)
{
	struct spinrule_ddi *ddi = &row->ddi;
	struct spinrule_own_group *group;
	int number;

	if (!acquires(ddi) && ddi->op != SPINRULE_OP_RELEASE)
		return;
	if (!row->pair)
		row->pair = ddi->op == SPINRULE_OP_RELEASE ? ddi->written : ddi->release;
	if (!strcmp(row->pair, "any"))
		return;
	number = group_of(row->pair);
	ddi->group = (enum spinrule_group)(SPINRULE_GROUPS + number);
	if (!acquires(ddi))
		return;
	group = &own.groups[number];
	group->nests |= row->nests;
	group->is_by_handle |= ddi->handle >= 0;
	/* Who can reach the lock can release it. */
	group->keeps_irql |= ddi->irql == SPINRULE_IRQL_NONE && ddi->handle < 0;
	if (ddi->irql != SPINRULE_IRQL_NONE)
		group->level = SPINRULE_RAISES;
}

/* The words of TEXT with one space between two: a shared string. */
static const char *canonical(const char *text)
{
	char *copy = alloc_zeroed(strlen(text) + 1);
	const char *shared;
	int n = 0;

	for (const char *at = text; *at && *at != '#'; at++) {
		bool is_space = strchr(" \t\r\n", *at);

		if (!is_space)
			copy[n++] = *at;
		else if (n && copy[n - 1] != ' ')
			copy[n++] = ' ';
	}
	while (n && copy[n - 1] == ' ')
		n--;
	copy[n] = '\0';
	shared = lockprog_string(copy);
	free(copy);
	return shared;
}

/* Read ROW, a line of a table; NULL if it is empty or wrong. */
static const struct spinrule_ddi *read_row(struct row *row)
{
	struct spinrule_ddi *ddi;
	char word[MAX_LINE];
	const char *start;

	row->at = row->text;
	row->ddi = (struct spinrule_ddi){ .lock = SPINRULE_NO_ARG,
					  .handle = SPINRULE_NO_ARG,
					  .irql_arg = SPINRULE_NO_ARG,
					  .kind = SPINRULE_NO_ARG,
					  .params = SPINRULE_NO_ARG };
	if (!next_word(row, word, &start))
		return NULL;
	if (!is_identifier(word))
		fail(row, start, "'%s' is no name of a function", word);
	row->ddi.name = row->ddi.written = lockprog_string(word);
	read_op(row);
	while (!row->error && next_word(row, word, &start)) {
		char *equals = strchr(word, '=');

		if (!equals || !equals[1]) {
			fail(row, start, "'%s' is no column: NAME=VALUE", word);
			break;
		}
		*equals = '\0';
		set_column(row, start, word, equals + 1);
	}
	if (!row->error)
		check_row(row);
	if (row->error)
		return NULL;
	row->ddi.row = canonical(row->text);
	for (int i = 0; i < own.n_ddis; i++)
		if (!strcmp(own.ddis[i]->row, row->ddi.row))
			return own.ddis[i];
	set_group(row);
	own.ddis = alloc_grow(own.ddis, own.n_ddis, &max_ddis, sizeof *own.ddis);
	ddi = alloc_zeroed(sizeof *ddi);
	*ddi = row->ddi;
	own.ddis[own.n_ddis++] = ddi;
	spinrule_set_own(&own);
	return ddi;
}

const struct spinrule_ddi *table_row(const char *text)
{
	struct row row = { .text = text };
	const struct spinrule_ddi *ddi = read_row(&row);

	free(row.error);
	return ddi;
}

const struct spinrule_ddi *table_find(const char *name)
{
	return strchr(name, ' ') ? table_row(name) : spinrule_ddi_by_name(name);
}

bool table_read(const char *path, char **error)
{
	FILE *in = fopen(path, "r");
	struct row row = { .file = path };
	char line[MAX_LINE];

	if (!in) {
		*error = alloc_text("%s: %s", path, strerror(errno));
		return false;
	}
	while (!row.error && fgets(line, sizeof line, in)) {
		const int before = own.n_ddis;
		const struct spinrule_ddi *ddi;

		row = (struct row){ .file = path, .line = row.line + 1, .text = line };
		ddi = read_row(&row);
		for (int i = 0; ddi && i < before; i++)
			if (ddi != own.ddis[i] && !strcmp(own.ddis[i]->name, ddi->name))
				fail(&row, line, "'%s' has another row already", ddi->name);
	}
	if (ferror(in) && !row.error)
		row.error = alloc_text("%s: %s", path, strerror(errno));
	fclose(in);
	*error = row.error;
	return !row.error;
}
