/* StorPort's acquires that return a status: one that fails has acquired nothing, also one that was reported as one too many.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'StartIoLock' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{failing}:[0-9]+ in warn_twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}:[0-9]+ in warn_twice$ */
/* expect: ^spinrule: spin lock 'handle' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{failed}:[0-9]+ in warn_released$ */
/* expect: ^spinrule: spin lock 'message 5' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in warn_left$ */
/* expect: ^spinrule: 3 violations, 18 lock calls checked, */

#include "by-hand.h"

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;
typedef VOID HW_DPC_ROUTINE(PVOID dpc, PVOID extension, PVOID first, PVOID second);

static int adapter;
static volatile int fails;
static HW_DPC_ROUTINE good, warn_left;

/* What the port driver does. */
static __attribute__((noinline)) ULONG status(void)
{
	return fails ? 0xc1000001u : 0;
}

static inline ULONG StorPortAcquireSpinLockEx(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle)
{
	handle->Lock = lock;
	handle->Context[0] = extension;
	(void)context;
	return status();
}

static inline VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle)
{
	(void)extension;
	handle->Context[0] = NULL;
}

static inline ULONG StorPortAcquireMSISpinLock(PVOID extension, ULONG message, PULONG irql)
{
	(void)extension;
	*irql = message;
	return status();
}

static inline ULONG StorPortReleaseMSISpinLock(PVOID extension, ULONG message, ULONG irql)
{
	(void)extension, (void)message, (void)irql;
	return 0;
}

static VOID good(PVOID dpc, PVOID extension, PVOID first, PVOID second)
{
	STOR_LOCK_HANDLE handle;
	ULONG irql;

	for (int i = 0; i < 2; i++) {
		fails = !i;
		if (!StorPortAcquireSpinLockEx(&adapter, InterruptLock, NULL, &handle))
			StorPortReleaseSpinLock(&adapter, &handle);
		if (StorPortAcquireMSISpinLock(&adapter, 3, &irql) == 0)
			StorPortReleaseMSISpinLock(&adapter, 3, irql);
	}
	fails = 1;
	(void)StorPortAcquireSpinLockEx(&adapter, InterruptLock, NULL, &handle);
	(void)StorPortAcquireMSISpinLock(&adapter, 3, &irql);
	fails = 0;
}

static void warn_twice(void)
{
	STOR_LOCK_HANDLE handle, second;

	StorPortAcquireSpinLockEx(&adapter, StartIoLock, NULL, &handle);	/* line: first */
	fails = 1;
	StorPortAcquireSpinLockEx(&adapter, StartIoLock, NULL, &second);	/* line: failing */
	fails = 0;
	StorPortReleaseSpinLock(&adapter, &handle);
	if (!StorPortAcquireSpinLockEx(&adapter, StartIoLock, NULL, &handle))
		StorPortReleaseSpinLock(&adapter, &handle);
}

static void warn_released(void)
{
	STOR_LOCK_HANDLE handle;

	if (!StorPortAcquireSpinLockEx(&adapter, StartIoLock, NULL, &handle))
		StorPortReleaseSpinLock(&adapter, &handle);
	fails = 1;
	StorPortAcquireSpinLockEx(&adapter, StartIoLock, NULL, &handle);
	fails = 0;
	StorPortReleaseSpinLock(&adapter, &handle);	/* line: failed */
}

static VOID warn_left(PVOID dpc, PVOID extension, PVOID first, PVOID second)
{
	ULONG irql;

	StorPortAcquireMSISpinLock(&adapter, 5, &irql);	/* line: left */
}

static HW_DPC_ROUTINE *volatile routines[] = { good, warn_left };

int main(void)
{
	routines[0](NULL, &adapter, NULL, NULL);
	CHECK(!spinrule_violation_count());
	say("good");
	warn_twice();
	warn_released();
	routines[1](NULL, &adapter, NULL, NULL);
	return 0;
}
