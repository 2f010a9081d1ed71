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

/* Find the contained variables of all functions of the unit; and, if functions of other
 * files will be seen, what there is to know about other addresses.  escape.h has them. */
void find_contained ();

#endif
