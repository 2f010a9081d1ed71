/* tally.h - the numbers of paths: through a function, and of those that break the rule.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TALLY_H
#define TALLY_H

#include "check/checker.h"

/* Fill in the number of paths through function F, and 0 of those that break the rule
 * where its verdict says so. */
void tally_paths(struct checker *checker, int f);

/* Fill in the number of acyclic paths through function F with one of the violations that
 * FIRST, which walked it, claims; not where that is not known exactly. */
void tally_breaking_paths(struct checker *checker, const struct walk *first, int f);

#endif
