/* code.h - a line of C as code: without comments, and with no more white space than the
 * language needs; and calls in it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_CODE_H
#define OUTPUT_CODE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The code of the SIZE bytes of LINE; none of a directive.  *IN_COMMENT is true if the
 * line starts in a comment, and becomes true if the next one does.  CODE has room for
 * SIZE + 1 bytes. */
void code_of_line(const char *line, size_t size, bool *in_comment, char *code);

/* The number of bytes of the call that starts in byte AT of the SIZE bytes of LINE: a
 * name and what is in parentheses behind it; 0 if none starts there, or it ends in
 * another line. */
size_t code_call(const char *line, size_t size, size_t at);

#ifdef __cplusplus
}
#endif

#endif
