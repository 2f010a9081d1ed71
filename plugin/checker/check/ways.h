/* ways.h - the paths on which one claim comes true.
 *
 * A walk follows one of several paths that come to the same state, so a claim has one
 * path.  Another path may leak another acquire at the same return, which is a mistake of
 * its own, or the same one by another branch.  Where paths met, steps note the others.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WAYS_H
#define WAYS_H

#include "walk/walk.h"

struct way {
	int n;
	const struct step **steps;	/* the last first */
	const struct step *since;	/* as in struct claim */
};

struct ways { int n, max; struct way *list; };

/* The paths of CLAIM; its own first.  Only leaks have more than one. */
struct ways ways_find(const struct claim *claim);

void ways_free(struct ways *ways);

#endif
