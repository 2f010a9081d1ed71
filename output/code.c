/* code.c - a line of C as code.
 *
 * SPDX-License-Identifier: MIT
 */

#include "output/code.h"

/* Whatever the locale says. */
static bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool starts(const char *line, size_t at, size_t size, char second)
{
	return at + 1 < size && line[at + 1] == second;
}

void code_of_line(const char *line, size_t size, bool *in_comment, char *code)
{
	bool after_space = false;
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		const bool is_end = *in_comment && line[i] == '*' && starts(line, i, size, '/');
		const bool is_start = !*in_comment && line[i] == '/' && starts(line, i, size, '*');

		if (!*in_comment && line[i] == '/' && starts(line, i, size, '/'))
			break;
		if (is_end || is_start) {
			*in_comment = is_start;
			i++;
		}
		if (is_end || is_start || *in_comment || is_space(line[i])) {
			after_space = true;
			continue;
		}
		if (after_space && n && is_word_character(code[n - 1]) &&
		    is_word_character(line[i]))
			code[n++] = ' ';
		code[n++] = line[i];
		after_space = false;
	}
	code[n && code[0] == '#' ? 0 : n] = 0;
}
