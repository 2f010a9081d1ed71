/* unicode.h - text of unknown origin: UTF-8 that may be broken, characters that may not be shown as they are.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef UNICODE_H
#define UNICODE_H

#include <stdbool.h>
#include <stddef.h>

enum { UNICODE_REPLACEMENT = 0xFFFD };

/* The character at *TEXT, which ends at END and is not empty; *TEXT moves behind it.  A byte
 * that begins no character is UNICODE_REPLACEMENT. */
unsigned unicode_next(const char **text, const char *end);

/* True for what would change the text around it or the terminal: controls, and marks that turn the
 * direction of writing.  Such a character is shown as its number. */
bool unicode_is_hidden(unsigned character);

/* TEXT of *LENGTH bytes itself where it is UTF-8, else a copy with the broken bytes replaced, to be freed.
 * *LENGTH becomes the copy's.  NULL: out of memory. */
char *unicode_repair(char *text, size_t *length);

#endif
