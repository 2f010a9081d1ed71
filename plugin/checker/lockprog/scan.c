/* scan.c - tokens, names, numbers, types and places of the text form of lock programs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/scan.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/text.h"
#include "lockprog/alloc.h"

static const struct lockprog_type type_s32 = { 32, true, false };

void scan_fail(struct scan *scan, const char *format, ...)
{
	char what[300];
	va_list list;
	int size;

	if (scan->error)
		return;
	va_start(list, format);
	vsnprintf(what, sizeof what, format, list);
	va_end(list);
	/* The message is one line, whatever characters the text has. */
	for (char *c = what; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	size = snprintf(NULL, 0, "%s:%d: %s", scan->name, scan->line, what) + 1;
	scan->error = alloc_zeroed(size);
	snprintf(scan->error, size, "%s:%d: %s", scan->name, scan->line, what);
}

static void word_set(struct scan *scan, size_t i, char c)
{
	if (i >= scan->max_word) {
		scan->max_word = 2 * i + 64;
		scan->word = realloc(scan->word, scan->max_word);
		if (!scan->word)
			alloc_exhausted();
	}
	scan->word[i] = c;
}

void scan_next(struct scan *scan)
{
	static const char *const signs[] = { "->", "..", "<<", ">>", "==", "!=", "<=", ">=" };
	size_t n = 0;

	while (*scan->at && isspace((unsigned char)*scan->at))
		scan->at++;
	scan->token_start = scan->at;
	if (!*scan->at || *scan->at == '#' || scan->error) {
		scan->token = TOKEN_END;
		word_set(scan, 0, 0);
		return;
	}
	if (*scan->at == '\'') {
		scan->token = TOKEN_QUOTED;
		for (scan->at++; *scan->at && *scan->at != '\''; scan->at++) {
			if (*scan->at == '\\' && scan->at[1])
				scan->at++;
			word_set(scan, n++, *scan->at);
		}
		word_set(scan, n, 0);
		if (*scan->at != '\'')
			scan_fail(scan, "a quote is not closed");
		else
			scan->at++;
		return;
	}
	if (isdigit((unsigned char)*scan->at)) {
		char *end;

		scan->token = TOKEN_NUMBER;
		errno = 0;
		scan->number = (long long)strtoull(scan->at, &end, 0);
		if (errno)
			scan_fail(scan, "a number of more than 64 bits");
		scan->at = end;
		return;
	}
	if (isalpha((unsigned char)*scan->at) || *scan->at == '_' || *scan->at == '$' ||
	    *scan->at == '@') {
		scan->token = TOKEN_NAME;
		while (lockprog_is_name_char((unsigned char)*scan->at)) {
			if (scan->at[0] == '.' && scan->at[1] == '.')
				break;
			word_set(scan, n++, *scan->at++);
		}
		word_set(scan, n, 0);
		return;
	}
	scan->token = TOKEN_SIGN;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (!strncmp(scan->at, signs[i], 2)) {
			word_set(scan, 0, scan->at[0]);
			word_set(scan, 1, scan->at[1]);
			word_set(scan, 2, 0);
			scan->at += 2;
			return;
		}
	word_set(scan, 0, *scan->at++);
	word_set(scan, 1, 0);
}

bool scan_is(struct scan *scan, const char *word)
{
	return (scan->token == TOKEN_NAME || scan->token == TOKEN_SIGN) &&
	       !strcmp(scan->word, word);
}

bool scan_accept(struct scan *scan, const char *word)
{
	if (!scan_is(scan, word))
		return false;
	scan_next(scan);
	return true;
}

void scan_expect(struct scan *scan, const char *word)
{
	if (!scan_accept(scan, word))
		scan_fail(scan, "'%s' expected at '%.40s'", word, scan->token_start);
}

bool scan_is_defined(const struct scan *scan)
{
	const char *c = scan->at;

	while (*c == ' ' || *c == '\t')
		c++;
	return *c == '=' || *c == ':';
}

bool scan_at_name(const struct scan *scan)
{
	return scan->token == TOKEN_NAME || scan->token == TOKEN_QUOTED;
}

const char *scan_name(struct scan *scan)
{
	const char *name;

	if (!scan_at_name(scan)) {
		scan_fail(scan, "a name expected at '%.40s'", scan->token_start);
		return "";
	}
	name = lockprog_string(scan->word);
	scan_next(scan);
	return name;
}

long long scan_number(struct scan *scan)
{
	bool negative = scan_accept(scan, "-");
	long long number = scan->number;

	if (scan->token != TOKEN_NUMBER) {
		scan_fail(scan, "a number expected at '%.40s'", scan->token_start);
		return 0;
	}
	scan_next(scan);
	return negative ? (long long)(0ull - (unsigned long long)number) : number;
}

struct lockprog_type scan_type(struct scan *scan)
{
	char kind = scan->word[0];
	int bits = 0, n = 1;

	while (scan->token == TOKEN_NAME && n < 4 && isdigit((unsigned char)scan->word[n]))
		bits = 10 * bits + scan->word[n++] - '0';
	if (n == 1 && kind == 'p')
		bits = 64;
	if (scan->token != TOKEN_NAME || !strchr("sup", kind) || scan->word[n] || bits < 1 ||
	    bits > 64) {
		scan_fail(scan, "a type (s32, u8, p) expected at '%.40s'", scan->token_start);
		return type_s32;
	}
	scan_next(scan);
	return (struct lockprog_type){ bits, kind == 's', kind == 'p' };
}

/* Read a line or column number. */
static int scan_small_number(struct scan *scan)
{
	long long number = scan_number(scan);

	if (number < 0 || number > INT_MAX) {
		scan_fail(scan, "no line or column has the number %lld", number);
		return 0;
	}
	return (int)number;
}

struct lockprog_place scan_place(struct scan *scan)
{
	struct lockprog_place place = { lockprog_string(scan->name), scan->line, 0, scan->line };
	char *file;
	int n = 0;

	if (!scan_is(scan, "at"))
		return place;
	/* A file name is no token: read it from the line itself. */
	while (isspace((unsigned char)*scan->at))
		scan->at++;
	if (*scan->at == '\'') {
		scan_next(scan);
		place.file = lockprog_string(scan->word);
	} else {
		const char *colon, *end = scan->at + strcspn(scan->at, " \t\n;");

		for (colon = end; colon > scan->at && n < 2; )
			if (*--colon == ':')
				n++;
		file = alloc_zeroed(colon - scan->at + 1);
		memcpy(file, scan->at, colon - scan->at);
		place.file = lockprog_string(file);
		free(file);
		scan->at = colon;
	}
	scan_next(scan);
	scan_expect(scan, ":");
	place.line = scan_small_number(scan);
	scan_expect(scan, ":");
	place.column = scan_small_number(scan);
	return place;
}
