/* mixed.c - a driver that breaks no rule, at work with a random mix of all that the runtime replaces.  See mixed.exp.
 *
 * Threads, DPCs of timers and requests share locks and count under them, so a lock that does not keep others out is found
 * out too.  Locks are acquired in one order: plain ones by their numbers, queued ones, reader/writer ones, the cancel lock.
 * With -DEVERY=N one round in N breaks the rule, on a line that is marked "mixed: ID".
 *
 *     0x801          start the threads
 *     0x802          a request: some work of its own, and timers
 *     0x803          stop; answers how many rounds there were, in thousands
 *     0x804:NUMBER   after that: how often mistakes[NUMBER] was made (a byte)
 *
 * SPDX-License-Identifier: MIT
 */

#include "kernel.h"
#include "spinrule.h"

#ifndef EVERY
#define EVERY 0
#endif

/* More than there are. */
SPINRULE_THREADS(64);

enum { MISTAKES = 12 };

enum { THREADS = 8, LOCKS = 16, SHOTS = 4096, SHOTS_OF_A_REQUEST = 16, ROUNDS_OF_A_REQUEST = 500 };

/* Kernels before Windows Vista SP1, and Wine, lack these: then the runtime has them. */
extern KIRQL NTAPI ExAcquireSpinLockShared(LONG volatile *);
extern VOID NTAPI ExReleaseSpinLockShared(LONG volatile *, KIRQL);
extern VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(LONG volatile *);
extern VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(LONG volatile *);
extern KIRQL NTAPI ExAcquireSpinLockExclusive(LONG volatile *);
extern VOID NTAPI ExReleaseSpinLockExclusive(LONG volatile *, KIRQL);
extern LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(LONG volatile *);

static DRIVER_DISPATCH begin, request, end, made;

const PDRIVER_DISPATCH scenarios[] = { begin, request, end, made, NULL };

static KSTART_ROUTINE works, releases;
static KDEFERRED_ROUTINE shot, inside, leaves_held;

struct guarded {
	KSPIN_LOCK lock;
	ULONG counter;
};

static struct guarded plain[LOCKS], queued[LOCKS];
static struct {
	LONG volatile lock;
	ULONG counter;
} shared[LOCKS];
static struct guarded momentary;
static ULONG counter_of_cancel;

static struct worker {
	PVOID thread;
	ULONG random, increments, rounds;
	KSPIN_LOCK own;
	LONG volatile own_shared;
	ULONG made[MISTAKES];
} workers[THREADS + 1];		/* the last is the requests' */

