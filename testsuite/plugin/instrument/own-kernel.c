/* A unit test's replacement for the kernel: calls are redirected, bodies are left alone, or the
 * runtime would see each of them twice. */
/* refers: spinrule_KeAcquireSpinLockRaiseToDpc spinrule_KeReleaseSpinLock */
/* keeps: KfReleaseSpinLock */
/* SPDX-License-Identifier: MIT */

typedef unsigned char KIRQL;
typedef unsigned long *PKSPIN_LOCK;

extern void KfReleaseSpinLock(PKSPIN_LOCK lock, KIRQL irql);

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock)
{
	*lock = 1;
	return 0;
}

void KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL irql)
{
	KfReleaseSpinLock(lock, irql);
}

void driver(PKSPIN_LOCK lock)
{
	KeReleaseSpinLock(lock, KeAcquireSpinLockRaiseToDpc(lock));
}
