/* roles.h - which functions are callbacks: entered with no lock held, by RULE's list of
 * role types (role.def).
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ROLES_H
#define ROLES_H

#include "runtime/rule.h"

struct known_role {
	const spinrule_role *role;
	std::string name;
	spinrule_entry_irql irql;	/* the role's own, or of another role that is lower */
};

/* A parameter of a helper: what callers hand over for it has the role. */
struct role_parameter {
	tree fndecl;
	unsigned number;
	known_role known;
};

/* Watch attributes and bodies from now on.  Call in plugin_init. */
void roles_init (const char *plugin_name);

/* The declaration of the function FNDECL is finished. */
void roles_note_declaration (tree fndecl);

/* Look at every function body and initialiser of this translation unit for addresses that
 * go where a role's pointer type is expected.  Call once, in the pass, when all is in
 * SSA. */
void roles_collect ();

/* Make functions of TYPE, the name of a typedef, callbacks; LIKE says with which locks
 * they are entered. */
const struct spinrule_role *role_add (const char *type, const struct spinrule_role &like);

/* The role of the function FNDECL, or NULL if it is no callback. */
const struct spinrule_role *role_of (tree fndecl);

/* The role type by which it was found, as written ("DRIVER_DISPATCH"), or
 * "DriverEntry". */
const char *role_name_of (tree fndecl);

/* The role that TYPE, of functions or of pointers to them, has by its name or by the name
 * of a typedef it was made from (then *NAME); or NULL. */
const struct spinrule_role *role_of_type (tree type, const char **name);

/* All such parameters, once roles_collect was called; for the pass only. */
const std::vector<role_parameter> &role_parameters ();

/* True if callbacks of ROLE are entered with a lock held besides the cancel spin lock. */
bool role_holds_lock (const spinrule_role *role);

/* The lowest IRQL at which FNDECL, a callback, is entered by any of its roles; 0 if that
 * is not said. */
int role_lowest_irql (tree fndecl);

/* True if callbacks of ROLE that are entered at IRQL are at DISPATCH_LEVEL or above until
 * they return: the release of the cancel spin lock lowers the IRQL. */
bool role_stays_at_dispatch (const spinrule_role *role, int irql);

/* Roles that arguments made, and the type of functions of ROLE as the file has it, or
 * NULL; for roles that hold a lock. */
std::vector<const spinrule_role *> roles_of_arguments ();
tree type_of_role (const spinrule_role *role);

/* True if FNDECL is the driver's entry point. */
bool is_driver_entry (tree fndecl);

#endif
