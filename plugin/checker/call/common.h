/* common.h - what all outcomes of a function have in common, and which names the outcomes
 * are expressed with.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COMMON_H
#define COMMON_H

#include "call/summary.h"

/* Fill in the common outcome and the names of SUMMARY, which belongs to the function that
 * WALK has walked. */
void common_find(struct walk *walk, struct summary *summary);

#endif
