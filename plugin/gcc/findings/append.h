/* append.h - text at the end of a file that other compiles write as well.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef APPEND_H
#define APPEND_H

#include <string>

/* Append TEXT, whole lines, to FILE at once, so that lines of other compiles do not end
 * up inside it.  FILE is made if there is none.  Errors are reported. */
void append_lines (const char *file, const std::string &text);

#endif
