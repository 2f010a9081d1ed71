/* { dg-do compile } */
/* Helpers of helpers, and recursion.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct queue {
	KSPIN_LOCK lock;
	KIRQL irql;
	int length;
};

struct ext {
	struct queue queue;
	int count;
};

static void queue_lock(struct queue *queue)
{
	KeAcquireSpinLock(&queue->lock, &queue->irql);
}

static void queue_unlock(struct queue *queue)
{
	KeReleaseSpinLock(&queue->lock, queue->irql);
}

static void ext_lock(struct ext *ext)
{
	queue_lock(&ext->queue);
	ext->count++;
}

static void ext_unlock(struct ext *ext)
{
	ext->count--;
	queue_unlock(&ext->queue);
}

void good_two_levels(struct ext *ext)
{
	ext_lock(ext);
	ext->queue.length++;
	ext_unlock(ext);
}

void warn_two_levels(struct ext *ext)
{
	ext_lock(ext);
	ext->queue.length++;
	ext_unlock(ext);
	ext_unlock(ext);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "twice" } */
}

void good_two_levels_and_the_ddi(struct ext *ext)
{
	ext_lock(ext);
	ext->queue.length++;
	KeReleaseSpinLock(&ext->queue.lock, ext->queue.irql);
}

void warn_two_levels_and_the_ddi(struct ext *ext)
{
	KIRQL irql;

	ext_lock(ext);
	ext->queue.length++;
	KeAcquireSpinLock(&ext->queue.lock, &irql);	/* { dg-warning "'ext->queue.lock' is acquired while already held .spinrule-double-acquire." "helper holds it" } */
	KeReleaseSpinLock(&ext->queue.lock, irql);
	ext_unlock(ext);
}

/* Recursion that is balanced in each call. */
void good_recursion(struct ext *ext, int n)
{
	ext_lock(ext);
	ext->queue.length++;
	ext_unlock(ext);
	if (n > 0)
		good_recursion(ext, n - 1);
}

/* A helper defined after its caller. */
static void lock_later(struct ext *ext);
static void unlock_later(struct ext *ext);

void good_helper_defined_later(struct ext *ext)
{
	lock_later(ext);
	ext->count++;
	unlock_later(ext);
}

void warn_helper_defined_later(struct ext *ext)
{
	lock_later(ext);
	ext->count++;
	lock_later(ext);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "twice" } */
}

static void lock_later(struct ext *ext)
{
	KeAcquireSpinLock(&ext->queue.lock, &ext->queue.irql);
}

static void unlock_later(struct ext *ext)
{
	KeReleaseSpinLock(&ext->queue.lock, ext->queue.irql);
}

/* The compiler may inline these at any level; nothing changes. */
static inline __attribute__((always_inline)) void lock_inline(struct ext *ext)
{
	KeAcquireSpinLock(&ext->queue.lock, &ext->queue.irql);
}

static inline __attribute__((always_inline)) void unlock_inline(struct ext *ext)
{
	KeReleaseSpinLock(&ext->queue.lock, ext->queue.irql);
}

void good_inline_helpers(struct ext *ext)
{
	lock_inline(ext);
	ext->count++;
	unlock_inline(ext);
}

void warn_inline_helpers(struct ext *ext)
{
	lock_inline(ext);
	ext->count++;
	unlock_inline(ext);
	unlock_inline(ext);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." "twice" } */
}
