/* { dg-do compile } */
/* Locks in nested and anonymous structs, in unions, and behind pointers.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct inner {
	int x;
	KSPIN_LOCK lock;
};

struct outer {
	struct inner first, second;
	struct inner *pointed;
	union {
		KSPIN_LOCK as_lock;
		ULONG_PTR as_number;
	} either;
	struct {
		KSPIN_LOCK anonymous;
		int y;
	};
	PKSPIN_LOCK pointer;
};

static struct outer one;

void good_two_members(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->first.lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&outer->second.lock);
	KeReleaseSpinLockFromDpcLevel(&outer->second.lock);
	KeReleaseSpinLock(&outer->first.lock, irql);
}

void warn_two_members(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->second.lock, &irql);	/* { dg-note "'outer->second.lock' acquired here" "first" } */
	KeAcquireSpinLockAtDpcLevel(&outer->second.lock);	/* { dg-warning "'outer->second.lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLockFromDpcLevel(&outer->second.lock);
	KeReleaseSpinLock(&outer->second.lock, irql);
}

void good_static_struct(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&one.first.lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&one.second.lock);
	KeReleaseSpinLockFromDpcLevel(&one.second.lock);
	KeReleaseSpinLock(&one.first.lock, irql);
}

void warn_static_struct(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&one.first.lock, &irql);	/* { dg-note "'one.first.lock' acquired here" "first" } */
	KeAcquireSpinLockAtDpcLevel(&one.first.lock);	/* { dg-warning "'one.first.lock' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLockFromDpcLevel(&one.first.lock);
	KeReleaseSpinLock(&one.first.lock, irql);
}

void good_pointed_member(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->pointed->lock, &irql);
	outer->pointed->x++;
	KeReleaseSpinLock(&outer->pointed->lock, irql);
}

void warn_pointed_member(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->pointed->lock, &irql);
	outer->pointed->x++;
	KeReleaseSpinLock(&outer->pointed->lock, irql);
	KeReleaseSpinLock(&outer->pointed->lock, irql);	/* { dg-warning "'outer->pointed->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* Another object is pointed to by then. */
void good_pointer_stored_between(struct outer *outer, struct inner *other)
{
	KeAcquireSpinLockAtDpcLevel(&outer->pointed->lock);
	outer->pointed = other;
	KeAcquireSpinLockAtDpcLevel(&outer->pointed->lock);
	KeReleaseSpinLockFromDpcLevel(&outer->pointed->lock);
}

void good_pointer_to_a_lock(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(outer->pointer, &irql);
	outer->y++;
	KeReleaseSpinLock(outer->pointer, irql);
}

void warn_pointer_to_a_lock(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(outer->pointer, &irql);
	outer->y++;
	KeReleaseSpinLock(outer->pointer, irql);
	KeReleaseSpinLock(outer->pointer, irql);	/* { dg-warning "outer->pointer' is released but not held .spinrule-release-unheld." "twice" } */
}

void good_union(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->either.as_lock, &irql);
	KeReleaseSpinLock((PKSPIN_LOCK)&outer->either.as_number, irql);
}

void warn_union(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->either.as_lock, &irql);	/* { dg-note "'outer->either.as_lock' acquired here" "first" } */
	KeAcquireSpinLock((PKSPIN_LOCK)&outer->either.as_number, &irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "the same bytes" } */
	KeReleaseSpinLock(&outer->either.as_lock, irql);
}

void good_anonymous_struct(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->anonymous, &irql);
	outer->y++;
	KeReleaseSpinLock(&outer->anonymous, irql);
}

void warn_anonymous_struct(struct outer *outer)
{
	KIRQL irql;

	KeAcquireSpinLock(&outer->anonymous, &irql);	/* { dg-note "anonymous' acquired here" "first" } */
	outer->y++;
	KeAcquireSpinLock(&outer->anonymous, &irql);	/* { dg-warning "anonymous' is acquired while already held .spinrule-double-acquire." "second" } */
	KeReleaseSpinLock(&outer->anonymous, irql);
}

void good_first_member_by_cast(struct outer *outer)
{
	struct inner *inner = (struct inner *)outer;
	KIRQL irql;

	KeAcquireSpinLock(&inner->lock, &irql);
	KeReleaseSpinLock(&outer->first.lock, irql);
}
