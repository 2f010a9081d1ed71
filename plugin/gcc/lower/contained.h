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

/* Call VISIT, as GCC's walk_stmt_load_store_addr_ops does, for each address that FUN
 * takes. */
void visit_addresses (function *fun, walk_stmt_load_store_addr_fn visit, void *data);

/* The contained variables of all functions of the unit, by DECL_UID. */
void find_contained (std::set<unsigned> *found);

#endif
