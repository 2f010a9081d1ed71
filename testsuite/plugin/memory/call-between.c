/* { dg-do compile } */
/* Calls of functions that are defined elsewhere leave locks alone, but may change other things.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct queue {
	KSPIN_LOCK lock;
	int length;
};

struct ext {
	KSPIN_LOCK lock;
	struct queue *queue;
	int count;
};

extern void touch(struct ext *);
extern void touch_lock(PKSPIN_LOCK);
extern int ask(void);
static struct ext *the_ext;

void set_ext(struct ext *ext)
{
	the_ext = ext;
}

void good_call_with_the_object(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_call_with_the_object(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	touch(ext);
	KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "after the call" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_call_with_the_lock(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	touch_lock(&ext->lock);
	KeReleaseSpinLock(&ext->lock, irql);
}

/* The call may have put another queue there.  Nothing is claimed about which lock is released. */
IO_TIMER_ROUTINE good_pointer_reloaded_after_a_call;

VOID NTAPI good_pointer_reloaded_after_a_call(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->queue->lock);
	touch(ext);
	ext->queue->length++;
	KeReleaseSpinLockFromDpcLevel(&ext->queue->lock);
}

IO_TIMER_ROUTINE good_global_reloaded_after_a_call;

VOID NTAPI good_global_reloaded_after_a_call(PDEVICE_OBJECT device, PVOID context)
{
	KeAcquireSpinLockAtDpcLevel(&the_ext->lock);
	if (ask())
		the_ext->count++;
	KeReleaseSpinLockFromDpcLevel(&the_ext->lock);
}

/* What <wdm.h> declares is no function of the driver's: it leaves the driver's pointers as they are. */
IO_TIMER_ROUTINE good_pointer_reloaded_after_a_ddi, warn_pointer_reloaded_after_a_ddi;

VOID NTAPI good_pointer_reloaded_after_a_ddi(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->queue->lock);
	IoStartNextPacket(device, FALSE);
	KeReleaseSpinLockFromDpcLevel(&ext->queue->lock);
}

VOID NTAPI warn_pointer_reloaded_after_a_ddi(PDEVICE_OBJECT device, PVOID context)
{
	struct ext *ext = context;

	KeAcquireSpinLockAtDpcLevel(&ext->queue->lock);
	IoStartNextPacket(device, FALSE);
	KeAcquireSpinLockAtDpcLevel(&ext->queue->lock);	/* { dg-warning "'ext->queue->lock' is acquired while already held .spinrule-double-acquire." "after the DDI" } */
	KeReleaseSpinLockFromDpcLevel(&ext->queue->lock);
}

/* A local that nobody else can reach keeps its value across the call. */
void good_local_flag_across_calls(struct ext *ext)
{
	KIRQL irql = 0;
	int x = ask();

	if (x)
		KeAcquireSpinLock(&ext->lock, &irql);
	touch(ext);
	ask();
	if (x)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_an_answer_forgotten(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (ask())
		KeReleaseSpinLock(&ext->lock, irql);
	touch(ext);
	ask();
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "the first answer" } */
}

void good_local_pointer_across_a_call(struct ext *ext)
{
	struct queue *queue = ext->queue;
	KIRQL irql;

	KeAcquireSpinLock(&queue->lock, &irql);
	touch(ext);
	KeReleaseSpinLock(&queue->lock, irql);
}

void warn_local_pointer_across_a_call(struct ext *ext)
{
	struct queue *queue = ext->queue;
	KIRQL irql;

	KeAcquireSpinLock(&queue->lock, &irql);
	touch(ext);
	KeReleaseSpinLock(&queue->lock, irql);
	KeReleaseSpinLock(&queue->lock, irql);	/* { dg-warning "'queue->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* A function pointer may call anything; it leaves locks alone all the same. */
void good_call_through_a_pointer(struct ext *ext, void (*hook)(struct ext *))
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	hook(ext);
	KeReleaseSpinLock(&ext->lock, irql);
}
