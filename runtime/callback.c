/* callback.c - the starts and ends of callbacks, of threads and of the driver; what
 * instrumented callbacks call.
 *
 * SPDX-License-Identifier: MIT
 */

#include "callback.h"

#include "locks-fast.h"
#include "owed.h"
#include "rule.h"
#include "runtime.h"
#include "set.h"
#include "undo.h"
#include "unseen.h"
#include "violation.h"
#include "watch.h"

/* The mark of a callback is the serial of the slot that was to be used next when it was
 * entered, a multiple of SLOT_SIZE, with more bits.  Serials are compared modulo their
 * size. */
#define ENTRY_IS_KNOWN 1u
#define ENTRY_CLAIMED 2u	/* this callback claimed the set, and drops it: not in set.marks */
#define ENTRY_IRQL_BIT 2	/* from here on what its site has, with wrong_level=1 */
#define ENTRY_WITH_CANCEL 32u	/* and the system holds the cancel spin lock at the entry */

_Static_assert(ENTRY_IS_KNOWN == AT_FREE, "callback_enter makes a mark of held_set.at");
_Static_assert(SPINRULE_ENTRY_IRQL_MAX << ENTRY_IRQL_BIT < ENTRY_WITH_CANCEL &&
		       (int)ENTRY_WITH_CANCEL < (int)SLOT_SIZE,
	       "a mark has room for the IRQL");
_Static_assert((int)SPINRULE_VIOLATIONS <= SPINRULE_ENTRY_IRQL_BIT,
	       "violations have the lower bits of spinrule_site.reported");

/* The low bits of the place of the stack's top: __builtin_frame_address () takes more
 * instructions. */
static inline __attribute__((always_inline)) uint32_t stack_top(void)
{
#if defined __x86_64__ || defined __i386__
	uint32_t top;

	__asm__ volatile("movl %%esp, %0" : "=r"(top));
	return top;
#else
	return (uint32_t)(uintptr_t)__builtin_frame_address(0);
#endif
}

/* The bits of its mark for the IRQL at which the system enters the callback of SITE. */
static uint32_t irql_in_mark(unsigned with_cancel_lock, const struct spinrule_site *site)
{
	uint32_t irql = locks_peek(site->reported) >> SPINRULE_ENTRY_IRQL_BIT &
			SPINRULE_ENTRY_IRQL_MAX;

	if (port_is_kernel || !(locks_watched & WATCH_LEVELS))
		return 0;
	return irql << ENTRY_IRQL_BIT | (with_cancel_lock ? ENTRY_WITH_CANCEL : 0);
}

/* The youngest lock of SET that was acquired after MARK, or at any time if ALL; or
 * NULL. */
static struct held *find_since(struct held_set *set, uint32_t mark, int all)
{
	struct held *held;

	for (held = set_youngest(set); held; held = set_below(set, held))
		if (locks_load(held->lock) != LOCK_TAKEN && !(locks_flags(held) & HELD_CLAIMED) &&
		    (all || locks_is_since(set, held, mark)))
			break;
	return held;
}

/* Report and release the locks of SET that were acquired after MARK, or all if ALL. */
static COLD void must_be_released(struct held_set *set, uint32_t mark, int all,
				  struct spinrule_site *site)
{
	struct held *held;

	while ((held = find_since(set, mark, all))) {
		struct held copy = set_copy_of(held);

		set_begin(set);
		set_forget(set, held, &set_reasons[SET_LEFT_HELD]);
		set_end(set);
		/* Another thread may have released it in the meantime. */
		if (copy.lock == LOCK_TAKEN || locks_flags(&copy) & HELD_GHOST || set->is_unsure ||
		    unseen_is_stale(&copy, site))
			continue;
		if (locks_watched)
			watch_released(&copy, set->thread, site);
		if (!(locks_flags(&copy) & HELD_DOUBLED))
			violation_on(violation_of(SPINRULE_STATE_HELD, SPINRULE_EVENT_RETURN),
				     copy.lock, locks_group(&copy), site, &copy, set->thread, -1);
		undo_acquire(&copy);
	}
}

/* Forget the callbacks of SET that were entered at FRAME or deeper in the stack, or no
 * less deep than a later one: an exception or a jump has left them.  Done only when there
 * is no room for another callback, because a thread may use more than one stack. */
static COLD void forget_left(struct held_set *set, uint32_t frame)
{
	unsigned kept = 0;

	for (unsigned i = 1; i <= set->depth + 1; i++) {
		uint32_t next = i <= set->depth ? set->frames[i] : frame;

		/* Not above a later one: it was left before that was entered. */
		while (kept && (int32_t)(set->frames[kept] - next) <= 0)
			kept--;
		if (i <= set->depth) {
			set->marks[++kept] = set->marks[i];
			set->frames[kept] = next;
		}
	}
	set->depth = kept;
}

static __attribute__((noinline)) unsigned enter_slowly(unsigned with_cancel_lock,
						       struct spinrule_site *site, uint32_t frame)
{
	int is_new = 0;
	struct held_set *set = port_claim_set(&is_new);
	struct held *cancel;
	uint32_t mark;

