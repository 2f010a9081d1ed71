/* text.h - text put together in a buffer of fixed size, without a C library.
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
void text_add_hex(struct text *text, unsigned long long number, unsigned digits);	/* 0x, at least DIGITS digits */

/* WORDS as JSON has them between quotes; what is not UTF-8 becomes '?'.  Cut off between characters; the text is full then. */
void text_add_json(struct text *text, const char *words);

/* True if something may have been cut off. */
int text_is_full(const struct text *text);

/* If something may have been cut off, a newline takes the last place. */
void text_end_line(struct text *text);

/* strlen () and strcmp () == 0. */
unsigned text_length(const char *words);
int text_is_same(const char *a, const char *b);

#endif
