/* source.cc - lines of the source as code.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/source.h"

static bool
is_word_character (char c)
{
	return ISALNUM (c) || c == '_';
}

/* C and what may be before it to the end of CODE. */
static void
add_character (std::string *code, bool after_space, char c)
{
	if (after_space && !code->empty () && is_word_character (code->back ())
	    && is_word_character (c))
		*code += ' ';
	*code += c;
}

bool
source_code (const char *file, int line, bool *in_comment, std::string *code)
{
	std::string text;
	bool after_space = false;

	code->clear ();
	if (!compat_source_line (file, line, &text))
		return false;
	for (size_t i = 0; i < text.size (); i++) {
		bool is_end = *in_comment && text.compare (i, 2, "*/") == 0;
		bool is_start = !*in_comment && text.compare (i, 2, "/*") == 0;

		if (!*in_comment && text.compare (i, 2, "//") == 0)
			break;
		if (is_end || is_start) {
			*in_comment = is_start;
			i++;
		}
		if (is_end || is_start || *in_comment || ISSPACE (text[i])) {
			after_space = true;
			continue;
		}
		add_character (code, after_space, text[i]);
		after_space = false;
	}
	if (!code->empty () && (*code)[0] == '#')
		code->clear ();
	return true;
}

std::string
source_code_between (const char *file, int from, int to)
{
	bool in_comment = false;
	std::string all, code;

	for (int line = from; line <= to && source_code (file, line, &in_comment, &code); line++)
		all += code + ' ';
	return all;
}

int
source_next_code (const char *file, int line)
{
	bool in_comment = false;
	std::string code;
	int next = line + 1;

	while (source_code (file, next, &in_comment, &code)) {
		if (!code.empty ())
			return next;
		next++;
	}
	return line + 1;
}
