/* text.h - building text in a buffer of fixed size, without a C library.
 *
 * Text that does not fit is cut off; the buffer always ends in a zero.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_TEXT_H
#define SPINRULE_TEXT_H

struct text {
	char *start;
	unsigned size, length;
};

/* An empty text in BUFFER of SIZE bytes, at least 1. */
struct text text_in(char *buffer, unsigned size);

/* Each adds to the end of TEXT. */
void text_add(struct text *text, const char *words);
void text_add_part(struct text *text, const char *words, unsigned length);
void text_add_number(struct text *text, unsigned long long number);
/* "0x" and at least DIGITS digits. */
void text_add_hex(struct text *text, unsigned long long number, unsigned digits);

/* Add WORDS, a name of the source, with \n, \t and \xNN for control characters. */
void text_add_name(struct text *text, const char *words);

/* Add WORDS escaped as in a string of JSON, with '?' for bytes that are not UTF-8.  If
 * they do not fit they are cut off between characters, and the text is full. */
void text_add_json(struct text *text, const char *words);

/* Add "NAME": of a member of a JSON object, and a comma before it unless it is the
 * first. */
void text_add_member(struct text *text, const char *name);

/* The same with VALUE, a string. */
void text_add_string(struct text *text, const char *name, const char *value);

/* True if something may have been cut off. */
int text_is_full(const struct text *text);

/* If something may have been cut off, replace the last character by a newline. */
void text_end_line(struct text *text);

/* strlen () and strcmp () == 0. */
unsigned text_length(const char *words);
int text_is_same(const char *a, const char *b);

#endif
