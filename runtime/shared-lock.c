/* shared-lock.c - the work of a reader/writer spin lock.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shared-lock.h"

#include <stdint.h>

#define WRITER 0x80000000u
#define WRITER_WAITS 0x40000000u

static uint32_t look(const void *lock)
{
	return __atomic_load_n((const uint32_t *)lock, __ATOMIC_RELAXED);
}

static int swap(void *lock, uint32_t old, uint32_t new)
{
	return __atomic_compare_exchange_n((uint32_t *)lock, &old, new, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

int shared_lock_try_read(void *lock)
{
	uint32_t word = look(lock);

	while (!(word & (WRITER | WRITER_WAITS))) {
		if (swap(lock, word, word + 1))
			return 1;
		word = look(lock);
	}
	return 0;
}

int shared_lock_try_write(void *lock)
{
	uint32_t word = look(lock);

	/* A writer that waits sets its sign again. */
	return !(word & ~WRITER_WAITS) && swap(lock, word, WRITER);
}

int shared_lock_try_write_soon(void *lock)
{
	if (shared_lock_try_write(lock))
		return 1;
	if (look(lock) & ~WRITER_WAITS)
		__atomic_fetch_or((uint32_t *)lock, WRITER_WAITS, __ATOMIC_RELAXED);
	return 0;
}

int shared_lock_convert(void *lock)
{
	uint32_t word = look(lock);

	while ((word & ~WRITER_WAITS) == 1) {
		if (swap(lock, word, WRITER | (word & WRITER_WAITS)))
			return 1;
		word = look(lock);
	}
	return 0;
}

void shared_lock_end_read(void *lock)
{
	__atomic_fetch_sub((uint32_t *)lock, 1, __ATOMIC_RELEASE);
}

void shared_lock_end_write(void *lock)
{
	__atomic_fetch_and((uint32_t *)lock, ~WRITER, __ATOMIC_RELEASE);
}

int shared_lock_is_free(const void *lock)
{
	return !(look(lock) & ~WRITER_WAITS);
}
