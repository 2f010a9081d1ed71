/* read.h - run-time logs (format=json) and compile-time summaries: lines of JSON.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef READ_H
#define READ_H

#include "model.h"

/* Read the file NAME ("-": standard input) into MODEL.  What cannot be read is
 * reported on standard error with file and line, added to the input's problems, and
 * left out.  Returns false if something could not be read, or if the file has nothing
 * of Spinrule's. */
bool read_input(struct model *model, const char *name);

#endif
