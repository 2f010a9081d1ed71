/* target.h - the functions that calls lead to, also through pointers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TARGET_H
#define TARGET_H

#include <vector>

/* The function that calls of FNDECL run, if the unit has a program of it; else NULL. */
tree program_of (tree fndecl);

/* True if the body of FNDECL, an inline function of a system header, is one call through
 * a table of the system: it is a routine of the system, as KMDF's are. */
bool only_calls_system (tree fndecl);

/* True if FNDECL is no function of the driver: a builtin, one of a system header, or one
 * that is imported from another module. */
bool is_of_system (tree fndecl);

/* True if CALL, in a function of a system header, is through a pointer that a variable of
 * such a header leads to, as through KMDF's WdfFunctions: it leads to the system. */
bool is_through_table_of_system (gcall *call);

/* The function that CALL calls: by name, or through a pointer that is known to lead to
 * a function of the unit (a constant table, a local variable), of a type that fits.  Or
 * NULL_TREE. */
tree callee_of (gcall *call);

/* All functions that the pointer of CALL, a local variable, may lead to; none where that
 * is not known. */
std::vector<tree> chosen_functions (gcall *call);

/* The functions of the unit that the pointer of CALL may lead to: those stored in the
 * field it was loaded from, if only functions by name are stored there; otherwise those
 * whose address is kept under its type. */
std::vector<tree> targets_of (gcall *call);

/* Forget what was found out about fields and pointers, before the next unit. */
void targets_end ();

/* The role whose type the pointer has that CALL goes through, and *NAME of the type; or
 * NULL. */
const struct spinrule_role *role_of_pointer (gcall *call, const char **name);

#endif
