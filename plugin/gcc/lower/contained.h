/* contained.h - local variables whose addresses reach only functions of the unit.
 *
 * Nobody else changes them: no other thread, and no function that is not visible.  An
 * address may be handed to functions with a body, kept in variables, and in fields whose
 * loads are all of this kind.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CONTAINED_H
#define CONTAINED_H

/* The contained variables of all functions of the unit, by DECL_UID. */
void find_contained (std::set<unsigned> *found);

#endif
