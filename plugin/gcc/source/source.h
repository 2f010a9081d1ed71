/* source.h - lines of the source as code: without comments, and with no more white space
 * than the language needs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SOURCE_H
#define SOURCE_H

#include <string>

/* The code in line LINE of FILE; none of a directive.  *IN_COMMENT is true if the line
 * starts in a comment, and becomes true if the next one does.  False where the file ends
 * or cannot be read. */
bool source_code (const char *file, int line, bool *in_comment, std::string *code);

/* The code from line FROM to line TO of FILE. */
std::string source_code_between (const char *file, int from, int to);

/* The first line after LINE of FILE that has code. */
int source_next_code (const char *file, int line);

#endif
