/* promise.h - annotations of spin locks as promises in a lock program.
 *
 * A function with a body gets what its annotations say at its entry and before each return.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PROMISE_H
#define PROMISE_H

#include "lower/function.h"

/* The annotations of DECL that are about spin locks, with what they say at the entry; L.AT moves on
 * where that depends on a condition. */
void lower_entry_promises (function_lowering &l, tree decl);

/* What the annotations say when VALUE (-1: nothing is known of it) is returned from block L.AT, which
 * moves on. */
void lower_return_promises (function_lowering &l, tree decl, int value, lockprog_place place);

/* The lock TEXT as messages name it: without & and the * of a pointer, as for a DDI's argument. */
const char *lock_words (std::string text);

/* The parameters through which what DECL declares saves, or restores, an IRQL. */
std::vector<int> irql_parameters (tree decl, annotation_kind kind);

#endif
