/* call-alias.c - calls that hand one lock to a function under two names.
 *
 * SPDX-License-Identifier: MIT
 */

#include "call/call-alias.h"

#include "call/apply.h"
#include "call/translate.h"

/* OP, the call at operation I of BLOCK, acquires LOCK, which it holds, as ALIAS says. */
static struct lock_event acquire_again(const struct lockprog_op *op, const struct lock_record *lock,
				       const struct alias_outcome *alias, int block, int i)
{
	return (struct lock_event){
		.event = SPINRULE_EVENT_ACQUIRE,
		.address = lock->address,
		.class_ = lock->class_,
		.handle = -1,
		.given = -1,
		.ddi = alias->locks.ddi,
		.group = alias->locks.group,
		.text = lock->text,
		.written = op->text,
		.place = op->place,
		.block = block,
		.op = i,
		.kind = EVENT_CALL,
		.call_acquires = true,
	};
}

/* Claim the call at operation I of BLOCK if the two locks of ALIAS are one in STATE; if
 * only this function's callers know, leave it to them. */
static void claim_alias(struct walk *walk, struct state *state, int block, int i,
			const struct alias_outcome *alias)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	struct translation t = translate_begin(walk, state, block, i);
	const int held = translate(&t, alias->locks.held);
	const int acquired = translate(&t, alias->locks.acquired);
	const struct lock_record *lock;
	struct lock_event event;
	struct state *there;
	bool is_certain;

	if (held < 0 || acquired < 0 || !alias_is_possible(walk, state, held, acquired))
		return;
	/* With facts from branches they may turn out to be one, or two. */
	if (!walk->effort.branches_teach) {
		walk_stop(walk, REASON_CLOSER_LOOK);
		return;
	}
	is_certain = alias_is_certain(walk, state, held, acquired);
	if (!is_certain && walk->is_callback)
		return;
	there = state_copy(state);
	if (apply_outcome(walk, there, block, i, &alias->outcome, false) == CALL_RETURNS &&
	    (lock = state_lock(there, held)) && lock->state == SPINRULE_STATE_HELD) {
		event = acquire_again(op, lock, alias, block, i);
		if (is_certain)
			claim_make(walk, there, SPINRULE_DOUBLE_ACQUIRE, &event, lock->hold.step);
		event.address = acquired;
		if (!is_certain)
			alias_add(walk, there, held, &event);
	}
	state->breaks_rule |= there->breaks_rule;
	state_free(there);
}

void call_alias_claim(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const struct summary *summary = summary_of_call(walk, op);

	for (int k = 0; k < summary->n_aliases; k++)
		claim_alias(walk, state, block, i, &summary->aliases[k]);
}
