/* { dg-do compile } */
/* Annotated functions that hand out the IRQL and take it back.  */
/* SPDX-License-Identifier: MIT */
#include "../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock, other;
};

_Acquires_lock_(*lock) _IRQL_saves_ KIRQL take(PKSPIN_LOCK lock);
_Releases_lock_(*lock) void drop(PKSPIN_LOCK lock, _IRQL_restores_ KIRQL irql);
_Acquires_lock_(*lock) void take_through(PKSPIN_LOCK lock, _IRQL_saves_ KIRQL *irql);

void good_order(struct ext *ext)
{
	KIRQL irql = take(&ext->lock);
	KIRQL second = take(&ext->other);

	drop(&ext->other, second);
	drop(&ext->lock, irql);
}

void warn_swapped(struct ext *ext)
{
	KIRQL irql = take(&ext->lock);
	KIRQL second = take(&ext->other);

	drop(&ext->other, irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

void warn_constant(struct ext *ext)
{
	take(&ext->lock);
	drop(&ext->lock, PASSIVE_LEVEL);	/* { dg-warning "is released with an IRQL that its acquire did not save" "constant" } */
}

void good_mixed(struct ext *ext)
{
	KIRQL irql = take(&ext->lock);

	KeReleaseSpinLock(&ext->lock, irql);
	KeAcquireSpinLock(&ext->lock, &irql);
	drop(&ext->lock, irql);
}

void warn_mixed(struct ext *ext)
{
	KIRQL irql = take(&ext->lock), second;

	KeAcquireSpinLock(&ext->other, &second);
	KeReleaseSpinLock(&ext->other, irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop(&ext->lock, second);		/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

/* A group is not known of an annotation: any release will do. */
void good_group(struct ext *ext)
{
	take(&ext->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	drop(&ext->lock, ext->irql);
}

void good_through(struct ext *ext)
{
	KIRQL irql, second;

	take_through(&ext->lock, &irql);
	take_through(&ext->other, &second);
	drop(&ext->other, second);
	drop(&ext->lock, irql);
}

void todo_through(struct ext *ext)
{
	KIRQL irql, second;

	take_through(&ext->lock, &irql);
	take_through(&ext->other, &second);
	drop(&ext->other, irql);
	drop(&ext->lock, second);
}

void good_through_field(struct ext *ext)
{
	take_through(&ext->lock, &ext->irql);
	drop(&ext->lock, ext->irql);
}

_Acquires_lock_(ext->lock) _IRQL_saves_ KIRQL good_body(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	return irql;
}

_Releases_lock_(ext->lock) void good_body_restores(struct ext *ext, _IRQL_restores_ KIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_bodies(struct ext *ext)
{
	KIRQL irql = good_body(ext);

	good_body_restores(ext, irql);
}
