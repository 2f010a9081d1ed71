/* read.h - run-time logs (format=json) and compile-time summaries: lines of JSON.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef READ_H
#define READ_H

#include "model.h"

/* Read the file NAME ("-": standard input) into MODEL.  What cannot be read is told on standard error with
 * file and line, kept in the input's problems, and left out; the rest counts.  False: something could not be read,
 * or there was nothing of Spinrule's in it. */
bool read_input(struct model *model, const char *name);

#endif
