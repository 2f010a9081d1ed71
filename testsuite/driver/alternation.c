/* alternation.c - one lock in a dispatch routine: strict alternation of acquire and release.
 *
 * Each scenario has a lock of its own: what the one before left behind must not matter.
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"

static DRIVER_DISPATCH good_pair, warn_twice, good_helper, warn_helper, good_nested, warn_nested, warn_other_path,
	warn_never_acquired, warn_released_twice, good_every_return, warn_early_return, warn_two_held, good_dpc_level,
	warn_dpc_level, good_try, warn_try_failed, good_pointers;

const PDRIVER_DISPATCH scenarios[] = {
	good_pair, warn_twice, good_helper, warn_helper, good_nested, warn_nested, warn_other_path,
	warn_never_acquired, warn_released_twice, good_every_return, warn_early_return, warn_two_held, good_dpc_level,
	warn_dpc_level, good_try, warn_try_failed, good_pointers, NULL
};

struct queue {
	KSPIN_LOCK lock;
	ULONG length;
};

static struct queue pair, helped, nested_a, nested_b, moving, never, twice, leaving, held_a, held_b, dpc, tried, pointed;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	KeInitializeSpinLock(&pair.lock);
	KeInitializeSpinLock(&helped.lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static NTSTATUS NTAPI good_pair(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;
	ULONG length;

	KeAcquireSpinLock(&pair.lock, &irql);
	length = ++pair.length;
	KeReleaseSpinLock(&pair.lock, irql);
	KeAcquireSpinLock(&pair.lock, &irql);
	length -= --pair.length;
	KeReleaseSpinLock(&pair.lock, irql);
	return complete(irp, STATUS_SUCCESS, length);
}

static NTSTATUS NTAPI warn_twice(PDEVICE_OBJECT device, PIRP irp)
{
	static struct queue mine;
	KIRQL irql, inner;

	KeAcquireSpinLock(&mine.lock, &irql);	/* warn_twice: acquired */
	KeAcquireSpinLock(&mine.lock, &inner);	/* warn_twice: double-acquire 'mine.lock' */
	mine.length++;
	KeReleaseSpinLock(&mine.lock, inner);
	KeReleaseSpinLock(&mine.lock, irql);
	return complete(irp, STATUS_SUCCESS, 1);
}

/* The helpers of a queue lock it for their callers. */
static __attribute__((noinline)) void queue_lock(struct queue *queue, KIRQL *irql)
{
	KeAcquireSpinLock(&queue->lock, irql);	/* warn_helper: acquired */
}

static __attribute__((noinline)) void queue_unlock(struct queue *queue, KIRQL irql)
{
	KeReleaseSpinLock(&queue->lock, irql);
}

static __attribute__((noinline)) ULONG queue_length(struct queue *queue)
{
	KIRQL irql;
	ULONG length;

	KeAcquireSpinLock(&queue->lock, &irql);	/* warn_helper: double-acquire 'queue->lock' */
	length = queue->length;
	KeReleaseSpinLock(&queue->lock, irql);
	return length;
}

static NTSTATUS NTAPI good_helper(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	queue_lock(&helped, &irql);
	helped.length++;
	queue_unlock(&helped, irql);
	return complete(irp, STATUS_SUCCESS, queue_length(&helped));
}

static NTSTATUS NTAPI warn_helper(PDEVICE_OBJECT device, PIRP irp)
{
	static struct queue mine;
	ULONG length;
	KIRQL irql;

	queue_lock(&mine, &irql);
	length = queue_length(&mine);
	queue_unlock(&mine, irql);
	return complete(irp, STATUS_SUCCESS, length);
}