/* A timer that was used in a kernel of Wine's cannot be set again: each shot has its own. */
static struct shot_of_timer {
	KTIMER timer;
	KDPC dpc;
} shots[SHOTS];
static KSPIN_LOCK shot_lock;
static ULONG shots_fired, increments_of_shots;
static LONG shots_set, is_over;

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	for (int i = 0; i < LOCKS; i++) {
		KeInitializeSpinLock(&plain[i].lock);
		KeInitializeSpinLock(&queued[i].lock);
	}
	for (int i = 0; i <= THREADS; i++)
		KeInitializeSpinLock(&workers[i].own);
	KeInitializeSpinLock(&momentary.lock);
	KeInitializeSpinLock(&shot_lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static ULONG random_below(struct worker *worker, ULONG limit)
{
	worker->random = worker->random * 1664525 + 1013904223;
	return (worker->random >> 16) % limit;
}

/* ---- plain locks ---- */

static void count_at(struct worker *worker, struct guarded *guarded)
{
	guarded->counter++;
	worker->increments++;
}

static void one(struct worker *worker)
{
	struct guarded *a = &plain[random_below(worker, LOCKS)];
	KIRQL irql;

	KeAcquireSpinLock(&a->lock, &irql);
	count_at(worker, a);
	KeReleaseSpinLock(&a->lock, irql);
}

/* Two in the order of the table. */
static void choose_two(struct worker *worker, struct guarded **a, struct guarded **b)
{
	ULONG i = random_below(worker, LOCKS - 1);

	*a = &plain[i];
	*b = &plain[i + 1 + random_below(worker, LOCKS - 1 - i)];
}

static void nested(struct worker *worker)
{
	struct guarded *a, *b;
	KIRQL irql;

	choose_two(worker, &a, &b);
	KeAcquireSpinLock(&a->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&b->lock);
	count_at(worker, a);
	count_at(worker, b);
	KeReleaseSpinLockFromDpcLevel(&b->lock);
	KeReleaseSpinLock(&a->lock, irql);
}

static void out_of_order(struct worker *worker)
{
	struct guarded *a, *b;
	KIRQL irql, other;

	choose_two(worker, &a, &b);
	KeAcquireSpinLock(&a->lock, &irql);
	KeAcquireSpinLock(&b->lock, &other);
	count_at(worker, a);
	KeReleaseSpinLock(&a->lock, other);
	count_at(worker, b);
	KeReleaseSpinLock(&b->lock, irql);
}

static void hand_over_hand(struct worker *worker)
{
	struct guarded *a, *b;
	KIRQL irql;

	choose_two(worker, &a, &b);
	KeAcquireSpinLock(&a->lock, &irql);
	count_at(worker, a);
	KeAcquireSpinLockAtDpcLevel(&b->lock);
	KeReleaseSpinLockFromDpcLevel(&a->lock);
	count_at(worker, b);
	KeReleaseSpinLock(&b->lock, irql);
}

static void lowered_later(struct worker *worker)
{
	struct guarded *a, *b;
	KIRQL irql, other;

	choose_two(worker, &a, &b);
	KeAcquireSpinLock(&a->lock, &irql);
	count_at(worker, a);
	KeReleaseSpinLockFromDpcLevel(&a->lock);
	KeAcquireSpinLock(&b->lock, &other);
	count_at(worker, b);
	KeReleaseSpinLock(&b->lock, other);
	KeLowerIrql(irql);
}

static void tried(struct worker *worker)
{
	struct guarded *a = &plain[random_below(worker, LOCKS)];

	if (KeTryToAcquireSpinLockAtDpcLevel(&a->lock)) {
		count_at(worker, a);
		KeReleaseSpinLockFromDpcLevel(&a->lock);
	}
}

/* ---- locks of other kinds ---- */

static void in_stack(struct worker *worker)
{
	ULONG i = random_below(worker, LOCKS - 1);
	KLOCK_QUEUE_HANDLE first, second;

	KeAcquireInStackQueuedSpinLock(&queued[i].lock, &first);
	count_at(worker, &queued[i]);
	if (random_below(worker, 2)) {
		KeAcquireInStackQueuedSpinLockAtDpcLevel(&queued[i + 1].lock, &second);
		count_at(worker, &queued[i + 1]);
		KeReleaseInStackQueuedSpinLockFromDpcLevel(&second);
	}
	KeReleaseInStackQueuedSpinLock(&first);
}

static void plain_then_queued(struct worker *worker)
{
	struct guarded *a = &plain[random_below(worker, LOCKS)], *b = &queued[random_below(worker, LOCKS)];
	KLOCK_QUEUE_HANDLE handle;
	KIRQL irql;

	KeAcquireSpinLock(&a->lock, &irql);
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&b->lock, &handle);
	count_at(worker, a);
	count_at(worker, b);
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
	KeReleaseSpinLock(&a->lock, irql);
}

static void read_or_write(struct worker *worker)
{
	ULONG i = random_below(worker, LOCKS);
	KIRQL irql;

	switch (random_below(worker, 3)) {
	case 0:
		irql = ExAcquireSpinLockShared(&shared[i].lock);
		if (ExTryConvertSharedSpinLockExclusive(&shared[i].lock)) {
			shared[i].counter++;
			worker->increments++;
			ExReleaseSpinLockExclusive(&shared[i].lock, irql);
		} else {
			ExReleaseSpinLockShared(&shared[i].lock, irql);
		}
		break;
	case 1:
		irql = ExAcquireSpinLockExclusive(&shared[i].lock);
		shared[i].counter++;
		worker->increments++;
		ExReleaseSpinLockExclusive(&shared[i].lock, irql);
		break;
	default:
		ExAcquireSpinLockSharedAtDpcLevel(&shared[i].lock);
		ExReleaseSpinLockSharedFromDpcLevel(&shared[i].lock);
		break;
	}
}

static void cancel_lock(struct worker *worker)
{
	KIRQL irql;

	IoAcquireCancelSpinLock(&irql);
	counter_of_cancel++;
	worker->increments++;
	IoReleaseCancelSpinLock(irql);
}

static void add_at_once(struct worker *worker)
{
	ExInterlockedAddUlong(&momentary.counter, 1, &momentary.lock);
	worker->increments++;
}

/* A lock that lives for a moment. */
static void short_lived(struct worker *worker)
{
	struct guarded *new = ExAllocatePool(NonPagedPool, sizeof *new);
	KIRQL irql;

	if (!new)
		return;
	new->counter = 0;
	KeInitializeSpinLock(&new->lock);
	KeAcquireSpinLock(&new->lock, &irql);
	new->counter++;
	KeReleaseSpinLock(&new->lock, irql);
	ExFreePool(new);
}

