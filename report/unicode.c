/* unicode.c - text of unknown origin.
 *
 * SPDX-License-Identifier: MIT
 */

#include "unicode.h"

#include <stdlib.h>
#include <string.h>

unsigned unicode_next(const char **text, const char *end)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)*text;
	size_t left = (size_t)(end - *text), length;
	unsigned character = bytes[0];

	++*text;
	if (character < 0x80)
		return character;
	if (character >= 0xF0 && character < 0xF5)
		length = 4, character &= 0x07;
	else if (character >= 0xE0 && character < 0xF0)
		length = 3, character &= 0x0F;
	else if (character >= 0xC2 && character < 0xE0)
		length = 2, character &= 0x1F;
	else
		return UNICODE_REPLACEMENT;
	if (length > left)
		return UNICODE_REPLACEMENT;
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return UNICODE_REPLACEMENT;
		character = character << 6 | (bytes[i] & 0x3F);
	}
	if (character < least[length] || character > 0x10FFFF ||
	    (character >= 0xD800 && character < 0xE000))
		return UNICODE_REPLACEMENT;
	*text += length - 1;
	return character;
}

bool unicode_is_hidden(unsigned character)
{
	return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x061C ||
	       (character >= 0x200B && character <= 0x200F) ||
	       (character >= 0x2028 && character <= 0x202E) ||
	       (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF ||
	       character >= 0xE0000 || (character & 0xFFFE) == 0xFFFE ||
	       (character >= 0xFDD0 && character <= 0xFDEF);
}

char *unicode_repair(char *text, size_t *length)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	const char *at = text, *end = text + *length;
	char *copy, *to;

	while (at < end) {
		const char *from = at;

		if (unicode_next(&at, end) == UNICODE_REPLACEMENT && at - from == 1)
			break;
		if (at == end)
			return text;
	}
	if (at >= end && !*length)
		return text;
	copy = malloc(3 * *length + 1);
	if (!copy)
		return NULL;
	to = copy;
	for (at = text; at < end;) {
		const char *from = at;

		if (unicode_next(&at, end) == UNICODE_REPLACEMENT && at - from == 1) {
			memcpy(to, replacement, 3);
			to += 3;
		} else {
			memcpy(to, from, at - from);
			to += at - from;
		}
	}
	*to = '\0';
	*length = (size_t)(to - copy);
	return copy;
}
