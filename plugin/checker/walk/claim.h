/* claim.h - a path breaks the rule: what a walk claims, each mistake once.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CLAIM_H
#define CLAIM_H

#include "limits.h"
#include "walk/lock.h"

struct claim {
	enum spinrule_violation violation;
	struct lock_event event;	/* the failing operation */
	const struct step *since;	/* the acquire, or the last event of the lock, or NULL */
	const struct step *last;	/* the end of the path to it */
	/* ANNOTATION_MISMATCH: the lock is held, and should not be. */
	bool is_held;
	/* It needed a replay of its path: other paths may be infeasible. */
	bool is_replayed;
	/* HELD_AT_RETURN: the ends of other paths on which the same acquire leaks. */
	int n_others;
	const struct step *others[CLAIM_MAX_OTHERS];
};

/* Replays that did not reach VIOLATION at operation OP of BLOCK. */
struct failed_claim { enum spinrule_violation violation; int block, op, n; };

struct claims {
	int n, max;
	struct claim *list;
	int n_failed, max_failed;
	struct failed_claim *failed;
};

/* Nothing is claimed of STATE, at its end in BLOCK, because of a callee: note for which
 * callees that waits, if they were asked in haste. */
void claim_waits(struct walk *walk, const struct state *state, int block);

/* Claim that STATE breaks the rule by VIOLATION, unless that is claimed already or STATE
 * is not exact enough.  SINCE: as in struct claim.  Returns the new claim or NULL. */
struct claim *claim_make(struct walk *walk, struct state *state, enum spinrule_violation violation,
			 const struct lock_event *event, const struct step *since);

/* Claim each lock that is held when STATE leaves the function for good, at operation OP
 * of BLOCK (-1: its return). */
void claim_held(struct walk *walk, struct state *state, int block, int op);

/* The claim of VIOLATION that was made already, or NULL.  Each acquire that leaks at a
 * return is claimed once. */
struct claim *claim_find(const struct walk *walk, enum spinrule_violation violation,
			 const struct lock_event *event, const struct step *since);

/* True if it is claimed that the lock of EVENT, or the one acquired at SINCE, leaks at
 * the return of EVENT. */
bool claim_has_leak(const struct walk *walk, const struct lock_event *event,
		    const struct step *since);

void claims_clear(struct claims *claims);
void claims_free(struct claims *claims);

#endif
