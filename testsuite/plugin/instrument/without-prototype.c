/* Calls that do not give what the DDI takes: to the thunk, which has the DDI's own type. */
/* flags: -std=gnu89 -w */
/* refers: spinrule_KeAcquireSpinLockRaiseToDpc spinrule_thunk_KeReleaseSpinLock spinrule_thunk_IoAcquireCancelSpinLock */
/* refers: spinrule_thunk_KeInitializeSpinLock */
/* SPDX-License-Identifier: MIT */

unsigned char KeAcquireSpinLockRaiseToDpc();
void KeReleaseSpinLock();
void KeInitializeSpinLock(void *lock, ...);

int undeclared(void *lock)
{
	KeReleaseSpinLock(lock);
	KeReleaseSpinLock(lock, 1, 2);
	IoAcquireCancelSpinLock(lock, 1);
	return KeAcquireSpinLockRaiseToDpc(lock);
}

int of_another_kind(void *lock)
{
	KeInitializeSpinLock(lock);
	KeReleaseSpinLock(lock, 2.5);
	return KeAcquireSpinLockRaiseToDpc(2.5);
}
