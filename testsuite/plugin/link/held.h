/* held.h - callbacks that are entered with a lock held, without a role of their own.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;

extern VOID StorPortAcquireSpinLock(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle);
extern VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle);

struct bus {
	KSPIN_LOCK lock;
	int used;
};

struct port {
	KSPIN_LOCK lock, other;
	KIRQL irql;
	struct bus *bus;
	int count;
};

BOOLEAN good_interrupt(PVOID extension);
BOOLEAN warn_interrupt(PVOID extension);
BOOLEAN good_start(PVOID extension, PVOID request);
BOOLEAN warn_start(PVOID extension, PVOID request);
void good_drop(struct port *port);
void warn_drop(struct port *port);
void warn_again(struct port *port);
void warn_leak(struct port *port);
void good_on_bus(struct port *port);
void warn_on_bus(struct port *port);
void good_global(PVOID context);
void warn_global(PVOID context);
void good_nowhere(PVOID context);
void good_handed(PVOID context);
void warn_handed(PVOID context);
void good_helper(struct port *port);
