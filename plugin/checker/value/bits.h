/* bits.h - which bits of a value are known.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BITS_H
#define BITS_H

#include "value/facts.h"

/* Bits that are 0, and bits that are 1; all others are unknown. */
struct bits { unsigned long long zeros, ones; };

/* The known bits of NODE, from all FACTS except the one about WITHOUT. */
struct bits bits_of(const struct facts *facts, const struct sym_table *table, int node,
		    const struct sym *without);

#endif
