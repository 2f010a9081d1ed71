/* owner.h - locks that their owner may acquire again: memory names the thread that holds
 * the lock, and counts its acquires.
 *
 *     if (ext->owner == self)  ext->depth++;          if (--ext->depth == 0) {
 *     else { acquire; ext->owner = self; ... }              ext->owner = NULL; release; }
 *
 * Earlier holders determine what owner and depth are while no thread holds the lock, and
 * no walk includes these holders.  So a path of a callback that finds memory otherwise at
 * entry is infeasible:
 *
 *   - its own thread is the owner before it did anything, although it holds no lock;
 *   - the thread is now noted as the owner, and a count that was read after the acquire
 *     is back where it was, or below, and not at the end.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OWNER_H
#define OWNER_H

#include "walk/walk.h"

/* True if this is a callback in a unit that reads the current thread's identity: then a
 * claim may be false. */
bool owner_is_noted(const struct walk *walk);

/* What memory about the lock's owner says of a violation. */
enum owner_answer {
	OWNER_SILENT,
	/* Its path needs memory to be otherwise than while no thread holds the lock, as
	 * far as the path shows: nothing is claimed. */
	OWNER_DOUBTS,
	/* ... and all that writes to that memory keeps it so: the path is infeasible. */
	OWNER_RULES_OUT
};

/* The answer for VIOLATION in STATE, whose path was walked alone. */
enum owner_answer owner_explains(struct walk *walk, const struct state *state,
				 enum spinrule_violation violation);

#endif
