/* goto.h - where a computed goto goes: to the labels whose addresses come to it, from
 * constant tables or directly.
 *
 *     static void *const labels[] = { &&up, &&down };          if (to == &up) goto up;
 *     goto *labels[x];                                         goto down;
 *
 * GCC has one such goto in a function, to which all others lead, and edges from it to
 * each label whose address is taken.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef GOTO_H
#define GOTO_H

#include <vector>

/* The computed goto that BB ends in, or NULL. */
ggoto *computed_goto_at_end (basic_block bb);

/* The labels that STMT may go to.  False if it may go to others. */
bool labels_of_goto (ggoto *stmt, std::vector<tree> *labels);

#endif