/* ---- callbacks ---- */

static VOID NTAPI inside(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	nested(context);
}

static void callback_inside(struct worker *worker)
{
	inside(NULL, worker, NULL, NULL);
}

/* ---- what is wrong ---- */

static void twice(struct worker *worker)
{
	struct guarded *a = &plain[random_below(worker, LOCKS)];
	KIRQL irql, again;

	KeAcquireSpinLock(&a->lock, &irql);
	KeAcquireSpinLock(&a->lock, &again);		/* mixed: double-acquire */
	KeReleaseSpinLock(&a->lock, again);
	count_at(worker, a);
	KeReleaseSpinLock(&a->lock, irql);
}

static void queued_twice(struct worker *worker)
{
	struct guarded *a = &queued[random_below(worker, LOCKS)];
	KLOCK_QUEUE_HANDLE first, second;

	KeAcquireInStackQueuedSpinLock(&a->lock, &first);
	KeAcquireInStackQueuedSpinLock(&a->lock, &second);	/* mixed: double-acquire */
	KeReleaseInStackQueuedSpinLock(&second);
	count_at(worker, a);
	KeReleaseInStackQueuedSpinLock(&first);
}

static void cancel_lock_twice(struct worker *worker)
{
	KIRQL irql, again;

	IoAcquireCancelSpinLock(&irql);
	IoAcquireCancelSpinLock(&again);		/* mixed: double-acquire */
	IoReleaseCancelSpinLock(again);
	counter_of_cancel++;
	worker->increments++;
	IoReleaseCancelSpinLock(irql);
}

static void used_while_held(struct worker *worker)
{
	KIRQL irql;

	KeAcquireSpinLock(&momentary.lock, &irql);
	ExInterlockedAddUlong(&momentary.counter, 1, &momentary.lock);	/* mixed: double-acquire */
	worker->increments++;
	KeReleaseSpinLock(&momentary.lock, irql);
}

static void released_twice(struct worker *worker)
{
	KIRQL irql;

	KeAcquireSpinLock(&worker->own, &irql);
	KeReleaseSpinLock(&worker->own, irql);
	KeReleaseSpinLock(&worker->own, irql);		/* mixed: release-unheld */
}

static VOID NTAPI releases(PVOID lock)
{
	KeReleaseSpinLock(lock, PASSIVE_LEVEL);		/* mixed: wrong-context */
}

static void released_elsewhere(struct worker *worker)
{
	KIRQL irql;
	PVOID thread;

	KeAcquireSpinLock(&worker->own, &irql);
	thread = start_thread(releases, &worker->own);
	if (thread)
		join_thread(thread);
	(void)irql;
}

static VOID NTAPI leaves_held(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	struct worker *worker = context;

	KeAcquireSpinLockAtDpcLevel(&worker->own);
}							/* mixed: held-at-return */

static void left_held(struct worker *worker)
{
	leaves_held(NULL, worker, NULL, NULL);
}

static void mismatched(struct worker *worker)
{
	struct guarded *a = &plain[random_below(worker, LOCKS)];

	KeAcquireSpinLockAtDpcLevel(&a->lock);
	count_at(worker, a);
	KeReleaseSpinLock(&a->lock, PASSIVE_LEVEL);	/* mixed: mismatched-release */
}

static void another_irql(struct worker *worker)
{
	struct guarded *a = &plain[random_below(worker, LOCKS)];
	KIRQL irql;

	KeAcquireSpinLock(&a->lock, &irql);
	count_at(worker, a);
	KeReleaseSpinLock(&a->lock, APC_LEVEL);		/* mixed: wrong-irql */
	(void)irql;
}

static void initialized_while_held(struct worker *worker)
{
	KIRQL irql;

	KeAcquireSpinLock(&worker->own, &irql);
	KeInitializeSpinLock(&worker->own);		/* mixed: reinit-held */
	(void)irql;
}

static void converted_unheld(struct worker *worker)
{
	ExTryConvertSharedSpinLockExclusive(&worker->own_shared);	/* mixed: call-unheld */
}

static void freed_while_held(struct worker *worker)
{
	struct guarded *new = ExAllocatePool(NonPagedPool, sizeof *new);
	KIRQL irql;

	if (!new) {
		worker->made[MISTAKES - 1]--;
		return;
	}
	KeInitializeSpinLock(&new->lock);
	KeAcquireSpinLock(&new->lock, &irql);
	ExFreePool(new);				/* mixed: freed-held */
	(void)irql;
}

