/* common.h - what all outcomes of a function have in common, and with what they are
 * expressed.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COMMON_H
#define COMMON_H

#include "call/summary.h"

/* Fill in SUMMARY's common outcome and its names, of the function that WALK has
 * walked. */
void common_find(struct walk *walk, struct summary *summary);

#endif
