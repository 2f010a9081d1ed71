/* claim.c - a path breaks the rule: what a walk claims, each mistake once.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/claim.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "walk/likely.h"
#include "walk/owner.h"
#include "walk/replay.h"
#include "walk/trace.h"

/* How many replays of paths to VIOLATION at operation OP of BLOCK did not confirm it. */
static int *failed_of(struct claims *claims, enum spinrule_violation violation, int block, int op)
{
	for (int i = 0; i < claims->n_failed; i++) {
		struct failed_claim *failed = &claims->failed[i];

		if (failed->violation == violation && failed->block == block && failed->op == op)
			return &failed->n;
	}
	claims->failed = alloc_grow(claims->failed, claims->n_failed, &claims->max_failed,
				    sizeof *claims->failed);
	claims->failed[claims->n_failed] = (struct failed_claim){ violation, block, op, 0 };
	return &claims->failed[claims->n_failed++].n;
}

static bool is_at(const struct claim *claim, enum spinrule_violation violation,
		  const struct lock_event *event)
{
	return claim->violation == violation && claim->event.block == event->block &&
	       claim->event.op == event->op;
}

struct claim *claim_find(const struct walk *walk, enum spinrule_violation violation,
			 const struct lock_event *event, const struct step *since)
{
	for (int i = 0; i < walk->claims.n; i++) {
		struct claim *claim = &walk->claims.list[i];
		const bool is_same_lock = claim->event.address == event->address;

		if (!is_at(claim, violation, event))
			continue;
		if (violation != SPINRULE_HELD_AT_RETURN) {
			if (event->kind != EVENT_CALL || is_same_lock)
				return claim;
			continue;
		}
		/* One acquire may acquire different locks in different rounds of a
		 * loop. */
		if (!since || !claim->since ? is_same_lock
					    : step_is_same_op(since, claim->since) &&
						      (is_same_lock ||
						       !strcmp(since->event.text,
							       claim->since->event.text)))
			return claim;
	}
	return NULL;
}

bool claim_has_leak(const struct walk *walk, const struct lock_event *event,
		    const struct step *since)
{
	if (claim_find(walk, SPINRULE_HELD_AT_RETURN, event, since))
		return true;
	for (int i = 0; i < walk->claims.n; i++)
		if (is_at(&walk->claims.list[i], SPINRULE_HELD_AT_RETURN, event) &&
		    walk->claims.list[i].event.address == event->address)
			return true;
	return false;
}

/* The replayed path breaks the rule: confirm the claim if it is the one to confirm. */
static void confirm(struct walk *walk, const struct state *state, enum spinrule_violation violation,
		    const struct lock_event *event)
{
	struct replay *replay = walk->replay;

	if (replay->is_confirmed || replay->violation != violation ||
	    replay->block != event->block || replay->op != event->op ||
	    replay->at != replay->n)
		return;
	replay->explained = owner_explains(walk, state, violation);
	replay->is_confirmed = !replay->explained;
}

/* True if the replay of STATE's path reaches VIOLATION.  After CLAIM_MAX_FAILED failures
 * for one claim, no more paths are replayed. */
static bool is_confirmed(struct walk *walk, const struct state *state,
			 enum spinrule_violation violation, const struct lock_event *event)
{
	int *n_failed = failed_of(&walk->claims, violation, event->block, event->op);

	if (*n_failed >= CLAIM_MAX_FAILED) {
		walk_note(walk, REASON_MORE_STATES);
		return false;
	}
	if (replay_confirms(walk, state, violation, event->block, event->op))
		return true;
	++*n_failed;
	return false;
}

/* The reason not to claim anything in STATE, or REASON_NONE. */
static enum reason why_not(struct walk *walk, const struct state *state)
{
	if (!walk->effort.branches_teach)
		return REASON_CLOSER_LOOK;
	if (state_has(state, DOUBT_MEMORY) || !likely_fits(walk->syms, state))
		return REASON_MEMORY;
	if (state_has(state, DOUBT_CALLEE) || state_has(state, DOUBT_HASTE))
		return REASON_ROUGH_CALLEE;
	return REASON_NONE;
}

/* Add the callees of BLOCK that were asked in haste to those for which claims wait; false
 * if there are none. */
static bool wait_for_callees(struct walk *walk, int block)
{
	const struct lockprog_block *at = &walk->function->blocks[block];
	bool waits = false;

	work_count(at->n_ops);
	for (int i = 0; i < at->n_ops; i++)
		if (at->ops[i].kind == LOCKPROG_CALL &&
		    walk->callees.is_in_haste(walk, &at->ops[i])) {
			class_set_add(&walk->held_back, at->ops[i].callee);
			waits = true;
		}
	return waits;
}

