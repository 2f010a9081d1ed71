/* locks-errorcheck.h - pthread's mutexes that check who locks and unlocks them, for work.c.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include <pthread.h>

typedef pthread_mutex_t bench_lock;
typedef unsigned char bench_irql;

static inline void errorcheck_init(pthread_mutex_t *lock)
{
	static const pthread_mutex_t fresh = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

	*lock = fresh;
}

#define LOCK_INIT(LOCK) errorcheck_init(LOCK)
#define ACQUIRE(LOCK, IRQL) ((void)(IRQL), (void)pthread_mutex_lock(LOCK))
#define RELEASE(LOCK, IRQL) ((void)pthread_mutex_unlock(LOCK))
#define ACQUIRE_MORE(LOCK) pthread_mutex_lock(LOCK)
#define RELEASE_MORE(LOCK) pthread_mutex_unlock(LOCK)
