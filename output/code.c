/* code.c - a line of C as code.
 *
 * SPDX-License-Identifier: MIT
 */

#include "output/code.h"

#include <string.h>

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

/* True if the SIZE bytes of WORD stand before a parenthesis in C and are no call. */
static bool is_keyword(const char *word, size_t size)
{
	static const char *const keywords[] = { "if", "while", "for", "switch", "return",
						"sizeof" };

	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (strlen(keywords[i]) == size && !memcmp(keywords[i], word, size))
			return true;
	return false;
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

size_t code_call(const char *line, size_t size, size_t at)
{
	size_t i = at;
	int depth = 0;
	char quote = 0;

	while (i < size && is_word_character(line[i]))
		i++;
	if (i == at || is_keyword(line + at, i - at))
		return 0;
	while (i < size && is_space(line[i]))
		i++;
	if (i == size || line[i] != '(')
		return 0;
	for (; i < size; i++) {
		const char c = line[i];

		if (c == '\\')
			i++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return i + 1 - at;
	}
	return 0;
}