/* Different locks nest, and need not be released in the order of a stack. */
static NTSTATUS NTAPI good_nested(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql, inner;

	KeAcquireSpinLock(&nested_a.lock, &irql);
	KeAcquireSpinLock(&nested_b.lock, &inner);
	nested_a.length = ++nested_b.length;
	KeReleaseSpinLock(&nested_b.lock, inner);
	KeReleaseSpinLock(&nested_a.lock, irql);

	KeAcquireSpinLock(&nested_a.lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&nested_b.lock);
	KeReleaseSpinLockFromDpcLevel(&nested_b.lock);
	KeReleaseSpinLock(&nested_a.lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* The second of two locks that are held is the one that is taken again. */
static NTSTATUS NTAPI warn_nested(PDEVICE_OBJECT device, PIRP irp)
{
	static struct queue outer, inner;
	KIRQL irql;

	KeAcquireSpinLock(&outer.lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&inner.lock);	/* warn_nested: acquired */
	KeAcquireSpinLockAtDpcLevel(&inner.lock);	/* warn_nested: double-acquire 'inner.lock' */
	KeReleaseSpinLockFromDpcLevel(&inner.lock);
	KeReleaseSpinLockFromDpcLevel(&inner.lock);
	KeReleaseSpinLock(&outer.lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

/* One lock behind two names, which only an address tells. */
static __attribute__((noinline)) void move(struct queue *from, struct queue *to)
{
	KIRQL irql;

	KeAcquireSpinLock(&from->lock, &irql);	/* warn_other_path: acquired */
	KeAcquireSpinLockAtDpcLevel(&to->lock);	/* warn_other_path: double-acquire 'to->lock' */
	to->length += from->length;
	KeReleaseSpinLockFromDpcLevel(&to->lock);
	KeReleaseSpinLock(&from->lock, irql);
}

static NTSTATUS NTAPI warn_other_path(PDEVICE_OBJECT device, PIRP irp)
{
	move(&moving, &moving);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_never_acquired(PDEVICE_OBJECT device, PIRP irp)
{
	KeReleaseSpinLock(&never.lock, PASSIVE_LEVEL);	/* warn_never_acquired: release-unheld 'never.lock' */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_released_twice(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&twice.lock, &irql);
	KeReleaseSpinLock(&twice.lock, irql);
	KeReleaseSpinLock(&twice.lock, irql);	/* warn_released_twice: release-unheld 'twice.lock' */
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_every_return(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&leaving.lock, &irql);
	if (leaving.length == 0) {
		KeReleaseSpinLock(&leaving.lock, irql);
		return complete(irp, STATUS_SUCCESS, 0);
	}
	leaving.length--;
	KeReleaseSpinLock(&leaving.lock, irql);
	return complete(irp, STATUS_SUCCESS, 1);
}

static NTSTATUS NTAPI warn_early_return(PDEVICE_OBJECT device, PIRP irp)
{
	static struct queue mine;
	KIRQL irql;

	KeAcquireSpinLock(&mine.lock, &irql);	/* warn_early_return: acquired */
	if (mine.length == 0)
		return complete(irp, STATUS_SUCCESS, 0);	/* warn_early_return: held-at-return 'mine.lock' */
	mine.length--;
	KeReleaseSpinLock(&mine.lock, irql);
	return complete(irp, STATUS_SUCCESS, 1);
}

/* One of two locks stays behind. */
static NTSTATUS NTAPI warn_two_held(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&held_a.lock, &irql);	/* warn_two_held: acquired */
	KeAcquireSpinLockAtDpcLevel(&held_b.lock);
	held_b.length++;
	KeReleaseSpinLockFromDpcLevel(&held_b.lock);
	return complete(irp, STATUS_SUCCESS, 0);	/* warn_two_held: held-at-return 'held_a.lock' */
}

static NTSTATUS NTAPI good_dpc_level(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeAcquireSpinLockAtDpcLevel(&dpc.lock);
	dpc.length++;
	KeReleaseSpinLockFromDpcLevel(&dpc.lock);
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_dpc_level(PDEVICE_OBJECT device, PIRP irp)
{
	static struct queue mine;
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	KeAcquireSpinLockAtDpcLevel(&mine.lock);
	KeReleaseSpinLockFromDpcLevel(&mine.lock);
	KeReleaseSpinLockFromDpcLevel(&mine.lock);	/* warn_dpc_level: release-unheld 'mine.lock' */
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI good_try(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG got = 0;
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	if (KeTryToAcquireSpinLockAtDpcLevel(&tried.lock)) {
		got = 1;
		KeReleaseSpinLockFromDpcLevel(&tried.lock);
	}
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, got);
}

/* A thread keeps this lock, so that trying fails. */
static KSPIN_LOCK kept;
static KEVENT is_kept, may_end;

static KSTART_ROUTINE keep;

static VOID NTAPI keep(PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&kept, &irql);	/* warn_try_failed: acquired */
	KeSetEvent(&is_kept, IO_NO_INCREMENT, FALSE);
	/* No driver may wait with a spin lock held; this one must, to be sure of the order. */
	wait_for(&may_end);
	PsTerminateSystemThread(STATUS_SUCCESS);	/* compile-time: held-at-return */
}

static NTSTATUS NTAPI warn_try_failed(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG got = 0;
	PVOID thread;
	KIRQL irql;

	KeInitializeEvent(&is_kept, NotificationEvent, FALSE);
	KeInitializeEvent(&may_end, NotificationEvent, FALSE);
	thread = start_thread(keep, NULL);
	wait_for(&is_kept);

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	if (KeTryToAcquireSpinLockAtDpcLevel(&kept))
		got = 1;
	KeReleaseSpinLockFromDpcLevel(&kept);	/* warn_try_failed: wrong-context 'kept' */
	KeLowerIrql(irql);

	KeSetEvent(&may_end, IO_NO_INCREMENT, FALSE);
	join_thread(thread);
	return complete(irp, STATUS_SUCCESS, got);
}

/* Through function pointers: one that the compiler sees through, one that it does not. */
#ifdef _X86_
static VOID (FASTCALL *volatile acquire_at_dpc_level)(PKSPIN_LOCK) = KefAcquireSpinLockAtDpcLevel;
static VOID (FASTCALL *release_from_dpc_level)(PKSPIN_LOCK) = KefReleaseSpinLockFromDpcLevel;
#else
static VOID (*volatile acquire_at_dpc_level)(PKSPIN_LOCK) = KeAcquireSpinLockAtDpcLevel;
static VOID (*release_from_dpc_level)(PKSPIN_LOCK) = KeReleaseSpinLockFromDpcLevel;
#endif

static NTSTATUS NTAPI good_pointers(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	acquire_at_dpc_level(&pointed.lock);
	pointed.length++;
	release_from_dpc_level(&pointed.lock);
	KeAcquireSpinLockAtDpcLevel(&pointed.lock);
	release_from_dpc_level(&pointed.lock);
	KeLowerIrql(irql);
	return complete(irp, STATUS_SUCCESS, pointed.length);
}
