/* bracket.c - lock functions that are not replaced: the events around their calls.
 *
 * The call itself is the program's own, so what locks.h says of the driver after a
 * violation is not done: a lock is only recorded as it should be.  What such a lock's
 * memory means is not known either.
 *
 * SPDX-License-Identifier: MIT
 */

#include "bracket.h"

#include "callback.h"
#include "locks.h"
#include "set.h"
#include "watch.h"

enum {
	NAME_SIZE = 48,
	GLOBALS = 32,
	GROUPS = 0x40 - SPINRULE_GROUPS,	/* what KIND has room for */
	SMALL = 64,		/* locks that are numbers */
	LOOKS = 100000
};

/* Names, each once.  They are copied: a shared object takes its own away. */
struct name {
	enum { NAME_FREE, NAME_MADE, NAME_READY } state;
	char text[NAME_SIZE];
};

static struct name pairs[GROUPS], globals[GLOBALS];
static struct spinrule_own_group groups[GROUPS];
static const struct spinrule_own own = { .groups = groups };
static char small_locks[SMALL];

static int is_name(const struct name *name, const char *text)
{
	unsigned i = 0;

	while (i < NAME_SIZE - 1 && text[i] && name->text[i] == text[i])
		i++;
	return i == NAME_SIZE - 1 || name->text[i] == text[i];
}

/* The number of TEXT among the COUNT NAMES, a new one if it is new; -1 if there is no
 * room. */
