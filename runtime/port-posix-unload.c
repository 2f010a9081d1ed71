/* port-posix-unload.c - shared objects that are unloaded while the program goes on.
 *
 * What the runtime remembers of an object, its sites and their texts, is copied when the
 * object says that it goes: its destructor calls spinrule_unloading.  Copies are never
 * freed; an object that is loaded and unloaded again has the same sites, and their
 * copies are found again.
 *
 * SPDX-License-Identifier: MIT
 */

#include "known.h"
#include "locks.h"
#include "order.h"
#include "port.h"
#include "report.h"
#include "set.h"
#include "watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct copy {
	struct spinrule_site site;
	struct copy *next;
};

static struct copy *copies;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* What goes away. */
static uintptr_t from, size;

static int is_same(const struct spinrule_site *a, const struct spinrule_site *b)
{
	return a->line == b->line && a->column == b->column && !strcmp(a->file, b->file) &&
	       !strcmp(a->function, b->function) && !strcmp(a->ddi, b->ddi) &&
	       !strcmp(a->lock, b->lock);
}

/* A copy of SITE, or SITE itself if it stays; "" for texts without memory for them. */
static struct spinrule_site *copy_of(struct spinrule_site *site)
{
	struct copy *copy;
	const char **texts[5];

	if ((uintptr_t)site - from >= size)
		return site;
	for (copy = copies; copy; copy = copy->next)
		if (is_same(&copy->site, site))
			return &copy->site;
	copy = malloc(sizeof *copy);
	if (!copy)
		return NULL;
	copy->site = *site;
	texts[0] = &copy->site.file, texts[1] = &copy->site.function;
	texts[2] = &copy->site.ddi, texts[3] = &copy->site.lock;
	texts[4] = &copy->site.lock_class;
	for (unsigned i = 0; i < 5; i++) {
		const char *text = *texts[i] ? strdup(*texts[i]) : NULL;

		*texts[i] = text ? text : "";
	}
	copy->next = copies;
	copies = copy;
	return &copy->site;
}

/* Replace the site in *PLACE, which another thread may write, beside the bits BITS. */
static void replace(uintptr_t *place, uintptr_t bits)
{
	uintptr_t there = __atomic_load_n(place, __ATOMIC_RELAXED);
	struct spinrule_site *site = (struct spinrule_site *)(there & ~bits);

	if ((uintptr_t)site - from < size)
		__atomic_compare_exchange_n(place, &there,
					    (uintptr_t)copy_of(site) | (there & bits), 0,
					    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

static void replace_const(const struct spinrule_site **place)
{
	replace((uintptr_t *)(void *)place, 0);
}

void spinrule_unloading(struct spinrule_site *first, struct spinrule_site *last)
{
	pthread_mutex_lock(&mutex);
	from = (uintptr_t)first;
	size = (uintptr_t)last - from;
	for (unsigned i = 0; i < port_set_count; i++) {
		struct held_set *set = &port_sets[i];

		if (!locks_load(set->at))
			continue;
		for (unsigned j = 0; j < SLOTS; j++) {
			replace((uintptr_t *)(void *)&set->slots[j].site, 0);
			if (!locks_is_held(&set->slots[j]))
				replace(&set->slots[j].mark, MARK_BITS);
		}
		replace((uintptr_t *)(void *)&set->wanted_site, 0);
		replace((uintptr_t *)(void *)&set->let_go_site, 0);
		replace((uintptr_t *)(void *)&set->owed.acquire, 0);
		replace((uintptr_t *)(void *)&set->owed.release, 0);
	}
	watch_replace_sites(replace_const);
	order_replace_sites(replace_const);
	known_forget_sites(first, size);
	report_unloaded();
	pthread_mutex_unlock(&mutex);
}
