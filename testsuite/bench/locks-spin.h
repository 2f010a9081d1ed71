/* locks-spin.h - pthread's spin locks, for work.c: the only ones that ThreadSanitizer, Helgrind and DRD know.
 *
 * SPDX-License-Identifier: MIT
 */

#include <pthread.h>

typedef pthread_spinlock_t bench_lock;
typedef unsigned char bench_irql;

#define LOCK_INIT(LOCK) pthread_spin_init(LOCK, PTHREAD_PROCESS_PRIVATE)
#define ACQUIRE(LOCK, IRQL) ((void)(IRQL), (void)pthread_spin_lock(LOCK))
#define RELEASE(LOCK, IRQL) ((void)pthread_spin_unlock(LOCK))
#define ACQUIRE_MORE(LOCK) pthread_spin_lock(LOCK)
#define RELEASE_MORE(LOCK) pthread_spin_unlock(LOCK)
