/* locks-table.h - the kernel's spin locks with a checker that keeps all of them in one table, for work.c.
 *
 * What one would write first: who holds which lock since where, in a hash table under one mutex.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks-ddi.h"

/* Before and after an acquire, and before a release, by this thread at LINE.  A broken rule is printed and ends
 * the program. */
void table_acquiring(void *lock, unsigned line);
void table_acquired(void *lock, unsigned line);
void table_releasing(void *lock, unsigned line);

#undef ACQUIRE
#undef RELEASE
#undef ACQUIRE_MORE
#undef RELEASE_MORE
#define ACQUIRE(LOCK, IRQL) do { \
		table_acquiring(LOCK, __LINE__); \
		KeAcquireSpinLock(LOCK, &(IRQL)); \
		table_acquired(LOCK, __LINE__); \
	} while (0)
#define RELEASE(LOCK, IRQL) do { \
		table_releasing(LOCK, __LINE__); \
		KeReleaseSpinLock(LOCK, IRQL); \
	} while (0)
#define ACQUIRE_MORE(LOCK) do { \
		table_acquiring(LOCK, __LINE__); \
		KeAcquireSpinLockAtDpcLevel(LOCK); \
		table_acquired(LOCK, __LINE__); \
	} while (0)
#define RELEASE_MORE(LOCK) do { \
		table_releasing(LOCK, __LINE__); \
		KeReleaseSpinLockFromDpcLevel(LOCK); \
	} while (0)
