/* unseen.c - locks that code which the runtime does not see acquires or releases.
 *
 * SPDX-License-Identifier: MIT
 */

#include "unseen.h"

#include "garbage.h"
#include "port.h"
#include "report.h"
#include "shared-lock.h"
#include "text.h"

/* A reader/writer lock is half a word wide: look at the word that it is in. */
static enum port_word look_at_shared(const void *lock)
{
	const uintptr_t word = (uintptr_t)lock & ~(uintptr_t)(sizeof word - 1);

	if (port_look_at((const void *)word) == PORT_WORD_GONE)
		return PORT_WORD_GONE;
	return shared_lock_is_free(lock) ? PORT_WORD_FREE : PORT_WORD_TAKEN;
}

/* The state of LOCK, of GROUP, that its memory shows, if it has memory that the runtime
 * knows. */
static COLD enum port_word look_at(const void *lock, enum spinrule_group group)
{
	if (!lock || lock == locks_cancel() || locks_number_of(lock) >= 0)
		return PORT_WORD_NOTHING;
	switch (group) {
	case SPINRULE_GROUP_ANY:
	case SPINRULE_GROUP_RAISING:
	case SPINRULE_GROUP_DPC:
	case SPINRULE_GROUP_QUEUED:
	case SPINRULE_GROUP_QUEUED_DPC:
		return port_look_at(lock);
	case SPINRULE_GROUP_EX_SHARED:
	case SPINRULE_GROUP_EX_SHARED_DPC:
	case SPINRULE_GROUP_EX_EXCLUSIVE:
	case SPINRULE_GROUP_EX_EXCLUSIVE_DPC:
		return look_at_shared(lock);
	default:
		return PORT_WORD_NOTHING;
	}
}

/* Set when the note below was written.  There may be much of such code. */
static int is_noted;

/* True if it may yet be written: not after a violation, which may be the cause. */
static int may_note(void)
{
	return !locks_load(is_noted) && !spinrule_violation_count();
}

/* Write once that unseen code has DONE something to the lock of SITE. */
static COLD void write_note(const char *done, const struct spinrule_site *site)
{
	char buffer[600];
	struct text text = text_in(buffer, sizeof buffer);

	if (!may_note() || __atomic_exchange_n(&is_noted, 1, __ATOMIC_ACQ_REL))
		return;
	text_add(&text, "code that is not instrumented, or is another driver's, ");
	text_add(&text, done);
	text_add(&text, " a lock: see ");
	text_add(&text, site ? site->file : "the end of a thread");
	if (site) {
		text_add(&text, ":");
		text_add_number(&text, site->line);
	}
	report_note(buffer, "; what it does is not checked; this is reported once");
}

COLD int unseen_is_free(const struct held *held)
{
	return look_at(locks_load(held->lock), locks_group(held)) == PORT_WORD_FREE;
}

COLD int unseen_is_stale(const struct held *held, const struct spinrule_site *site)
{
	if (!unseen_is_free(held))
		return 0;
	write_note("released", site);
	return 1;
}

/* True if a thread at DISPATCH_LEVEL may lose its processor: in plain programs, and in a
 * kernel that keeps no IRQL. */
static int has_switches(void)
{
	return !port_is_kernel || port_level() < 0;
}

/* True if LOCK, of GROUP, shows no more that it is held, or its holder is known now: it
 * is in OWNER. */
static COLD int is_explained(const struct held_set *mine, const void *lock,
			     enum spinrule_group group, struct owner *owner)
{
	enum port_word word = look_at(lock, group);

	return (word != PORT_WORD_TAKEN && word != PORT_WORD_OTHER) ||
	       (word == PORT_WORD_OTHER && garbage_is_in(lock)) ||
	       owner_find(mine, lock, NULL, owner);
}

COLD int unseen_is_held(const struct held_set *mine, const void *lock, enum spinrule_group group,
			struct owner *owner, const struct spinrule_site *site)
{
	enum { LOOKS = 8, MOMENTS = 64, MICROSECONDS = 500000, PAUSES_MAX = 1 << 20 };
	uint64_t start;

	for (int i = 0; i < LOOKS; i++) {
		if (is_explained(mine, lock, group, owner))
			return 0;
		for (volatile int moment = 0; moment < MOMENTS; moment++)
			;
	}
	/* Where threads are switched at any IRQL, the thread that has just acquired it
	 * may not have run since.  A long wait is for the note, which comes once. */
	start = port_microseconds();
	for (int i = 0; i < PAUSES_MAX && has_switches() && may_note() &&
			port_microseconds() - start < MICROSECONDS;
	     i++) {
		port_pause();
		if (is_explained(mine, lock, group, owner))
			return 0;
	}
	write_note("acquired", site);
	return 1;
}
