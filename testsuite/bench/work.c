/* work.c - the loops of work.h.
 *
 * Every loop does little between acquire and release, so what it takes is the locks.
 *
 * SPDX-License-Identifier: MIT
 */

#include LOCKS
#include "work.h"

#define JOIN(A, B) JOIN_(A, B)
#define JOIN_(A, B) A##B

enum { LINE = 128, ENTRIES = 8 };

/* On a cache line (and its neighbour) of its own. */
union alone {
	struct {
		bench_lock lock;
		unsigned long counter;
	} of;
	char size[LINE];
} __attribute__((aligned(LINE)));

struct entry {
	struct entry *next, *previous;
};

static union alone alone[MANY_THREADS], nested[4];
static bench_lock many[MANY_LOCKS];
static unsigned n_many, next_of_many;
static union alone list_lock;
static struct entry head, entries[ENTRIES];

static void insert_last(struct entry *entry)
{
	entry->previous = head.previous;
	entry->next = &head;
	head.previous->next = entry;
	head.previous = entry;
}

static struct entry *remove_first(void)
{
	struct entry *entry = head.next;

	head.next = entry->next;
	entry->next->previous = &head;
	return entry;
}

static void own(unsigned me, unsigned rounds)
{
	union alone *mine = &alone[me];
	bench_irql irql;

	for (unsigned i = 0; i < rounds; i++) {
		ACQUIRE(&mine->of.lock, irql);
		mine->of.counter++;
		RELEASE(&mine->of.lock, irql);
	}
}

static void shared(unsigned me, unsigned rounds)
{
	(void)me;
	own(0, rounds);
}

static void four(unsigned me, unsigned rounds)
{
	bench_irql irql;

	(void)me;
	for (unsigned i = 0; i < rounds; i++) {
		ACQUIRE(&nested[0].of.lock, irql);
		ACQUIRE_MORE(&nested[1].of.lock);
		ACQUIRE_MORE(&nested[2].of.lock);
		ACQUIRE_MORE(&nested[3].of.lock);
		nested[3].of.counter++;
		RELEASE_MORE(&nested[3].of.lock);
		RELEASE_MORE(&nested[2].of.lock);
		RELEASE_MORE(&nested[1].of.lock);
		RELEASE(&nested[0].of.lock, irql);
	}
}

static void million(unsigned me, unsigned rounds)
{
	unsigned at = next_of_many;
	bench_irql irql;

	(void)me;
	for (unsigned i = 0; i < rounds; i++) {
		ACQUIRE(&many[at], irql);
		RELEASE(&many[at], irql);
		if (++at >= n_many)
			at = 0;
	}
	next_of_many = at;
}

static void list(unsigned me, unsigned rounds)
{
	struct entry *entry;
	bench_irql irql;

	(void)me;
	for (unsigned i = 0; i < rounds; i++) {
		ACQUIRE(&list_lock.of.lock, irql);
		entry = remove_first();
		RELEASE(&list_lock.of.lock, irql);
		ACQUIRE(&list_lock.of.lock, irql);
		insert_last(entry);
		RELEASE(&list_lock.of.lock, irql);
	}
}

const struct work JOIN(SIDE, _works)[WORKS] = {
	[WORK_LEAF] = { "leaf", 1, 1, 200000, own },
	[WORK_OWN] = { "own", 2, 1, 200000, own },
	[WORK_SHARED] = { "shared", 2, 1, 200000, shared },
	[WORK_NESTED] = { "nested", 1, 4, 50000, four },
	[WORK_MILLION] = { "million", 1, 1, 200000, million },
	[WORK_LIST] = { "list", 1, 2, 100000, list },
	[WORK_THREADS] = { "threads", MANY_THREADS, 1, 2000, own },
};

void JOIN(SIDE, _start)(unsigned locks)
{
	for (unsigned i = 0; i < MANY_THREADS; i++)
		LOCK_INIT(&alone[i].of.lock);
	for (unsigned i = 0; i < 4; i++)
		LOCK_INIT(&nested[i].of.lock);
	n_many = locks;
	for (unsigned i = 0; i < n_many; i++)
		LOCK_INIT(&many[i]);
	LOCK_INIT(&list_lock.of.lock);
	head.next = head.previous = &head;
	for (unsigned i = 0; i < ENTRIES; i++)
		insert_last(&entries[i]);
}