/* In the order of their marks. */
static void (*const mistakes[MISTAKES])(struct worker *worker) = {
	twice, queued_twice, cancel_lock_twice, used_while_held, released_twice, released_elsewhere, left_held, mismatched,
	another_irql, initialized_while_held, converted_unheld, freed_while_held,
};

static void (*const mix[])(struct worker *worker) = {
	one, nested, out_of_order, hand_over_hand, lowered_later, tried, in_stack, plain_then_queued, read_or_write,
	cancel_lock, add_at_once, short_lived, callback_inside,
};

static void work(struct worker *worker)
{
	if (EVERY && random_below(worker, EVERY) == 0) {
		ULONG i = random_below(worker, MISTAKES);

		worker->made[i]++;
		mistakes[i](worker);
	}
	mix[random_below(worker, sizeof mix / sizeof *mix)](worker);
	worker->rounds++;
}

static VOID NTAPI works(PVOID context)
{
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
		work(context);
}

static VOID NTAPI shot(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
	KeAcquireSpinLockAtDpcLevel(&plain[0].lock);
	plain[0].counter++;
	increments_of_shots++;
	KeReleaseSpinLockFromDpcLevel(&plain[0].lock);
	KeAcquireSpinLockAtDpcLevel(&shot_lock);
	shots_fired++;
	KeReleaseSpinLockFromDpcLevel(&shot_lock);
}

static NTSTATUS NTAPI begin(PDEVICE_OBJECT device, PIRP irp)
{
	for (ULONG i = 0; i <= THREADS; i++)
		workers[i].random = 2654435769u * (i + 1);
	for (ULONG i = 0; i < THREADS; i++) {
		workers[i].thread = start_thread(works, &workers[i]);
		if (!workers[i].thread)
			return complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
	}
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI request(PDEVICE_OBJECT device, PIRP irp)
{
	LARGE_INTEGER soon;

	soon.QuadPart = -10000;		/* a millisecond */
	for (int i = 0; i < SHOTS_OF_A_REQUEST && shots_set < SHOTS; i++, shots_set++) {
		KeInitializeTimer(&shots[shots_set].timer);
		KeInitializeDpc(&shots[shots_set].dpc, shot, NULL);
		KeSetTimer(&shots[shots_set].timer, soon, &shots[shots_set].dpc);
	}
	for (int i = 0; i < ROUNDS_OF_A_REQUEST; i++)
		work(&workers[THREADS]);
	return complete(irp, STATUS_SUCCESS, shots_set);
}

static ULONG counted(void)
{
	ULONG sum = momentary.counter + counter_of_cancel;

	for (int i = 0; i < LOCKS; i++)
		sum += plain[i].counter + queued[i].counter + shared[i].counter;
	return sum;
}

static NTSTATUS NTAPI end(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG increments, fired;
	ULONGLONG rounds = 0;
	LARGE_INTEGER moment;
	KIRQL irql;

	__atomic_store_n(&is_over, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++) {
		KeWaitForSingleObject(workers[i].thread, Executive, KernelMode, FALSE, NULL);
		ObDereferenceObject(workers[i].thread);
	}
	moment.QuadPart = -100000;
	for (;;) {
		KeAcquireSpinLock(&shot_lock, &irql);
		fired = shots_fired;
		KeReleaseSpinLock(&shot_lock, irql);
		if (fired == (ULONG)shots_set)
			break;
		KeDelayExecutionThread(KernelMode, FALSE, &moment);
	}
	/* The last one may be on its way out of this image, which is unloaded next. */
	for (int i = 0; i < 10; i++)
		KeDelayExecutionThread(KernelMode, FALSE, &moment);
	increments = increments_of_shots;
	for (int i = 0; i <= THREADS; i++) {
		increments += workers[i].increments;
		rounds += workers[i].rounds;
	}
	return complete(irp, counted() == increments ? STATUS_SUCCESS : STATUS_DATA_ERROR, (ULONG_PTR)(rounds / 1000));
}

static NTSTATUS NTAPI made(PDEVICE_OBJECT device, PIRP irp)
{
	UCHAR *input = irp->AssociatedIrp.SystemBuffer;
	ULONG number = *input, sum = 0;

	for (int i = 0; i <= THREADS; i++)
		sum += workers[i].made[number % MISTAKES];
	return complete(irp, STATUS_SUCCESS, sum);
}
