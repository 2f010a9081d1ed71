/* { dg-additional-options "-fplugin-arg-spinrule-warn=level-order" } */
/* The order of levels, and a helper of helpers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "levels.h"

_Lock_level_order_(TABLE, ENTRY);
_Lock_level_order_(ENTRY, LEAF);

void good_count_by_helper(struct table *table)
{
	good_count(table);
}
