/* known.c - what the runtime has seen of locks on its slow path.
 *
 * SPDX-License-Identifier: MIT
 */

#include "known.h"

#include "locks.h"
#include "rule.h"

enum { ENTRIES = 2048, PROBES = 8, LOCK_ALIGNMENT = sizeof(void *) };

/* The lowest bit of PLACE: an initialization. */
static struct entry {
	const void *lock;	/* NULL: none */
	uintptr_t place;	/* 0: none yet that gives it a name of its own */
} entries[ENTRIES];

static int has_entries;

static unsigned first_of(const void *lock)
{
	return ((uint32_t)((uintptr_t)lock >> 3) * 2654435769u) >> 21;
}

_Static_assert(ENTRIES == 1 << 11, "first_of takes 11 bits");

static struct entry *find(const void *lock)
{
	unsigned first = first_of(lock);

	for (unsigned i = 0; i < PROBES; i++) {
		struct entry *entry = &entries[(first + i) % ENTRIES];

		if (locks_load(entry->lock) == lock)
			return entry;
	}
	return NULL;
}

/* The entry of LOCK, a new one if it has none: where there is no room, another lock is
 * forgotten. */
static struct entry *entry_of(const void *lock)
{
	struct entry *entry = find(lock);
	unsigned first = first_of(lock);

	for (unsigned i = 0; !entry && i < PROBES; i++) {
		struct entry *other = &entries[(first + i) % ENTRIES];
		const void *none = NULL;

		if (__atomic_compare_exchange_n(&other->lock, &none, lock, 0, __ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED)) {
			locks_store(has_entries, 1);
			return other;
		}
	}
	if (!entry) {
		entry = &entries[first];
		locks_store(entry->place, (uintptr_t)0);
		__atomic_store_n(&entry->lock, lock, __ATOMIC_RELEASE);
	}
	return entry;
}

static int has_own_name(const struct spinrule_site *site)
{
	return site->lock[0] && !(locks_load(site->reported) & SPINRULE_OF_PARAMETER);
}

COLD void known_initialized(const void *lock, const struct spinrule_site *site)
{
	locks_store(entry_of(lock)->place,
		    has_own_name(site) ? (uintptr_t)site | 1 : (uintptr_t)0);
}

COLD void known_acquired(const void *lock, const struct spinrule_site *site)
{
	struct entry *entry;

	if (!has_own_name(site))
		return;
	entry = entry_of(lock);
	if (!locks_load(entry->place))
		locks_store(entry->place, (uintptr_t)site);
}

const struct spinrule_site *known_place(const void *lock, int *is_init)
{
	struct entry *entry = find(lock);
	uintptr_t place = entry ? locks_load(entry->place) : 0;

	/* Another thread may have replaced it. */
	if (!place || locks_load(entry->lock) != lock)
		return NULL;
	*is_init = place & 1;
	return (const struct spinrule_site *)(place & ~(uintptr_t)1);
}

static void forget(struct entry *entry)
{
	locks_store(entry->place, (uintptr_t)0);
	locks_store(entry->lock, (const void *)NULL);
}

COLD void known_forget(const void *start, size_t size)
{
	uintptr_t from = (uintptr_t)start;
	struct entry *entry;

	if (!locks_load(has_entries))
		return;
	if (size / LOCK_ALIGNMENT < ENTRIES / PROBES) {
		for (uintptr_t at = from; at - from < size; at += LOCK_ALIGNMENT)
			if ((entry = find((const void *)at)))
				forget(entry);
		return;
	}
	for (unsigned i = 0; i < ENTRIES; i++)
		if (locks_lies_in(locks_load(entries[i].lock), start, size))
			forget(&entries[i]);
}

COLD void known_forget_sites(const void *start, size_t size)
{
	for (unsigned i = 0; i < ENTRIES; i++)
		if (locks_load(entries[i].place) - (uintptr_t)start < size)
			forget(&entries[i]);
}
