/* { dg-do compile } */
/* Annotated functions that hand out the IRQL and take it back.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock, other;
};

_Acquires_lock_(*lock) _IRQL_saves_ KIRQL take(PKSPIN_LOCK lock);
_Releases_lock_(*lock) void drop(PKSPIN_LOCK lock, _IRQL_restores_ KIRQL irql);
_Acquires_lock_(*lock) void take_through(PKSPIN_LOCK lock, _IRQL_saves_ KIRQL *irql);
_Releases_lock_(*lock) void drop_through(PKSPIN_LOCK lock, _IRQL_restores_ KIRQL *irql);
_When_(return != FALSE, _Acquires_lock_(*lock)) BOOLEAN try_through(PKSPIN_LOCK lock, _IRQL_saves_ PKIRQL irql);

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

void warn_through(struct ext *ext)
{
	KIRQL irql, second;

	take_through(&ext->lock, &irql);
	take_through(&ext->other, &second);
	drop(&ext->other, irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

void good_same_variable(struct ext *ext)
{
	KIRQL irql;

	take_through(&ext->lock, &irql);
	drop(&ext->lock, irql);
	take_through(&ext->other, &irql);
	drop(&ext->other, irql);
}

/* The second overwrites what the first saved. */
void warn_same_variable(struct ext *ext)
{
	KIRQL irql;

	take_through(&ext->lock, &irql);
	take_through(&ext->other, &irql);
	drop(&ext->other, irql);
	drop(&ext->lock, irql);		/* { dg-warning "is released with an IRQL that its acquire did not save" "overwritten" } */
}

void good_through_both(struct ext *ext)
{
	KIRQL irql, second;

	take_through(&ext->lock, &irql);
	take_through(&ext->other, &second);
	drop_through(&ext->other, &second);
	drop_through(&ext->lock, &irql);
}

void warn_through_both(struct ext *ext)
{
	KIRQL irql, second;

	take_through(&ext->lock, &irql);
	take_through(&ext->other, &second);
	drop_through(&ext->other, &irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop_through(&ext->lock, &second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

void good_try(struct ext *ext)
{
	KIRQL irql, second;

	if (!try_through(&ext->lock, &irql))
		return;
	if (try_through(&ext->other, &second))
		KeReleaseSpinLock(&ext->other, second);
	KeReleaseSpinLock(&ext->lock, irql);
}

/* Whether a try that fails stores something is not said. */
void good_same_variable_unless_tried(struct ext *ext)
{
	KIRQL irql, first;

	KeAcquireSpinLock(&ext->lock, &irql);
	first = irql;
	if (!try_through(&ext->other, &irql)) {
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	KeReleaseSpinLockFromDpcLevel(&ext->other);
	KeReleaseSpinLock(&ext->lock, first);
}

void warn_same_variable_when_tried(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	if (!try_through(&ext->other, &irql)) {
		KeReleaseSpinLock(&ext->lock, irql);
		return;
	}
	KeReleaseSpinLockFromDpcLevel(&ext->other);
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "overwritten" } */
}

void warn_try(struct ext *ext)
{
	KIRQL irql, second;

	if (!try_through(&ext->lock, &irql))
		return;
	if (try_through(&ext->other, &second)) {
		KeReleaseSpinLock(&ext->other, second);
		KeReleaseSpinLock(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "of the other" } */
	} else {
		KeReleaseSpinLock(&ext->lock, irql);
	}
}

/* What was there before is gone. */
void good_through_field(struct ext *ext)
{
	ext->irql = PASSIVE_LEVEL;
	take_through(&ext->lock, &ext->irql);
	drop(&ext->lock, ext->irql);
	take_through(&ext->lock, &ext->irql);
	drop_through(&ext->lock, &ext->irql);
}

void warn_through_field(struct ext *ext)
{
	KIRQL second;

	take_through(&ext->lock, &ext->irql);
	take_through(&ext->other, &second);
	drop(&ext->other, ext->irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

/* Through pointers of the caller's own. */
void good_through_parameter(struct ext *ext, KIRQL *irql)
{
	KIRQL second;

	take_through(&ext->lock, irql);
	take_through(&ext->other, &second);
	drop(&ext->other, second);
	drop(&ext->lock, *irql);
}

void warn_through_parameter(struct ext *ext, KIRQL *irql)
{
	KIRQL second;

	take_through(&ext->lock, irql);
	take_through(&ext->other, &second);
	drop(&ext->other, *irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

void good_through_either(struct ext *ext, int which)
{
	KIRQL irql, second = PASSIVE_LEVEL;

	take_through(&ext->lock, which ? &irql : &second);
	drop(&ext->lock, which ? irql : second);
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

_Releases_lock_(ext->lock) void good_body_restores_through(struct ext *ext, _IRQL_restores_ PKIRQL irql)
{
	KeReleaseSpinLock(&ext->lock, *irql);
}

_Acquires_lock_(ext->lock) void good_body_through(struct ext *ext, _IRQL_saves_ PKIRQL irql)
{
	KeAcquireSpinLock(&ext->lock, irql);
}

void good_bodies_through(struct ext *ext)
{
	KIRQL irql;

	good_body_through(ext, &irql);
	good_body_restores_through(ext, &irql);
}

void warn_bodies_through(struct ext *ext)
{
	KIRQL irql, second;

	good_body_through(ext, &irql);
	KeAcquireSpinLock(&ext->other, &second);
	KeReleaseSpinLock(&ext->other, irql);		/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	good_body_restores_through(ext, &second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

/* ---- said of a parameter elsewhere ---- */

_Acquires_lock_(*lock) _At_(*irql, _IRQL_saves_) void take_at(PKSPIN_LOCK lock, PKIRQL irql);
_At_(*lock, _Releases_lock_(_Curr_)) _At_(irql, _IRQL_restores_) void drop_at(PKSPIN_LOCK lock, KIRQL irql);
_When_(return != FALSE, _At_(lock, _Acquires_lock_(*_Curr_))) BOOLEAN try_at(PKSPIN_LOCK lock, _At_(*irql, _IRQL_saves_) PKIRQL irql);

void good_at(struct ext *ext)
{
	KIRQL irql, second;

	take_at(&ext->lock, &irql);
	take_at(&ext->other, &second);
	drop_at(&ext->other, second);
	drop_at(&ext->lock, irql);
	if (try_at(&ext->lock, &irql))
		drop_at(&ext->lock, irql);
}

void warn_at_swapped(struct ext *ext)
{
	KIRQL irql, second;

	take_at(&ext->lock, &irql);
	take_at(&ext->other, &second);
	drop_at(&ext->other, irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	drop_at(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

void warn_at_twice(struct ext *ext)
{
	KIRQL irql;

	if (try_at(&ext->lock, &irql)) {
		drop_at(&ext->lock, irql);
		drop_at(&ext->lock, irql);	/* { dg-warning "is released but not held" "twice" } */
	}
}

_Acquires_lock_(*lock) _At_(*nobody, _IRQL_saves_) void take_unclear(PKSPIN_LOCK lock, PKIRQL irql);	/* { dg-warning ".\\*nobody. in an annotation of .take_unclear. is not understood at .nobody." } */

void good_unclear(struct ext *ext)
{
	KIRQL irql;

	take_unclear(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
}
