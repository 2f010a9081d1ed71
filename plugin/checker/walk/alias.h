/* alias.h - two names of one lock: ways on which a function acquires a lock that it
 * holds, if its callers hand it that lock under both names.
 *
 * The rule takes two locks that are held at once as different ones.  Only a caller knows
 * better.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ALIAS_H
#define ALIAS_H

#include "walk/walk.h"

/* A lock that is acquired while another one is held that may be the same. */
struct alias_locks {
	int held, acquired;		/* nodes: the addresses of both */
	const struct spinrule_ddi *ddi; /* of the acquire, or NULL */
	enum spinrule_group group;
};

struct alias {
	struct exit_point exit;		/* right before the acquire */
	struct alias_locks locks;
};

/* EVENT is about to happen in STATE: note with which held locks it would be a double
 * acquire, if the two were one. */
void alias_note(struct walk *walk, const struct state *state, const struct lock_event *event);

/* The same for the held lock at HELD alone, in a function that is no callback. */
void alias_add(struct walk *walk, const struct state *state, int held,
	       const struct lock_event *event);

/* True if X and Y, addresses, may be one, as far as STATE shows: no branch, and no
 * acquire of a lock at one of them while that at the other was held, tells them apart. */
bool alias_is_possible(struct walk *walk, const struct state *state, int x, int y);

/* True if STATE shows that X and Y are one address. */
bool alias_is_certain(struct walk *walk, const struct state *state, int x, int y);

/* Forget the aliases of WALK. */
void alias_forget(struct walk *walk);

#endif
