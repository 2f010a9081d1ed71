/* answers.h - what walks ask of the functions that they call.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ANSWERS_H
#define ANSWERS_H

#include "call/summary.h"

/* The functions by which a walk uses its callees, with the answers from SUMMARIES: an
 * array, one for each function of the unit. */
struct callees answers_of(const struct summary *summaries);

#endif
