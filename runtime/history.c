/* history.c - the last events of a thread, and the locks that it holds, read from its
 * slots.
 *
 * Acquires are in the order of their slots.  A release has no number of its own; its
 * place is found from the links: a lock that is not below the next acquire was released
 * before it.  Locks are released youngest first, or else with a number (ORDER): that of
 * the last acquire before the release.  So the order is exact.
 *
 * SPDX-License-Identifier: MIT
 */

#include "history.h"

#include "locks-fast.h"
#include "set.h"

struct walk {
	struct held_set *set;
	const struct held *pending[SLOTS];	/* acquired and not released so far */
	unsigned pending_count;
	struct history_event *events;		/* the last MAX, used in turn */
	unsigned max, count;
};

static void add_event(struct walk *walk, const struct held *held, int is_release)
{
	struct history_event *event = &walk->events[walk->count++ % walk->max];

	event->held = held;
	event->is_release = (uint8_t)is_release;
}

/* The age of SERIAL, in bytes of slots. */
static uint32_t age(const struct held_set *set, uint32_t serial)
{
	return (uint32_t)locks_last_serial(set) - serial;
}

static int is_ordered(const struct held *held)
{
	return !locks_is_held(held) && held->mark & MARK_ORDERED;
}

/* The serial after which HELD, which is ordered, was released. */
static uint32_t order_of(const struct held_set *set, const struct held *held)
{
	return held->order & ORDER_IS_SERIAL ? held->order & ~ORDER_BITS
					     : locks_serial(set, held->outlived_by);
}

/* The top of the set after that. */
static const struct held *top_after(struct held_set *set, const struct held *held)
{
	return held->order & ORDER_IS_SERIAL ? locks_slot(set, held->then) : held->outlived_by;
}

/* At serial NOW the top was TOP: add the releases of all pending locks that are
 * younger. */
static void release_above(struct walk *walk, const struct held *top, uint32_t now)
{
	const struct held *below = top != locks_none(walk->set) ? top : NULL;
	uint32_t limit = 0;
	unsigned kept = 0;

	/* A slot that has been used again since then held an older lock than all
	 * pending ones. */
	if (below && age(walk->set, locks_serial(walk->set, below)) < age(walk->set, now))
		below = NULL;
	if (below)
		limit = age(walk->set, locks_serial(walk->set, below));
	for (unsigned i = walk->pending_count; i-- > 0; ) {
		const struct held *held = walk->pending[i];

		if (!locks_is_held(held) && !is_ordered(held) &&
		    (!below || age(walk->set, locks_serial(walk->set, held)) < limit)) {
			add_event(walk, held, 1);
			walk->pending[i] = NULL;
		}
	}
	for (unsigned i = 0; i < walk->pending_count; i++)
		if (walk->pending[i])
			walk->pending[kept++] = walk->pending[i];
	walk->pending_count = kept;
}

/* True if the serial FIRST is the older one. */
static int is_before(uint32_t first, uint32_t second)
{
	return (int32_t)(second - first) > 0;
}

/* Add the releases out of turn that came before the acquire with SERIAL. */
static void release_ordered(struct walk *walk, uint32_t serial)
{
	for (;;) {
		unsigned first = walk->pending_count;
		const struct held *held;

		for (unsigned i = 0; i < walk->pending_count; i++) {
			held = walk->pending[i];
			if (is_ordered(held) && is_before(order_of(walk->set, held), serial) &&
			    (first == walk->pending_count ||
			     is_before(order_of(walk->set, held),
				       order_of(walk->set, walk->pending[first]))))
				first = i;
		}
		if (first == walk->pending_count)
			return;
		held = walk->pending[first];
		for (unsigned i = first; i + 1 < walk->pending_count; i++)
			walk->pending[i] = walk->pending[i + 1];
		walk->pending_count--;
		release_above(walk, top_after(walk->set, held), order_of(walk->set, held));
		add_event(walk, held, 1);
	}
}

unsigned history_events(struct held_set *set, struct history_event *events, unsigned max)
{
	struct walk walk = { .set = set, .events = events, .max = max };
	unsigned all = SLOTS;

	if (!max)
		return 0;
	locks_settle(set);
	if ((locks_last_serial(set) - set->first) / SLOT_SIZE < SLOTS)
		all = (unsigned)((locks_last_serial(set) - set->first) / SLOT_SIZE);
	for (unsigned i = all; i-- > 0; ) {
		uint32_t serial = (uint32_t)locks_last_serial(set) - i * SLOT_SIZE;
		const struct held *held =
			(const struct held *)((const char *)set + (serial & (SLOTS_END - 1)));

		/* Held for more than a turn, or skipped. */
		if (locks_serial(set, held) != serial || !held->lock ||
		    (locks_is_held(held) ? locks_flags(held) & HELD_CLAIMED
					 : !locks_released(held)))
			continue;
		release_ordered(&walk, serial);
		if (is_ordered(held) &&
		    (held->order & ORDER_BITS) == (ORDER_IS_SERIAL | ORDER_IS_ELSEWHERE)) {
			release_above(&walk, top_after(set, held), serial);
			add_event(&walk, held, 1);
			continue;
		}
		release_above(&walk, locks_below(set, held), serial);
		if (!locks_is_held(held) || !(locks_flags(held) & HELD_GHOST))
			add_event(&walk, held, 0);
		spinrule_assert(walk.pending_count < SLOTS);
		walk.pending[walk.pending_count++] = held;
	}
	release_ordered(&walk, (uint32_t)locks_last_serial(set) + SLOT_SIZE);
	release_above(&walk, locks_is_any_linked(set) ? set->top : locks_none(set),
		      (uint32_t)locks_last_serial(set) + SLOT_SIZE);

	if (walk.count <= max)
		return walk.count;
	/* The oldest event is at the next place of the ring: rotate it to the start. */
	for (unsigned turns = walk.count % max; turns > 0; turns--) {
		struct history_event first = events[0];

		for (unsigned i = 0; i + 1 < max; i++)
			events[i] = events[i + 1];
		events[max - 1] = first;
	}
	return max;
}

unsigned history_held(struct held_set *set, const struct held **held)
{
	unsigned count = 0;

	for (struct held *one = set_youngest(set); one && count < HELD_MAX;
	     one = set_below(set, one))
		if (locks_load(one->lock) != LOCK_TAKEN &&
		    !(locks_flags(one) & (HELD_GHOST | HELD_CLAIMED)))
			held[count++] = one;
	for (unsigned i = 0; i < count / 2; i++) {
		const struct held *other = held[i];

		held[i] = held[count - 1 - i];
		held[count - 1 - i] = other;
	}
	return count;
}

COLD const struct held *history_last_release(struct held_set *set, const void *lock)
{
	for (uintptr_t serial = set ? locks_last_serial(set) : 0, i = 0;
	     set && i < SLOTS && serial != set->first; serial -= SLOT_SIZE, i++) {
		struct held *held = locks_slot(set, (uint32_t)serial & (SLOTS_END - 1));

		if (lock && locks_load(held->lock) == lock && !locks_is_held(held) &&
		    locks_released(held) && !set_is_reason(locks_released(held)))
			return held;
	}
	return NULL;
}
