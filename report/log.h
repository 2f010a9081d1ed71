/* log.h - the findings as a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOG_H
#define LOG_H

#include "model.h"

/* Write the warnings of MODEL, and the violations of runs that no warning announces, to
 * FILE.  START is a folder of their source, PROGRAM the file of this program.  Returns
 * NULL, or what is wrong, malloc'ed. */
char *log_write(struct model *model, const char *file, const char *start,
		const char *program);

#endif
