/* claim.h - the rule is broken on a path: what a walk claims, each mistake once.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CLAIM_H
#define CLAIM_H

#include "walk/lock.h"

struct claim {
	enum spinrule_violation violation;
	struct lock_event event;	/* the failing operation */
	const struct step *since;	/* the acquire, or the last event of the lock, or NULL */
	const struct step *last;	/* the end of the path to it */
	bool is_held;			/* ANNOTATION_MISMATCH: it is, and should not be */
};

/* Paths that were walked again, alone, and did not get to VIOLATION at an operation. */
struct failed_claim { enum spinrule_violation violation; int block, op, n; };

struct claims {
	int n, max;
	struct claim *list;
	int n_failed, max_failed;
	struct failed_claim *failed;
};

/* STATE breaks the rule by VIOLATION: claim it, unless it is claimed already or STATE is
 * not exact enough.  SINCE: as in struct claim.  Returns the new claim or NULL. */
struct claim *claim_make(struct walk *walk, struct state *state, enum spinrule_violation violation,
			 const struct lock_event *event, const struct step *since);

/* Claim each lock that is held where STATE leaves the function for good, at operation OP
 * of BLOCK (-1: its return). */
void claim_held(struct walk *walk, struct state *state, int block, int op);

/* True if that is claimed already. */
bool claim_is_made(const struct walk *walk, enum spinrule_violation violation,
		   const struct lock_event *event, const struct step *since);

void claims_clear(struct claims *claims);
void claims_free(struct claims *claims);

#endif
