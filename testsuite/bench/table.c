/* table.c - a checker with one table for all locks, to compare with.
 *
 * SPDX-License-Identifier: MIT
 */

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 1 << 21 };	/* a million locks and as many free slots */

struct record {
	void *lock;
	pthread_t owner;
	unsigned line;
	int is_held;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct record *table;

void table_acquiring(void *lock, unsigned line);
void table_acquired(void *lock, unsigned line);
void table_releasing(void *lock, unsigned line);

static void __attribute__((noreturn, cold)) broken(const char *what, unsigned line, unsigned before)
{
	fprintf(stderr, "table: %s in line %u; acquired in line %u\n", what, line, before);
	exit(1);
}

static struct record *find(void *lock)
{
	uint64_t hash = (uint64_t)(uintptr_t)lock * 0x9e3779b97f4a7c15ull;
	struct record *record;

	if (!table && !(table = calloc(SLOTS, sizeof *table)))
		abort();
	for (unsigned i = (unsigned)(hash >> 43); ; i++) {
		record = &table[i % SLOTS];
		if (record->lock == lock)
			return record;
		if (!record->lock) {
			record->lock = lock;
			return record;
		}
	}
}

void table_acquiring(void *lock, unsigned line)
{
	struct record *record;

	pthread_mutex_lock(&mutex);
	record = find(lock);
	if (record->is_held && pthread_equal(record->owner, pthread_self()))
		broken("acquired while held", line, record->line);
	pthread_mutex_unlock(&mutex);
}

void table_acquired(void *lock, unsigned line)
{
	struct record *record;

	pthread_mutex_lock(&mutex);
	record = find(lock);
	record->is_held = 1;
	record->owner = pthread_self();
	record->line = line;
	pthread_mutex_unlock(&mutex);
}

void table_releasing(void *lock, unsigned line)
{
	struct record *record;

	pthread_mutex_lock(&mutex);
	record = find(lock);
	if (!record->is_held || !pthread_equal(record->owner, pthread_self()))
		broken("released but not held", line, record->line);
	record->is_held = 0;
	pthread_mutex_unlock(&mutex);
}
