/* endless.h - loops that may go on for ever.
 *
 *     while (i < 3) i = i == 0;       may: i is 0 and 1 in turn
 *     while (i < 3) i++;              does not
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ENDLESS_H
#define ENDLESS_H

#include "shape/flow.h"

/* True if each condition that leaves loop number L may stay the same in every round. */
bool endless_may_be(const struct flow *flow, int l);

#endif
