/* tally.h - the numbers of paths: through a function, and of those that break the rule.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TALLY_H
#define TALLY_H

#include "check/checker.h"

/* Fill in the number of paths through function F, and 0 paths that break the rule if its
 * verdict implies that. */
void tally_paths(struct checker *checker, int f);

/* Fill in the number of acyclic paths through function F with one of the violations that
 * FIRST, a walk of it, claims; leave it out if it is not known exactly. */
void tally_breaking_paths(struct checker *checker, const struct walk *first, int f);

#endif
