/* kinds.c - what must pair with what: kinds of locks, saved IRQLs, setting up, the cancel lock, momentary use.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static DRIVER_DISPATCH good_kinds, warn_mismatched, good_irql, warn_irql, warn_irql_shared, good_init, warn_reinit, good_queued,
	warn_queued_twice, warn_queued_unheld, warn_queued_held, good_cancel_lock, warn_cancel_twice,
	warn_cancel_unheld, good_momentary, warn_momentary, good_freed, warn_freed, good_shared, warn_shared, good_framework,
	warn_framework, good_kept_raised, warn_kept_raised, good_two_queued, warn_handle, warn_uninitialized;

const PDRIVER_DISPATCH scenarios[] = {
	good_kinds, warn_mismatched, good_irql, warn_irql, warn_irql_shared, good_init, warn_reinit, good_queued,
	warn_queued_twice, warn_queued_unheld, warn_queued_held, good_cancel_lock, warn_cancel_twice,
	warn_cancel_unheld, good_momentary, warn_momentary, good_freed, warn_freed,
	good_shared, warn_shared, good_framework, warn_framework, good_kept_raised, warn_kept_raised, good_two_queued,
	warn_handle, warn_uninitialized, NULL
};

static KSPIN_LOCK raising, at_dpc_level, outer, inner, set_up, queued;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

/* Kernels before Windows Vista SP1, and Wine, lack these: then the runtime has them. */
extern KIRQL NTAPI ExAcquireSpinLockShared(LONG volatile *);
extern VOID NTAPI ExReleaseSpinLockShared(LONG volatile *, KIRQL);
extern KIRQL NTAPI ExAcquireSpinLockExclusive(LONG volatile *);
extern VOID NTAPI ExReleaseSpinLockExclusive(LONG volatile *, KIRQL);
extern LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(LONG volatile *);

static NTSTATUS NTAPI good_kinds(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&raising, &irql);
	KeAcquireSpinLockAtDpcLevel(&at_dpc_level);
	KeReleaseSpinLockFromDpcLevel(&at_dpc_level);
	KeReleaseSpinLock(&raising, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_mismatched(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;

	KeAcquireSpinLockAtDpcLevel(&lock);	/* warn_mismatched: acquired */
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);	/* warn_mismatched: mismatched-release 'lock' */
	return complete(irp, STATUS_SUCCESS, 0);
}

