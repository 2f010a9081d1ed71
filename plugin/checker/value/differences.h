/* differences.h - decides comparisons of two numbers by other comparisons of them.
 *
 *     x < y implies x + 0 <= y + 5: signed sums do not wrap
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include "value/facts.h"

/* The truth of the comparison SYM by the comparisons in FACTS: 0, 1, or -1 if they do not
 * decide it. */
int differences_decide(const struct facts *facts, const struct sym_table *table,
		       const struct sym *sym);

#endif
