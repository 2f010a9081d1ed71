/* lock-record.c - the state of one lock on one path.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/lock-record.h"

/* Nobody has the token of LOCK, which is not held. */
static void forget_token(struct hold *hold)
{
	hold->may_be_elsewhere = hold->is_handed = false;
	for (int k = 0; k < HOLD_KEPT; k++)
		hold->kept[k] = (struct kept_at){ -1, -1 };
}

void lock_set_state(struct lock_record *lock, enum spinrule_state state)
{
	lock->state = state;
	if (state != SPINRULE_STATE_HELD)
		forget_token(&lock->hold);
}

void lock_set_hold(struct lock_record *lock, enum spinrule_group group,
		   const struct spinrule_ddi *ddi, const char *text, struct step *step)
{
	lock->hold.group = group;
	lock->hold.ddi = ddi;
	lock->hold.step = step;
	lock->hold.saved = lock->hold.also = -1;
	lock->hold.has_run_unseen = false;
	forget_token(&lock->hold);
	lock->text = text;
}

bool lock_is_balanced(const struct lock_record *lock)
{
	return lock->state == SPINRULE_STATE_FREE && lock->first.event == SPINRULE_EVENT_ACQUIRE &&
	       !lock->first.is_try && !lock->first.guards && !lock->is_handle && !lock->is_lost &&
	       !lock->is_assumed && !lock->is_promised && !lock->broken;
}

bool lock_may_stay_held(const struct lock_record *lock)
{
	return lock->is_promised || lock->first.event == SPINRULE_EVENT_NEED_HELD ||
	       (lock->is_assumed && lock->first.event != SPINRULE_EVENT_ACQUIRE);
}

bool first_event_equal(const struct first_event *x, const struct first_event *y)
{
	if (x->event != y->event || x->is_try != y->is_try || x->guards != y->guards)
		return false;
	return (x->event != SPINRULE_EVENT_RELEASE && x->event != SPINRULE_EVENT_NEED_HELD) ||
	       lock_group_of_release(x->ddi) == lock_group_of_release(y->ddi);
}
