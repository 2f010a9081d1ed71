/* unicode.h - text of unknown origin: invalid UTF-8, and characters that must not be
 * shown as they are.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef UNICODE_H
#define UNICODE_H

#include <stdbool.h>
#include <stddef.h>

enum { UNICODE_REPLACEMENT = 0xFFFD };

/* Read the character at *TEXT, which ends at END and is not empty, and move *TEXT
 * behind it.  A byte that begins no character is read as UNICODE_REPLACEMENT. */
unsigned unicode_next(const char **text, const char *end);

/* True if CHARACTER would change the text around it or the terminal: control
 * characters, and marks that change the direction of writing.  It is shown as its
 * number. */
bool unicode_is_hidden(unsigned character);

/* TEXT of *LENGTH bytes if it is valid UTF-8, else a copy with the invalid bytes
 * replaced, which the caller frees; *LENGTH becomes the copy's.  NULL: out of memory. */
char *unicode_repair(char *text, size_t *length);

#endif
