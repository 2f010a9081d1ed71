/* since.h - what is new, old and fixed against a baseline.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SINCE_H
#define SINCE_H

#include "model.h"

/* Compare the warnings of MODEL, which is finished, with the baseline FILE: those that
 * it lists are in the baseline from now on, and what it lists in a file that was
 * compiled, and nothing was found of, is fixed.  Returns NULL, or what is wrong,
 * malloc'ed. */
char *since_baseline(struct model *model, const char *file);

#endif
