/* text.c - building text in a buffer of fixed size, without a C library.
 *
 * A driver has none, and the formats of DbgPrint differ between kernels.
 *
 * SPDX-License-Identifier: MIT
 */

#include "text.h"

#include "invariant.h"

struct text text_in(char *buffer, unsigned size)
{
	struct text text = { buffer, size, 0 };

	buffer[0] = 0;
	return text;
}

void text_add_part(struct text *text, const char *words, unsigned length)
{
	spinrule_assert(text->length < text->size);
	for (unsigned i = 0; i < length && text->length + 1 < text->size; i++)
		text->start[text->length++] = words[i];
	text->start[text->length] = 0;
}

void text_add(struct text *text, const char *words)
{
	text_add_part(text, words, text_length(words));
}

/* Add NUMBER in BASE with at least DIGITS digits.  Divides 32 bits at a time: on i386
 * a division of 64 bits needs libgcc, and some drivers are linked without it. */
static void add_digits(struct text *text, unsigned long long number, unsigned base, unsigned digits)
{
	char reversed[24];
	unsigned count = 0;
	unsigned parts[4] = {
		(unsigned)(number >> 48) & 0xffff, (unsigned)(number >> 32) & 0xffff,
		(unsigned)(number >> 16) & 0xffff, (unsigned)number & 0xffff,
	};

	while (count < digits || (parts[0] | parts[1] | parts[2] | parts[3])) {
		unsigned rest = 0;

		for (int i = 0; i < 4; i++) {
			rest = rest << 16 | parts[i];
			parts[i] = rest / base;
			rest %= base;
		}
		reversed[count++] = "0123456789ABCDEF"[rest];
	}
	while (count)
		text_add_part(text, &reversed[--count], 1);
}

void text_add_number(struct text *text, unsigned long long number)
{
	add_digits(text, number, 10, 1);
}

void text_add_hex(struct text *text, unsigned long long number, unsigned digits)
{
	text_add(text, "0x");
	add_digits(text, number, 16, digits);
}

/* The length of the UTF-8 character at WORDS in bytes; 0 if it is none. */
static unsigned character_length(const unsigned char *words)
{
	unsigned length = *words < 0x80			    ? 1
			  : *words >= 0xc2 && *words < 0xe0 ? 2
			  : *words >= 0xe0 && *words < 0xf0 ? 3
			  : *words >= 0xf0 && *words < 0xf5 ? 4
							    : 0;

	for (unsigned i = 1; i < length; i++)
		if ((words[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong, a surrogate, or beyond the last code point. */
	if ((words[0] == 0xe0 && words[1] < 0xa0) || (words[0] == 0xed && words[1] > 0x9f) ||
	    (words[0] == 0xf0 && words[1] < 0x90) || (words[0] == 0xf4 && words[1] > 0x8f))
		return 0;
	return length;
}

/* True if LENGTH more bytes fit; else the text is full from now on. */
static int has_room(struct text *text, unsigned length)
{
	if (text->length + length < text->size)
		return 1;
	text->size = text->length + 1;
	return 0;
}

void text_add_json(struct text *text, const char *words)
{
	unsigned length;

	for (; *words; words += length ? length : 1) {
		length = character_length((const unsigned char *)words);
		if (*words == '"' || *words == '\\') {
			if (!has_room(text, 2))
				return;
			text_add_part(text, "\\", 1);
			text_add_part(text, words, 1);
		} else if ((unsigned char)*words < 0x20) {
			if (!has_room(text, 6))
				return;
			text_add(text, "\\u00");
			text_add_part(text, &"0123456789abcdef"[*words >> 4 & 15], 1);
			text_add_part(text, &"0123456789abcdef"[*words & 15], 1);
		} else if (length) {
			if (!has_room(text, length))
				return;
			text_add_part(text, words, length);
		} else {
			text_add_part(text, "?", 1);
		}
	}
}

void text_add_member(struct text *text, const char *name)
{
	if (text->length && text->start[text->length - 1] != '{')
		text_add(text, ",");
	text_add(text, "\"");
	text_add(text, name);
	text_add(text, "\":");
}

void text_add_string(struct text *text, const char *name, const char *value)
{
	text_add_member(text, name);
	text_add(text, "\"");
	text_add_json(text, value);
	text_add(text, "\"");
}

void text_add_name(struct text *text, const char *words)
{
	for (; *words; words++) {
		unsigned char c = (unsigned char)*words;

		if (c >= 0x20 && c != 0x7f) {
			text_add_part(text, words, 1);
			continue;
		}
		text_add(text, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\x");
		if (c != '\n' && c != '\t')
			add_digits(text, c, 16, 2);
	}
}

int text_is_full(const struct text *text)
{
	return text->length + 1 == text->size;
}

void text_end_line(struct text *text)
{
	if (text_is_full(text) && text->length)
		text->start[text->length - 1] = '\n';
}

unsigned text_length(const char *words)
{
	unsigned length = 0;

	while (words[length])
		length++;
	return length;
}

int text_is_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}
