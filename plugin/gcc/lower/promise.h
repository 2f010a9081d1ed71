/* promise.h - annotations of spin locks as promises in a lock program.
 *
 * A program has the promises of its function at its entry and before each return.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PROMISE_H
#define PROMISE_H

#include "lower/function.h"
#include "source/roles.h"

/* Read the annotations of DECL that are about spin locks, and add their promises at the
 * entry; L.AT moves on where these depend on a condition. */
void lower_entry_promises (function_lowering &l, tree decl);

/* Add the promises at a return of VALUE (-1: unknown) from block L.AT, which moves on. */
void lower_return_promises (function_lowering &l, tree decl, int value, lockprog_place place);

/* For the linker: the name of the function that states which lock callbacks of ROLE are
 * entered with; and such functions, added to UNIT, for the roles that hold a lock and by
 * which functions of other files are used, and for those of arguments.  A file in which
 * the lock has no meaning has none. */
const char *entry_name (const spinrule_role *role);
void lower_role_entries (lockprog_unit *unit);

/* The lock TEXT as messages name it: without & and the * of a pointer, as for a DDI's
 * argument. */
const char *lock_words (std::string text);

/* The parameters through which what DECL declares saves or restores an IRQL. */
std::vector<int> irql_parameters (tree decl);

#endif
