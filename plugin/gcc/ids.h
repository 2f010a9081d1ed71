/* ids.h - the ids of violations as users write them in arguments, pragmas, attributes and
 * baselines.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef IDS_H
#define IDS_H

#include <string>

#include "runtime/rule.h"

/* Stands for every id where an id is expected. */
#define ID_ALL SPINRULE_NONE

/* What TEXT names: "double-acquire", "spinrule-double-acquire" as in messages, or "all".
 * False: no such id. */
bool id_find (const char *text, spinrule_violation *id);

/* ID as id_find reads it. */
const char *id_text (spinrule_violation id);

/* The hint for TEXT, which is no id: "did you mean 'double-acquire'?", or the list of
 * ids. */
std::string id_hint (const char *text);

/* True if a silencer for WANTED is one for ID too. */
static inline bool
id_covers (spinrule_violation wanted, spinrule_violation id)
{
	return wanted == ID_ALL || wanted == id;
}

#endif
