/* append.h - text at the end of a file that other compiles write as well.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef APPEND_H
#define APPEND_H

#include <string>

/* Write TEXT, whole lines, to the end of FILE at once, so that nobody's lines end up inside it; FILE is made where
 * there is none.  Errors are reported. */
void append_lines (const char *file, const std::string &text);

#endif
