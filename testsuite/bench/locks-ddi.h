/* locks-ddi.h - the kernel's spin locks, for work.c: raw, or instrumented by the plugin.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

typedef KSPIN_LOCK bench_lock;
typedef KIRQL bench_irql;

#define LOCK_INIT(LOCK) KeInitializeSpinLock(LOCK)
#define ACQUIRE(LOCK, IRQL) KeAcquireSpinLock(LOCK, &(IRQL))
#define RELEASE(LOCK, IRQL) KeReleaseSpinLock(LOCK, IRQL)
/* With another lock held. */
#define ACQUIRE_MORE(LOCK) KeAcquireSpinLockAtDpcLevel(LOCK)
#define RELEASE_MORE(LOCK) KeReleaseSpinLockFromDpcLevel(LOCK)
