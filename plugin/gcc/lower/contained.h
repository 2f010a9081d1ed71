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

/* Parameters of functions of other files to which an address is handed. */
typedef std::set<std::pair<std::string, int> > handed_parameters;

/* The address of a variable, or what the function DECL gets as a parameter, stays in the
 * driver, if it does so in the parameters NEEDS. */
struct stays {
	tree decl;
	int number;		/* of the parameter, or -1 */
	handed_parameters needs;
};

/* The contained variables of all functions of the unit, by DECL_UID; and, if functions of
 * other files will be seen, what there is to know about other addresses. */
void find_contained (std::set<unsigned> *found, std::vector<stays> *if_linked);

#endif
