/* claim.h - a path breaks the rule: what a walk claims, each mistake once.
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
	/* ANNOTATION_MISMATCH: the lock is held, and should not be. */
	bool is_held;
};

/* Replays that did not reach VIOLATION at operation OP of BLOCK. */
struct failed_claim { enum spinrule_violation violation; int block, op, n; };

struct claims {
	int n, max;
	struct claim *list;
	int n_failed, max_failed;
	struct failed_claim *failed;
};

/* Claim that STATE breaks the rule by VIOLATION, unless that is claimed already or STATE
 * is not exact enough.  SINCE: as in struct claim.  Returns the new claim or NULL. */
struct claim *claim_make(struct walk *walk, struct state *state, enum spinrule_violation violation,
			 const struct lock_event *event, const struct step *since);

/* Claim each lock that is held when STATE leaves the function for good, at operation OP
 * of BLOCK (-1: its return). */
void claim_held(struct walk *walk, struct state *state, int block, int op);

/* True if VIOLATION is claimed already. */
bool claim_is_made(const struct walk *walk, enum spinrule_violation violation,
		   const struct lock_event *event, const struct step *since);

void claims_clear(struct claims *claims);
void claims_free(struct claims *claims);

#endif