void claim_waits(struct walk *walk, const struct state *state, int block)
{
	bool waits = wait_for_callees(walk, block);

	for (const struct step *step = state->last; step; step = step->before)
		waits |= wait_for_callees(walk, step->event.block);
	/* Only another path to it may have such a callee. */
	walk->is_rough |= !waits || state_has(state, DOUBT_CALLEE);
	walk_note(walk, REASON_ROUGH_CALLEE);
}

/* True if memory about the lock's owner shows that STATE's path is infeasible, whatever
 * else is doubted. */
static bool is_ruled_out(struct walk *walk, const struct state *state,
			 enum spinrule_violation violation)
{
	return !state_is_rough(state) &&
	       owner_explains(walk, state, violation) == OWNER_RULES_OUT;
}

static int count_points(const struct step *last)
{
	int n = 0;

	for (const struct step *step = last; step; step = step->before)
		n++;
	return n;
}

/* STATE's path reaches the mistake of CLAIM, too: show that one if it is shorter, as a
 * path that goes round a loop less often is. */
static void take_shorter(struct walk *walk, struct claim *claim, const struct state *state,
			 const struct lock_event *event, const struct step *since,
			 bool is_replayed)
{
	if (!since != !claim->since || count_points(state->last) >= count_points(claim->last) ||
	    (is_replayed &&
	     !replay_confirms(walk, state, claim->violation, event->block, event->op)))
		return;
	claim->event = *event;
	claim->since = since;
	claim->last = state->last;
	claim->is_replayed = is_replayed;
}

struct claim *claim_make(struct walk *walk, struct state *state, enum spinrule_violation violation,
			 const struct lock_event *event, const struct step *since)
{
	struct claims *claims = &walk->claims;
	const enum reason reason = why_not(walk, state);
	const bool is_replayed = state_is_rough(state) || owner_is_noted(walk);
	struct claim *before;

	if (reason == REASON_MEMORY && is_ruled_out(walk, state, violation)) {
		trace_infeasible_claim(walk, violation, event);
		return NULL;
	}
	if (reason) {
		trace_claim(walk, violation, event, reason);
		if (reason == REASON_CLOSER_LOOK)
			walk_stop(walk, reason);
		else if (reason == REASON_ROUGH_CALLEE)
			claim_waits(walk, state, event->block);
		else
			walk_note(walk, reason);
		return NULL;
	}
	if (walk->replay) {
		trace_claim(walk, violation, event, REASON_NONE);
		confirm(walk, state, violation, event);
		return NULL;
	}
	before = claim_find(walk, violation, event, since);
	if (before) {
		state->breaks_rule = true;
		take_shorter(walk, before, state, event, since, is_replayed);
		if (violation == SPINRULE_HELD_AT_RETURN && !is_replayed &&
		    before->n_others < CLAIM_MAX_OTHERS)
			before->others[before->n_others++] = state->last;
		return NULL;
	}
	if (is_replayed && !is_confirmed(walk, state, violation, event)) {
		if (walk_reason(walk))
			trace_claim(walk, violation, event, walk_reason(walk));
		else
			trace_infeasible_claim(walk, violation, event);
		return NULL;
	}
	state->breaks_rule = true;
	assert(event->text);
	trace_claim(walk, violation, event, REASON_NONE);
	claims->list = alloc_grow(claims->list, claims->n, &claims->max, sizeof *claims->list);
	claims->list[claims->n] = (struct claim){
		.violation = violation,
		.event = *event,
		.since = since,
		.last = state->last,
		.is_replayed = is_replayed,
	};
	return &claims->list[claims->n++];
}

void claim_held(struct walk *walk, struct state *state, int block, int op)
{
	if (!class_set_is_empty(&state->lost))
		walk_note(walk, state_why_lost(state));
	for (int i = 0; i < state->n_locks; i++) {
		struct lock_record *lock = &state->locks[i];
		struct lock_event event = {
			.event = SPINRULE_EVENT_RETURN,
			.address = lock->address,
			.class_ = lock->class_,
			.ddi = lock->hold.ddi,
			.group = lock->hold.group,
			.text = lock->text,
			.place = walk_end_place(walk, block, op),
			.block = block,
			.op = op,
		};
		enum spinrule_state held = lock->state;
		enum spinrule_violation violation = spinrule_step(&held, SPINRULE_EVENT_RETURN);

		/* If the function is not a callback, only locks that it acquired itself
		 * count. */
		if (!violation ||
		    (!walk->is_callback && lock->first.event != SPINRULE_EVENT_ACQUIRE) ||
		    lock_may_stay_held(lock))
			continue;
		if (lock->is_loose)
			walk_note(walk, REASON_SAME_LOCKS);
		else
			claim_make(walk, state, violation, &event, lock->hold.step);
	}
}

void claims_clear(struct claims *claims)
{
	claims->n = claims->n_failed = 0;
}

void claims_free(struct claims *claims)
{
	free(claims->list);
	free(claims->failed);
	*claims = (struct claims){ 0 };
}
