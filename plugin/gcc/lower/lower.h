/* lower.h - GIMPLE in SSA form to lock programs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOWER_H
#define LOWER_H

#include "lockprog/lockprog.h"

/* The functions of this translation unit that have a body, in the order in which they are
 * lowered. */
std::vector<tree> lower_bodies ();

/* A new unit with the program of every function of this translation unit that has a body;
 * DECLS[i] is what unit->functions[i] was made from.  Changes nothing in GCC.
 * FOR_LINK: with what the linker needs and a check of the file alone does not.
 * The caller frees the unit.  Roles must have been collected. */
struct lockprog_unit *lower_unit (std::vector<tree> *decls, bool for_link = false);

#endif
