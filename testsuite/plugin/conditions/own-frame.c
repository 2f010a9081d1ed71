/* { dg-do compile } */
/* What a function gets from its callers is not in its own frame.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct link { struct link *next; };
struct ext {
	KSPIN_LOCK lock;
	struct link head, *first;
	int count;
};

extern void unseen(void *);
extern void keep(struct link *, struct link **);

void good_parameter(struct ext *ext, struct link *link)
{
	struct link own;
	KIRQL irql, again;

	own.next = &own;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (&ext->head == &own || link == &own)
		KeAcquireSpinLock(&ext->lock, &again);
	KeReleaseSpinLock(&ext->lock, irql);
	unseen(own.next);
}

void warn_parameter(struct ext *ext, struct link *link)
{
	struct link own;
	KIRQL irql, again;

	own.next = &own;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (&ext->head == &own || link == own.next->next->next)
		KeAcquireSpinLock(&ext->lock, &again);
	if (&ext->head == link)
		KeAcquireSpinLock(&ext->lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&ext->lock, irql);
	unseen(own.next);
}

void good_memory_of_entry(struct ext *ext)
{
	struct link own;
	KIRQL irql;

	if (ext->first == &own)
		KeAcquireSpinLock(&ext->lock, &irql);
	own.next = 0;
	unseen(&own);
}

/* A pointer that was handed out may come back. */
void good_comes_back(struct ext *ext)
{
	struct link own, *again;
	KIRQL irql;

	keep(&own, &again);
	KeAcquireSpinLock(&ext->lock, &irql);
	if (again != &own)
		ext->count++;
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_comes_back(struct ext *ext)
{
	struct link own, *again;
	KIRQL irql;

	keep(&own, &again);
	KeAcquireSpinLock(&ext->lock, &irql);
	if (again == &own)
		KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "'ext->lock' is released but not held" } */
}
