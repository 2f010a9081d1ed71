/* wdf-lock.h - KMDF's spin locks, as a header of the system: inline functions that call through a table.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WDF_LOCK_H
#define WDF_LOCK_H

#pragma GCC system_header

#include "wdf-table.h"

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;

static inline int WdfSpinLockCreate(PVOID attributes, WDFSPINLOCK *lock)
{
	return ((int (*)(PVOID, PVOID, WDFSPINLOCK *))WdfFunctions_01033[308])(WdfDriverGlobals, attributes, lock);
}

static inline VOID WdfSpinLockAcquire(WDFSPINLOCK lock)
{
	((VOID (*)(PVOID, WDFSPINLOCK))WdfFunctions_01033[310])(WdfDriverGlobals, lock);
}

static inline VOID WdfSpinLockRelease(WDFSPINLOCK lock)
{
	((VOID (*)(PVOID, WDFSPINLOCK))WdfFunctions_01033[311])(WdfDriverGlobals, lock);
}

#endif