/* What an acquire saved is given back later: by the last lock's release, or by KeLowerIrql. */
static NTSTATUS NTAPI good_kept_raised(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql, other;

	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLockAtDpcLevel(&at_dpc_level);
	KeReleaseSpinLockFromDpcLevel(&outer);
	KeReleaseSpinLock(&at_dpc_level, irql);

	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLockFromDpcLevel(&outer);
	KeReleaseSpinLock(&inner, irql);

	KeAcquireSpinLock(&outer, &irql);
	KeReleaseSpinLockFromDpcLevel(&outer);
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLock(&inner, other);
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLock(&inner, other);
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* A pair in between gives back nothing. */
static NTSTATUS NTAPI warn_kept_raised(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	KIRQL irql, other;

	KeAcquireSpinLock(&lock, &irql);	/* warn_kept_raised: acquired */
	KeReleaseSpinLockFromDpcLevel(&lock);	/* warn_kept_raised: mismatched-release 'lock' */
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLock(&inner, other);
	KeAcquireSpinLock(&inner, &other);
	KeReleaseSpinLock(&inner, other);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_irql(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql, at_dispatch;

	KeAcquireSpinLock(&outer, &irql);
	KeAcquireSpinLock(&inner, &at_dispatch);
	KeReleaseSpinLock(&inner, at_dispatch);
	KeReleaseSpinLock(&outer, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_irql(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* warn_irql: acquired */
	KeReleaseSpinLock(&lock, irql + 1);	/* warn_irql: wrong-irql 'lock' */
	return complete(irp, STATUS_SUCCESS, 0);
}

/* The second acquire overwrites what the first saved.  Wine leaves the IRQL alone; the runtime knows it anyway. */
static NTSTATUS NTAPI warn_irql_shared(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK first, second;
	KIRQL irql;

	KeAcquireSpinLock(&first, &irql);	/* warn_irql_shared: acquired */
	KeAcquireSpinLock(&second, &irql);
	KeReleaseSpinLock(&second, irql);
	KeReleaseSpinLock(&first, irql);	/* warn_irql_shared: wrong-irql 'first' */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_init(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeInitializeSpinLock(&set_up);
	KeAcquireSpinLock(&set_up, &irql);
	KeReleaseSpinLock(&set_up, irql);
	KeInitializeSpinLock(&set_up);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_reinit(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* warn_reinit: acquired */
	KeInitializeSpinLock(&lock);		/* warn_reinit: reinit-held 'lock' */
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_queued(PDEVICE_OBJECT device, PIRP irp)
{
	KLOCK_QUEUE_HANDLE handle;
	KIRQL irql;

	KeAcquireInStackQueuedSpinLock(&queued, &handle);
	KeReleaseInStackQueuedSpinLock(&handle);

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&queued, &handle);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_queued_twice(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	KLOCK_QUEUE_HANDLE handle, second;

	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* warn_queued_twice: acquired */
	KeAcquireInStackQueuedSpinLock(&lock, &second);	/* warn_queued_twice: double-acquire 'lock' QueuedSpinLockRelease */
	KeReleaseInStackQueuedSpinLock(&second);
	KeReleaseInStackQueuedSpinLock(&handle);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_queued_unheld(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	KeReleaseInStackQueuedSpinLock(&handle);
	KeReleaseInStackQueuedSpinLock(&handle);	/* warn_queued_unheld: release-unheld QueuedSpinLockRelease */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_queued_held(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	static KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&lock, &handle);	/* warn_queued_held: acquired */
	return complete(irp, STATUS_SUCCESS, 0);	/* warn_queued_held: held-at-return 'lock' QueuedSpinLockRelease */
}

static NTSTATUS NTAPI good_two_queued(PDEVICE_OBJECT device, PIRP irp)
{
	KLOCK_QUEUE_HANDLE handle, second;

	KeAcquireInStackQueuedSpinLock(&queued, &handle);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&outer, &second);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&second);
	KeReleaseInStackQueuedSpinLock(&handle);
	KeAcquireInStackQueuedSpinLock(&outer, &handle);
	KeReleaseInStackQueuedSpinLock(&handle);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* The second acquire would overwrite where the first lock is found. */
static NTSTATUS NTAPI warn_handle(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK first, second;
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&first, &handle);	/* warn_handle: acquired */
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&second, &handle);	/* warn_handle: handle-in-use 'second' QueuedSpinLockRelease */
	KeReleaseInStackQueuedSpinLock(&handle);
	return complete(irp, first || second ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_cancel_lock(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	IoReleaseCancelSpinLock(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_cancel_twice(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql, again;

	IoAcquireCancelSpinLock(&irql);		/* warn_cancel_twice: acquired */
	IoAcquireCancelSpinLock(&again);	/* warn_cancel_twice: double-acquire CancelSpinlockRelease */
	IoReleaseCancelSpinLock(again);
	IoReleaseCancelSpinLock(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_cancel_unheld(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	IoReleaseCancelSpinLock(irql);
	IoReleaseCancelSpinLock(irql);	/* warn_cancel_unheld: release-unheld CancelSpinlockRelease */
	return complete(irp, STATUS_SUCCESS, 0);
}

/* The list routine takes the lock inside. */
static NTSTATUS NTAPI good_momentary(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	static LIST_ENTRY list, entry;
	KIRQL irql;
	ULONG is_there;

	InitializeListHead(&list);
	ExInterlockedInsertTailList(&list, &entry, &lock);
	KeAcquireSpinLock(&lock, &irql);
	is_there = list.Flink == &entry;
	KeReleaseSpinLock(&lock, irql);
	return complete(irp, is_there ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL, 0);
}

static NTSTATUS NTAPI warn_momentary(PDEVICE_OBJECT device, PIRP irp)
{
	static KSPIN_LOCK lock;
	static LIST_ENTRY list, entry;
	KIRQL irql;

	InitializeListHead(&list);
	KeAcquireSpinLock(&lock, &irql);			/* warn_momentary: acquired */
	ExInterlockedInsertTailList(&list, &entry, &lock);	/* warn_momentary: double-acquire 'lock' */
	KeReleaseSpinLock(&lock, irql);
	return complete(irp, list.Flink == &entry ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL, 0);
}

struct object {
	LIST_ENTRY entry;
	KSPIN_LOCK lock;
};

static NTSTATUS NTAPI good_freed(PDEVICE_OBJECT device, PIRP irp)
{
	struct object *object = ExAllocatePoolWithTag(NonPagedPool, sizeof *object, 0);
	KIRQL irql;

	KeInitializeSpinLock(&object->lock);
	KeAcquireSpinLock(&object->lock, &irql);
	KeReleaseSpinLock(&object->lock, irql);
	ExFreePoolWithTag(object, 0);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_freed(PDEVICE_OBJECT device, PIRP irp)
{
	struct object *object = ExAllocatePoolWithTag(NonPagedPool, sizeof *object, 0);
	KIRQL irql;

	KeInitializeSpinLock(&object->lock);
	KeAcquireSpinLock(&object->lock, &irql);	/* warn_freed: acquired */
	ExFreePoolWithTag(object, 0);	/* warn_freed: freed-held 'object->lock' */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_uninitialized(PDEVICE_OBJECT device, PIRP irp)
{
	struct object *object = ExAllocatePoolWithTag(NonPagedPool, sizeof *object, 0);
	KIRQL irql;

	RtlFillMemory(object, sizeof *object, 0xa5);
	KeAcquireSpinLock(&object->lock, &irql);	/* warn_uninitialized: uninitialized 'object->lock' */
	KeReleaseSpinLock(&object->lock, irql);
	ExFreePoolWithTag(object, 0);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_shared(PDEVICE_OBJECT device, PIRP irp)
{
	static LONG volatile lock;
	KIRQL irql = ExAcquireSpinLockShared(&lock);

	ExReleaseSpinLockShared(&lock, irql);
	irql = ExAcquireSpinLockShared(&lock);
	if (ExTryConvertSharedSpinLockExclusive(&lock))
		ExReleaseSpinLockExclusive(&lock, irql);
	else
		ExReleaseSpinLockShared(&lock, irql);
	return complete(irp, lock ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_shared(PDEVICE_OBJECT device, PIRP irp)
{
	static LONG volatile lock;
	KIRQL irql = ExAcquireSpinLockExclusive(&lock);	/* warn_shared: acquired */

	ExReleaseSpinLockShared(&lock, irql);	/* warn_shared: mismatched-release 'lock' */
	return complete(irp, lock ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

/* Of a framework: inline, by its table. */
typedef struct WDFSPINLOCK__ *WDFSPINLOCK;

static VOID add_to(PVOID lock, LONG value)
{
	*(LONG *)lock += value;
}

static VOID (*WdfFunctions[])(PVOID, LONG) = { add_to };

static inline VOID WdfSpinLockAcquire(WDFSPINLOCK lock)
{
	WdfFunctions[0](lock, 1);
}

static inline VOID WdfSpinLockRelease(WDFSPINLOCK lock)
{
	WdfFunctions[0](lock, -1);
}

static NTSTATUS NTAPI good_framework(PDEVICE_OBJECT device, PIRP irp)
{
	static LONG word;
	WDFSPINLOCK lock = (WDFSPINLOCK)&word;

	WdfSpinLockAcquire(lock);
	WdfSpinLockRelease(lock);
	return complete(irp, word ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_framework(PDEVICE_OBJECT device, PIRP irp)
{
	static LONG word;
	WDFSPINLOCK lock = (WDFSPINLOCK)&word;

	WdfSpinLockAcquire(lock);	/* warn_framework: acquired */
	return complete(irp, STATUS_SUCCESS, 0);	/* warn_framework: held-at-return 'lock' WdfSpinlock */
}