static int number_of(struct name *names, int count, const char *text)
{
	for (int i = 0; i < count; i++) {
		int state = NAME_FREE;

		if (__atomic_compare_exchange_n((int *)&names[i].state, &state, NAME_MADE, 0,
						__ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
			for (unsigned at = 0; at < NAME_SIZE - 1 && text[at]; at++)
				names[i].text[at] = text[at];
			__atomic_store_n((int *)&names[i].state, NAME_READY, __ATOMIC_RELEASE);
			return i;
		}
		/* Another thread is writing it.  Not for ever: that thread may be the one
		 * which this is an interrupt of. */
		for (int look = 0; state == NAME_MADE && look < LOOKS; look++)
			state = __atomic_load_n((int *)&names[i].state, __ATOMIC_ACQUIRE);
		if (state == NAME_READY && is_name(&names[i], text))
			return i;
	}
	locks_incomplete("there are more tables of lock functions than the runtime has room for");
	return -1;
}

static int is_own(enum spinrule_group group)
{
	return group > SPINRULE_GROUPS - 1;
}

/* The group of BRACKET; -1 if there is no room for another one. */
static int group_of(const struct spinrule_bracket *bracket)
{
	int number;

	if (!bracket->pair[0])
		return (int)bracket->group;
	number = number_of(pairs, GROUPS, bracket->pair);
	if (number < 0)
		return -1;
	if (!locks_load(groups[number].name)) {
		spinrule_set_own(&own);
		groups[number].is_by_handle = (bracket->flags & SPINRULE_BY_HANDLE) != 0;
		__atomic_store_n(&groups[number].name, pairs[number].text, __ATOMIC_RELEASE);
	}
	if (bracket->flags & SPINRULE_NESTS && !locks_load(groups[number].nests))
		locks_store(groups[number].nests, 1);
	if (bracket->flags & SPINRULE_BY_HANDLE && !locks_load(groups[number].is_by_handle))
		locks_store(groups[number].is_by_handle, 1);
	return SPINRULE_GROUPS + number;
}

/* The address that stands for the lock; NULL if there is none, or none is known. */
static void *lock_of(const struct spinrule_bracket *bracket, uintptr_t lock)
{
	int number;

	if (bracket->flags & SPINRULE_OF_GLOBAL) {
		number = number_of(globals, GLOBALS, bracket->global);
		return number < 0 ? NULL : &globals[number];
	}
	if (!(bracket->flags & SPINRULE_HAS_LOCK))
		return NULL;
	return lock < SMALL ? (void *)&small_locks[lock] : (void *)lock;
}

const char *bracket_global_name(const void *lock)
{
	uintptr_t at = (uintptr_t)lock - (uintptr_t)globals;

	return at < sizeof globals ? globals[at / sizeof *globals].text : NULL;
}

/* A saved state in the bits that a slot has for an IRQL: two states that differ may have
 * the same, but no state has two. */
static uint8_t fold(uintptr_t state)
{
	for (unsigned shift = sizeof state * 4; shift >= 8; shift /= 2)
		state ^= state >> shift;
	return (uint8_t)state;
}

/* The lock function is one of one's own, and what its body calls has recorded LOCK. */
static int is_recorded_inside(const void *lock, enum spinrule_group group)
{
	struct held_set *set = set_of_this_thread();
	const struct held *held = set && lock && is_own(group) ? set_find(set, lock) : NULL;

	return held && !is_own(locks_group(held));
}

/* The record of an acquire of LOCK at SITE that was reported as one too many; or NULL. */
static struct held *find_ghost(struct held_set *set, const void *lock,
			       const struct spinrule_site *site)
{
	struct held *held = set ? set_find(set, lock) : NULL;

	return held && locks_flags(held) & HELD_GHOST && held->site == site ? held : NULL;
}

/* The acquire of LOCK at SITE has failed. */
static void failed(const void *lock, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	struct held *ghost = find_ghost(set, lock, site);

	if (ghost) {
		set_begin(set);
		set_forget(set, ghost, site);
		set_end(set);
		/* It counts as two calls now. */
		set_add_calls(set, -1);
	} else {
		locks_count_call(set);
	}
}

static uint32_t kind_of(const struct spinrule_bracket *bracket, int group)
{
	return KIND(group, bracket->flags & SPINRULE_SAVES ? HELD_KNOWS_IRQL : 0);
}

static void *handle_of(const struct spinrule_bracket *bracket, uintptr_t handle)
{
	return bracket->flags & SPINRULE_BY_HANDLE ? (void *)handle : NULL;
}

static void release(const struct spinrule_bracket *bracket, const void *lock, void *handle,
		    enum spinrule_group group, uint8_t state, struct spinrule_site *site)
{
	locks_mark_executed(site);
	if ((!lock && !handle) || is_recorded_inside(lock, group))
		return;
	locks_releasing(lock, lock ? NULL : handle, KIND(group, 0),
			bracket->flags & SPINRULE_GIVES ? &state : NULL, site);
}

void spinrule_before(const struct spinrule_bracket *bracket, size_t which, size_t handle,
		     size_t state, struct spinrule_site *site)
{
	void *lock = lock_of(bracket, which);
	int group = group_of(bracket);

	if (group < 0)
		return;
	switch ((enum spinrule_op)bracket->op) {
	case SPINRULE_OP_ACQUIRE:
		locks_mark_executed_by(site, lock);
		if (lock && locks_watched)
			watch_level(lock, (enum spinrule_group)group, port_level(), site);
		if (lock)
			locks_may_acquire(lock, handle_of(bracket, handle),
					  kind_of(bracket, group), site);
		break;
	case SPINRULE_OP_TRY:
	case SPINRULE_OP_CONVERT:
		locks_mark_executed_by(site, lock);
		break;
	case SPINRULE_OP_RELEASE:
		release(bracket, lock, handle_of(bracket, handle), (enum spinrule_group)group,
			fold(state), site);
		break;
	case SPINRULE_OP_INIT:
		if (lock)
			locks_initializing(lock, site);
		break;
	case SPINRULE_OP_MOMENTARY:
		if (lock)
			locks_may_use(lock, site);
		break;
	case SPINRULE_OP_LEAVE:
		callback_raise(site);
		break;
	case SPINRULE_OPS:
		spinrule_assert(!"an operation");
		break;
	}
}

void spinrule_after(const struct spinrule_bracket *bracket, size_t which, size_t handle,
		    size_t state, struct spinrule_site *site)
{
	void *lock = lock_of(bracket, which);
	int group = group_of(bracket);
	int is_try = bracket->op == SPINRULE_OP_TRY;

	if (group < 0 || !lock || (!is_try && bracket->op != SPINRULE_OP_ACQUIRE))
		return;
	if (is_try && !state != !!(bracket->flags & SPINRULE_ZERO_IS_SUCCESS)) {
		locks_tried(lock, 0, kind_of(bracket, group), 0, site);
		return;
	}
	if (is_recorded_inside(lock, (enum spinrule_group)group) ||
	    find_ghost(set_of_this_thread(), lock, site))
		return;
	if (is_try)
		locks_tried(lock, 1, kind_of(bracket, group), 0, site);
	else
		locks_entered(lock, handle_of(bracket, handle), kind_of(bracket, group),
			      fold(state), site);
}

void spinrule_after_status(const struct spinrule_bracket *bracket, size_t which, size_t handle,
			   size_t state, struct spinrule_site *site, size_t status)
{
	if (status)
		failed(lock_of(bracket, which), site);
	else
		spinrule_after(bracket, which, handle, state, site);
}
