/* owner.h - locks that their owner may acquire again: memory says which thread holds the
 * lock, and how often.
 *
 *     if (ext->owner == self)  ext->depth++;          if (--ext->depth == 0) {
 *     else { acquire; ext->owner = self; ... }              ext->owner = NULL; release; }
 *
 * What owner and depth are while nobody holds the lock was left so by earlier holders,
 * and no walk sees them.  So a path of a callback on which memory is otherwise at entry
 * does not happen:
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

/* True if this is a callback in a unit that asks which thread it is: a claim may be
 * none. */
bool owner_is_noted(const struct walk *walk);

/* True if STATE, whose path was walked alone, breaks the rule by VIOLATION only where
 * memory does not say of the lock's owner what it says while nobody holds it. */
bool owner_explains(struct walk *walk, const struct state *state,
		    enum spinrule_violation violation);

#endif
