/* ladder.h - the effort of the walks of a function: the table of rungs, and which one is
 * next.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LADDER_H
#define LADDER_H

#include "check/check.h"
#include "walk/walk.h"

enum first_look {
	FIRST_LOOK_UNDECIDED,		/* closer looks may decide */
	FIRST_LOOK_DECIDES,		/* there is no violation, and nothing undecided */
	/* The same, but the function leaves locks in another state: callers need the
	 * conditions. */
	FIRST_LOOK_LEAVES_LOCKS,
	/* There is no violation, but a call with an unknown effect on locks: that is
	 * unknown, however closely the function is looked at. */
	FIRST_LOOK_UNDECIDABLE
};

/* Walk WALK's function, of which only the effects on locks matter, with the least effort.
 * Unless that is UNDECIDED, WALK has its exits. */
enum first_look ladder_first_look(struct walk *walk, const struct check_options *options);

/* True if no effort decides WALK's function, as a callee's effect on locks is unknown:
 * WALK, which may have followed more paths than there are, has found nothing else, and no
 * lock is left held. */
bool ladder_is_undecidable(const struct walk *walk);

/* Walk WALK's function with as much effort as it needs and OPTIONS allow.  IS_ACYCLIC:
 * only its acyclic paths. */
void ladder_climb(struct walk *walk, const struct check_options *options, bool is_acyclic);

#endif
