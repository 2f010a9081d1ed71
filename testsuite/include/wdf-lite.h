/* wdf-lite.h - a small KMDF for plain programs: the lock functions are inline and go through the
 * table WdfFunctions, as in the framework's own headers.  A lock is a number of acquires, so that
 * a mistake of the driver's does not wait for ever.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WDF_LITE_H
#define WDF_LITE_H

#include "wdm-lite.h"

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;
typedef struct WDFINTERRUPT__ *WDFINTERRUPT;

struct wdf_lite_lock {
	int acquires, fails;
};

typedef VOID (*WDF_LITE_FUNCTION)(PVOID globals, PVOID handle);

static VOID wdf_lite_acquire(PVOID globals, PVOID handle)
{
	(void)globals;
	((struct wdf_lite_lock *)handle)->acquires++;
}

static VOID wdf_lite_release(PVOID globals, PVOID handle)
{
	(void)globals;
	((struct wdf_lite_lock *)handle)->acquires--;
}

static WDF_LITE_FUNCTION wdf_lite_functions[] = { wdf_lite_acquire, wdf_lite_release };
static WDF_LITE_FUNCTION *WdfFunctions = wdf_lite_functions;
static PVOID WdfDriverGlobals;

static inline VOID WdfSpinLockAcquire(WDFSPINLOCK lock)
{
	WdfFunctions[0](WdfDriverGlobals, lock);
}

static inline VOID WdfSpinLockRelease(WDFSPINLOCK lock)
{
	WdfFunctions[1](WdfDriverGlobals, lock);
}

static inline BOOLEAN WdfInterruptTryToAcquireLock(WDFINTERRUPT interrupt)
{
	struct wdf_lite_lock *lock = (struct wdf_lite_lock *)interrupt;

	if (lock->fails || lock->acquires)
		return FALSE;
	WdfFunctions[0](WdfDriverGlobals, interrupt);
	return TRUE;
}

static inline VOID WdfInterruptAcquireLock(WDFINTERRUPT interrupt)
{
	WdfFunctions[0](WdfDriverGlobals, interrupt);
}

static inline VOID WdfInterruptReleaseLock(WDFINTERRUPT interrupt)
{
	WdfFunctions[1](WdfDriverGlobals, interrupt);
}

#endif
