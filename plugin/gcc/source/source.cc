/* source.cc - lines of the source as code.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "output/code.h"
#include "source/source.h"

bool
source_code (const char *file, int line, bool *in_comment, std::string *code)
{
	std::string text;

	code->clear ();
	if (!compat_source_line (file, line, &text))
		return false;

	std::vector<char> made (text.size () + 1);
	code_of_line (text.data (), text.size (), in_comment, made.data ());
	*code = made.data ();
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
