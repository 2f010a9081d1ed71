/* generated.h - what generate.awk's files include: the DDIs, for clang with the annotations of its -Wthread-safety.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef __clang__

#include "wdm-lite.h"

#else

typedef struct __attribute__((capability("spin lock"))) {
	unsigned long word;
} KSPIN_LOCK;
typedef unsigned char KIRQL;

void KeAcquireSpinLock(KSPIN_LOCK *lock, KIRQL *irql) __attribute__((acquire_capability(*lock)));
void KeReleaseSpinLock(KSPIN_LOCK *lock, KIRQL irql) __attribute__((release_capability(*lock)));
void KeAcquireSpinLockAtDpcLevel(KSPIN_LOCK *lock) __attribute__((acquire_capability(*lock)));
void KeReleaseSpinLockFromDpcLevel(KSPIN_LOCK *lock) __attribute__((release_capability(*lock)));

#endif
