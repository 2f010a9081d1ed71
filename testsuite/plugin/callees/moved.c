/* { dg-do compile } */
/* A guard that is moved: a helper stores in one object and then in another of its type.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int value;
};

struct guard {
	PKSPIN_LOCK lock;
	KIRQL irql;
};

static void enter(struct guard *guard, PKSPIN_LOCK lock)
{
	guard->lock = lock;
	KeAcquireSpinLock(guard->lock, &guard->irql);
}

static void leave(struct guard *guard)
{
	if (guard->lock)
		KeReleaseSpinLock(guard->lock, guard->irql);
}

static void move(struct guard *to, struct guard *from)
{
	to->lock = from->lock;
	to->irql = from->irql;
	from->lock = NULL;
}

static void swap(struct guard *a, struct guard *b)
{
	struct guard third = *a;

	*a = *b;
	*b = third;
}

int good_moved(struct ext *ext)
{
	struct guard first, second;
	int value;

	enter(&first, &ext->lock);
	move(&second, &first);
	value = ext->value;
	leave(&second);
	leave(&first);
	return value;
}

int warn_released_before(struct ext *ext)
{
	struct guard first, second;

	enter(&first, &ext->lock);
	move(&second, &first);
	KeReleaseSpinLock(&ext->lock, second.irql);
	leave(&second);		/* { dg-warning "'first.lock' is released but not held" "again" } */
	leave(&first);
	return ext->value;
}

int good_moved_twice(struct ext *ext)
{
	struct guard first, second, third;

	third.lock = NULL;
	enter(&first, &ext->lock);
	move(&second, &first);
	move(&third, &second);
	leave(&first);
	leave(&second);
	leave(&third);
	return ext->value;
}

DRIVER_DISPATCH warn_moved_onto_itself;

NTSTATUS NTAPI warn_moved_onto_itself(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	struct guard guard;

	enter(&guard, &ext->lock);
	move(&guard, &guard);
	leave(&guard);
	return STATUS_SUCCESS;	/* { dg-warning "'guard.lock' is still held at return" "lost" } */
}

int good_swapped_and_back(struct ext *ext)
{
	struct guard first, second = { NULL, 0 };

	enter(&first, &ext->lock);
	swap(&first, &second);
	swap(&first, &second);
	KeReleaseSpinLock(&ext->lock, first.irql);
	return ext->value;
}

int good_swapped(struct ext *ext)
{
	struct guard first, second = { NULL, 0 };

	enter(&first, &ext->lock);
	swap(&first, &second);
	leave(&first);
	leave(&second);
	return ext->value;
}

/* The callers may hand the same object twice: which lock is then released is not known.  */
void good_may_be_one(struct guard *to, struct guard *from)
{
	move(to, from);
	leave(to);
}
