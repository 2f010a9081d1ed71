/* where.c - files of the source as addresses.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/where.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/code.h"
#include "output/file.h"

/* NAME without "." and "..", as if no folder were a link. */
static void simplify(char *name)
{
	char *to = name;

	for (char *from = name; *from;) {
		char *end;

		while (*from == '/')
			from++;
		end = strchrnul(from, '/');
		if (end - from == 2 && from[0] == '.' && from[1] == '.') {
			while (to > name && *--to != '/')
				;
		} else if (end > from && !(end - from == 1 && from[0] == '.')) {
			*to++ = '/';
			memmove(to, from, end - from);
			to += end - from;
		}
		from = end;
	}
	if (to == name)
		*to++ = '/';
	*to = 0;
}

char *where_real(const char *file, const char *directory)
{
	char *here = directory ? NULL : getcwd(NULL, 0);
	const char *folder = directory ? directory : here ? here : "";
	const bool is_relative = file[0] != '/';
	char *joined, *real;

	if (asprintf(&joined, "%s%s%s", is_relative ? folder : "", is_relative ? "/" : "",
		     file) < 0)
		abort();
	free(here);
	real = realpath(joined, NULL);
	if (real) {
		free(joined);
		return real;
	}
	simplify(joined);
	return joined;
}

static bool is_root(const char *folder)
{
	static const char *const marks[] = { ".git", ".hg", ".svn", "_darcs", ".bzr" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		char *mark;
		bool is_there;

		if (asprintf(&mark, "%s/%s", folder, marks[i]) < 0)
			abort();
		is_there = !access(mark, F_OK);
		free(mark);
		if (is_there)
			return true;
	}
	return false;
}

char *where_root(const char *start)
{
	char *folder = where_real(start, NULL);

	for (char *slash = folder + strlen(folder); slash;) {
		*slash = 0;
		if (is_root(folder) && folder[0])
			return folder;
		slash = strrchr(folder, '/');
	}
	free(folder);
	return where_real(".", NULL);
}

/* TEXT as part of an address; malloc'ed. */
static char *escaped(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._~/+,=@!$&'()*;";
	char *made = malloc(3 * strlen(text) + 1), *to = made;

	if (!made)
		abort();
	for (; *text; text++)
		if (strchr(plain, *text))
			*to++ = *text;
		else
			to += sprintf(to, "%%%02X", (unsigned char)*text);
	*to = 0;
	return made;
}

char *where_address(const char *real, const char *root, bool *is_inside)
{
	const size_t length = strlen(root);
	char *path, *address;

	*is_inside = !strncmp(real, root, length) && real[length] == '/';
	path = escaped(*is_inside ? real + length + 1 : real);
	if (*is_inside)
		return path;
	if (asprintf(&address, "file://%s", path) < 0)
		abort();
	free(path);
	return address;
}

/* Line LINE of REAL, which no zero ends, or NULL. */
static const char *line_of(const char *real, int line)
{
	/* Findings of one file come one after the other. */
	static char *last, *text;
	const char *at;

	if (!last || strcmp(last, real) != 0) {
		free(last);
		free(text);
		last = strdup(real);
		free(file_read(real, &text, &(size_t){ 0 }));
	}
	at = text;
	for (int i = 1; i < line && at; i++) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return at;
}

int where_column(const char *real, int line, int column)
{
	const char *at = line_of(real, line);
	int number = 1;

	if (!at)
		return column;
	/* Bytes that go on with a character of UTF-8 are not counted. */
	for (int i = 1; i < column && *at && *at != '\n'; i++)
		number += (*++at & 0xC0) != 0x80;
	return number;
}

int where_end(const char *real, int line, int column)
{
	const char *at = line_of(real, line);
	const size_t size = at ? strcspn(at, "\n") : 0;
	const size_t length = (size_t)column <= size ? code_call(at, size, column - 1) : 0;

	return length ? where_column(real, line, column + (int)length) : 0;
}
