/* wait.c - threads that wait for a lock for a long time: a note that says who holds it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wait.h"

#include "callers.h"
#include "options.h"
#include "owner.h"
#include "port.h"
#include "report.h"
#include "set.h"
#include "text.h"

/* The bit of spinrule_site.reported for a wait: violations have the others. */
#define REPORTED_WAIT (1u << 31)

enum { OWNERS_LOCKS_MAX = 4 };	/* other locks of the owner that a note names */

_Static_assert(SPINRULE_VIOLATIONS < 31, "a wait has a bit of its own");

static void add_lock(struct text *text, const void *lock, const struct spinrule_site *site)
{
	if (lock != locks_cancel())
		text_add(text, "spin lock ");
	report_add_lock(text, lock, site ? site->lock : "");
}

static void add_site(struct text *text, const struct spinrule_site *site)
{
	if (site)
		report_add_site(text, site);
}

/* The site at which the thread of SET, which is unsure, has acquired LOCK and seems to
 * hold it still; or NULL. */
static const struct spinrule_site *acquired_before(struct held_set *set, const void *lock)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (locks_is_held(&set->slots[i]) && locks_load(set->slots[i].lock) == lock)
			return locks_load(set->slots[i].site);
	return set->let_go == lock ? set->let_go_site : NULL;
}

/* Locks of SET other than LOCK: "; it holds also ..." */
static void add_others(struct text *text, const struct held_set *set, const void *lock)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SLOTS && count < OWNERS_LOCKS_MAX; i++) {
		struct held copy = set_copy_of(&set->slots[i]);

		if (!locks_is_held(&copy) || !copy.site || copy.lock == lock ||
		    copy.lock == LOCK_TAKEN || locks_flags(&copy) & HELD_CLAIMED)
			continue;
		text_add(text, count++ ? ", and " : ", which holds also ");
		add_lock(text, copy.lock, copy.site);
		text_add(text, " acquired");
		add_site(text, copy.site);
	}
}

/* The set that HELD is in. */
static struct held_set *set_of(const struct held *held)
{
	return &port_sets[((uintptr_t)held - (uintptr_t)port_sets) / sizeof *port_sets];
}

/* OWNER holds what MINE waits for.  Returns true if OWNER waits for a lock of MINE: then
 * neither goes on. */
static int add_owner(struct text *text, const struct held_set *mine, const struct owner *owner)
{
	struct held_set *its_set = set_of(owner->held);
	const void *wanted = locks_load(its_set->waits_for);
	struct spinrule_site *wanted_site = locks_load(its_set->wanted_site);
	struct owner circle = { .thread = 0 };
	int is_waiting = wanted && owner_find(its_set, wanted, NULL, &circle);

	text_add(text, ": thread ");
	text_add_number(text, owner->thread);
	text_add(text, " holds it, acquired");
	add_site(text, owner->copy.site);
	add_others(text, its_set, owner->copy.lock);
	if (!is_waiting)
		return 0;
	text_add(text, "; that thread waits for ");
	add_lock(text, wanted, wanted_site);
	add_site(text, wanted_site);
	text_add(text, ", which thread ");
	text_add_number(text, circle.thread);
	text_add(text, " acquired");
	add_site(text, circle.copy.site);
	return mine && circle.thread == mine->thread;
}

static COLD void tell(const struct wait *wait, struct held_set *set, struct spinrule_site *site)
{
	const struct spinrule_site *before =
		set && set->is_unsure ? acquired_before(set, wait->lock) : NULL;
	struct owner owner;
	struct callers callers;
	char buffer[880];
	struct text text = text_in(buffer, sizeof buffer);
	int is_circle = 0;

	text_add(&text, "thread ");
	text_add_number(&text, set ? set->thread : port_thread_number());
	if (before && !owner_find(set, wait->lock, NULL, &owner)) {
		text_add(&text, " may wait for ever, for a spin lock (");
		text_add_hex(&text, (uintptr_t)wait->lock, 1);
		text_add(&text, ") that it seems to hold: acquired at ");
		text_add_name(&text, before->file);
		text_add(&text, ":");
		text_add_number(&text, before->line);
		report_note(buffer, "");
		return;
	}
	text_add(&text, " has waited for ");
	text_add_number(&text, options_now()->wait);
	text_add(&text, " ms for ");
	add_lock(&text, wait->lock, site);
	add_site(&text, site);
	if (site) {
		callers_here(&callers);
		callers_add_nearest(&text, &callers, site);
	}
	if (owner_find(set, wait->lock, NULL, &owner))
		is_circle = add_owner(&text, set, &owner);
	else
		text_add(&text, ": no thread is known to hold it: it was never initialized, or "
				"overwritten, or what acquired it is not checked, or has ended");
	if (is_circle)
		text_add(&text, "; they wait for each other for ever");
	report_note(buffer, "");
	if (is_circle && options_now()->halt)
		port_bug_check(0xC4, 0x1001, (uintptr_t)wait->lock, (uintptr_t)site, 0);
}

COLD void wait_goes_on(struct wait *wait)
{
	struct held_set *set = set_of_this_thread();
	struct spinrule_site *site = wait->site;
	uint64_t now;

	if (wait->is_over)
		return;
	now = port_microseconds();
	if (!wait->since) {
		wait->since = now;
		if (set && site)
			wait_may_begin(set, wait->lock, site);
		if (set)
			locks_store(set->waits_for, wait->lock);
	}
	if (now - wait->since < (uint64_t)options_now()->wait * 1000)
		return;
	wait->is_over = 1;
	if (!options_now()->wait)
		return;
	if (!site && set && set->wanted == wait->lock)
		site = set->wanted_site;
	/* Once for each place. */
	if (site &&
	    __atomic_fetch_or(&site->reported, REPORTED_WAIT, __ATOMIC_RELAXED) & REPORTED_WAIT)
		return;
	tell(wait, set, site);
}

void wait_ends(const struct wait *wait)
{
	struct held_set *set = wait->since ? set_of_this_thread() : NULL;

	if (set)
		locks_store(set->waits_for, NULL);
}