	locks_mark_executed(site);
	if (!set) {
		locks_incomplete(
			"more threads are in callbacks at a time than the runtime has room for");
		return 0;
	}
	if (set->depth == CALLBACKS_MAX)
		forget_left(set, frame);
	if (set->depth == CALLBACKS_MAX) {
		locks_incomplete("callbacks are nested deeper than the runtime has room for");
		return 0;
	}
	set_begin(set);
	/* A slot of its own, so that no two callbacks have the same mark. */
	locks_settle(set);
	set_skip_slot(set);
	mark = ((uint32_t)locks_last_serial(set) + SLOT_SIZE) | ENTRY_IS_KNOWN |
	       irql_in_mark(with_cancel_lock, site);
	spinrule_assert(set->depth < CALLBACKS_MAX && !(mark & ENTRY_CLAIMED));
	set->frames[set->depth + 1] = frame;
	set->marks[++set->depth] = mark;
	if (with_cancel_lock) {
		/* A driver that calls its own cancel routine holds the lock already:
		 * from now on the routine holds it. */
		cancel = set_find(set, locks_cancel());
		if (cancel) {
			struct held copy = set_copy_of(cancel);

			set_forget(set, cancel, &set_reasons[SET_HANDED_ON]);
			if (set_remember(set, copy.lock, NULL,
					 locks_kind(&copy) &
						 ~KIND_OF_FLAGS(HELD_SKIPPED | HELD_ON_TOP |
								HELD_WATCHED),
					 copy.site))
				set_add_calls(set, -1);
		} else if (set_remember(set, locks_cancel(), NULL,
					KIND(SPINRULE_GROUP_CANCEL, HELD_BY_KERNEL), site)) {
			set_add_calls(set, -1);
		}
	}
	locks_reopen(set);
	set_end(set);
	return mark | (is_new ? ENTRY_CLAIMED : 0);
}

/* A thread that holds nothing, and whose last callback was entered before its last lock
 * call, has a mark that is new: what it uses next. */
unsigned spinrule_callback_enter(unsigned with_cancel_lock, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	const uintptr_t at = locks_load(set->at);
	const unsigned depth = set->depth;
	const uint32_t frame = stack_top();
	uint32_t mark;

	if (locks_are_none(at, site) && !with_cancel_lock && depth != CALLBACKS_MAX) {
		mark = (uint32_t)locks_load(set->turns) + (uint32_t)(at - (uintptr_t)set);
		if (__builtin_expect(set->marks[depth] != mark, 1)) {
			set->frames[depth + 1] = frame;
			set->marks[depth + 1] = mark;
			set->depth = depth + 1;
			return mark;
		}
	}
	return enter_slowly(with_cancel_lock, site, frame);
}

/* Returns true if it was the outermost callback of this thread. */
static __attribute__((noinline)) int leave_slowly(unsigned mark, struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();
	unsigned depth;
	int is_outermost;

	locks_mark_executed(site);
	if (!set || !(mark & ENTRY_IS_KNOWN))
		return 0;

	/* Callbacks inside this one that did not return were left by an exception. */
	for (depth = set->depth; depth && set->marks[depth] != (mark & ~ENTRY_CLAIMED); depth--)
		;
	if (!depth)
		return 0;
	set->depth = depth - 1;
	owed_is_due(set, (int)set->depth, site);
	if (!set_is_empty(set))
		must_be_released(set, mark, 0, site);
	is_outermost = !set->depth;
	if (mark & ENTRY_CLAIMED && set_is_empty(set))
		port_drop_set(set);
	else
		set_drop_if_of_lock(set);
	return is_outermost;
}

/* The outermost callback of this thread has returned at SITE. */
static inline __attribute__((always_inline)) void left_outermost(struct spinrule_site *site)
{
	if (port_has_delayed() || locks_peek(site->reported) & SPINRULE_OF_UNLOAD)
		runtime_left(site);
}

static __attribute__((noinline)) void leave_odd(unsigned mark, struct spinrule_site *site)
{
	if (leave_slowly(mark, site))
		left_outermost(site);
}

/* Nothing is held, and nothing is owed: only the depth changes. */
void spinrule_callback_leave(unsigned mark, struct spinrule_site *site)
{
	struct held_set *set = port_find_set();
	const unsigned depth = set->depth;

	if (!locks_are_none(locks_load(set->at), site) || set->marks[depth] != mark ||
	    set->slowly) {
		leave_odd(mark, site);
		return;
	}
	set->depth = depth - 1;
	if (depth == 1)
		left_outermost(site);
}

int callback_irql(int *is_innermost)
{
	struct held_set *set = set_of_this_thread();

	for (unsigned depth = set ? set->depth : 0; depth; depth--) {
		const uint32_t mark = set->marks[depth];
		const unsigned irql = mark >> ENTRY_IRQL_BIT & SPINRULE_ENTRY_IRQL_MAX;

		/* The release of the cancel spin lock has lowered the IRQL. */
		if (!irql || (mark & ENTRY_WITH_CANCEL && !set_find(set, locks_cancel())))
			continue;
		*is_innermost = depth == set->depth &&
				(int32_t)(set->frames[depth] - stack_top()) > 0;
		return irql == SPINRULE_ENTRY_IRQL_MAX ? PORT_HIGH_LEVEL : (int)irql;
	}
	return PORT_PASSIVE_LEVEL;
}

void callback_raise(struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();

	locks_mark_executed(site);
	locks_count_call(set);
	if (!set)
		return;
	if (set->depth)
		owed_is_due(set, (int)set->depth - 1, site);
	if (!set_is_empty(set))
		must_be_released(set, set->marks[set->depth], !set->depth, site);
}

void callback_thread_ends(struct spinrule_site *site)
{
	struct held_set *set = set_of_this_thread();

	if (site) {
		locks_mark_executed(site);
		locks_count_call(set);
	}
	if (!set)
		return;
	owed_is_due(set, -1, site);
	must_be_released(set, 0, 1, site);
	set->depth = 0;
	set->slowly = 0;
	port_drop_set(set);
}

void callback_unload(struct spinrule_site *site)
{
	for (unsigned i = 0; i < port_set_count; i++)
		if (port_sets[i].owner && !set_is_empty(&port_sets[i]))
			must_be_released(&port_sets[i], 0, 1, site);
}
