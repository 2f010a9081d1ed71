/* { dg-do compile } */
/* The IRQL given back is not the one that this acquire saved.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef _X86_
#define KeAcquireSpinLockRaiseToDpc(l) KfAcquireSpinLock(l)
#endif

struct ext {
	KSPIN_LOCK a, b;
	KIRQL irql_a, irql_b;
	int count;
};

void good_nested_two_variables(struct ext *ext)
{
	KIRQL outer, inner;

	KeAcquireSpinLock(&ext->a, &outer);
	KeAcquireSpinLock(&ext->b, &inner);
	ext->count++;
	KeReleaseSpinLock(&ext->b, inner);
	KeReleaseSpinLock(&ext->a, outer);
}

/* The nested acquire saves DISPATCH_LEVEL over what the outer one saved. */
void warn_nested_one_variable(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->a, &irql);
	KeAcquireSpinLock(&ext->b, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->b, irql);
	KeReleaseSpinLock(&ext->a, irql);	/* { dg-warning "'ext->a' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "overwritten" } */
}

/* In the order of the acquires: the first release stays at DISPATCH_LEVEL, the second goes back. */
void good_in_order(struct ext *ext)
{
	KIRQL irql, nested;

	KeAcquireSpinLock(&ext->a, &irql);
	KeAcquireSpinLock(&ext->b, &nested);
	ext->count++;
	KeReleaseSpinLock(&ext->a, nested);
	KeReleaseSpinLock(&ext->b, irql);
}

void warn_in_order_one_variable(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->a, &irql);
	KeAcquireSpinLock(&ext->b, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->a, irql);
	KeReleaseSpinLock(&ext->b, irql);	/* { dg-warning "'ext->b' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "in order" } */
}

void warn_swapped(struct ext *ext)
{
	KIRQL outer, inner;

	KeAcquireSpinLock(&ext->a, &outer);
	KeAcquireSpinLock(&ext->b, &inner);
	ext->count++;
	KeReleaseSpinLock(&ext->b, outer);	/* { dg-warning "'ext->b' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "outer" } */
	KeReleaseSpinLock(&ext->a, inner);	/* { dg-warning "'ext->a' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "inner" } */
}

void good_each_in_its_field(struct ext *ext)
{
	KeAcquireSpinLock(&ext->a, &ext->irql_a);
	KeAcquireSpinLock(&ext->b, &ext->irql_b);
	ext->count++;
	KeReleaseSpinLock(&ext->b, ext->irql_b);
	KeReleaseSpinLock(&ext->a, ext->irql_a);
}

void warn_swapped_fields(struct ext *ext)
{
	KeAcquireSpinLock(&ext->a, &ext->irql_a);
	KeAcquireSpinLock(&ext->b, &ext->irql_b);
	ext->count++;
	KeReleaseSpinLock(&ext->b, ext->irql_a);	/* { dg-warning ".spinrule-wrong-irql." "a's" } */
	KeReleaseSpinLock(&ext->a, ext->irql_b);	/* { dg-warning ".spinrule-wrong-irql." "b's" } */
}

void warn_constant(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->a, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->a, PASSIVE_LEVEL);	/* { dg-warning "'ext->a' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "constant" } */
}

void warn_dispatch_level(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->a, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->a, DISPATCH_LEVEL);	/* { dg-warning ".spinrule-wrong-irql." "constant" } */
}

/* One variable for one lock after the other. */
void good_one_after_the_other(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->a, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->a, irql);
	KeAcquireSpinLock(&ext->b, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->b, irql);
}

/* Copied before the variable is used again. */
void good_copied(struct ext *ext)
{
	KIRQL irql, saved;

	KeAcquireSpinLock(&ext->a, &irql);
	saved = irql;
	KeAcquireSpinLock(&ext->b, &irql);
	ext->count++;
	KeReleaseSpinLock(&ext->b, irql);
	KeReleaseSpinLock(&ext->a, saved);
}

void warn_copied_too_late(struct ext *ext)
{
	KIRQL irql, saved;

	KeAcquireSpinLock(&ext->a, &irql);
	KeAcquireSpinLock(&ext->b, &irql);
	saved = irql;
	ext->count++;
	KeReleaseSpinLock(&ext->b, irql);
	KeReleaseSpinLock(&ext->a, saved);	/* { dg-warning ".spinrule-wrong-irql." "b's" } */
}

void good_returned(struct ext *ext)
{
	KIRQL outer = KeAcquireSpinLockRaiseToDpc(&ext->a);
	KIRQL inner = KeAcquireSpinLockRaiseToDpc(&ext->b);

	ext->count++;
	KeReleaseSpinLock(&ext->b, inner);
	KeReleaseSpinLock(&ext->a, outer);
}

void warn_returned(struct ext *ext)
{
	KIRQL outer = KeAcquireSpinLockRaiseToDpc(&ext->a);
	KIRQL inner = KeAcquireSpinLockRaiseToDpc(&ext->b);

	ext->count++;
	KeReleaseSpinLock(&ext->b, inner);
	KeReleaseSpinLock(&ext->a, inner);	/* { dg-warning ".spinrule-wrong-irql." "inner" } */
	ext->count += outer;
}

/* The nested lock is there on one path only. */
void good_nested_on_one_path(struct ext *ext, int x)
{
	KIRQL outer, inner;

	KeAcquireSpinLock(&ext->a, &outer);
	if (x) {
		KeAcquireSpinLock(&ext->b, &inner);
		ext->count++;
		KeReleaseSpinLock(&ext->b, inner);
	}
	KeReleaseSpinLock(&ext->a, outer);
}

void warn_nested_on_one_path(struct ext *ext, int x)
{
	KIRQL outer;

	KeAcquireSpinLock(&ext->a, &outer);
	if (x) {
		KeAcquireSpinLock(&ext->b, &outer);
		ext->count++;
		KeReleaseSpinLock(&ext->b, outer);
	}
	KeReleaseSpinLock(&ext->a, outer);	/* { dg-warning ".spinrule-wrong-irql." "overwritten" } */
}

void good_in_a_loop(struct ext *ext, int n)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->a, &irql);
	while (n-- > 0) {
		KeReleaseSpinLock(&ext->a, irql);
		ext->count++;
		KeAcquireSpinLock(&ext->a, &irql);
	}
	KeReleaseSpinLock(&ext->a, irql);
}

/* What was given back is what the next acquire saves. */
void good_with_a_variable_of_its_own(struct ext *ext, int n)
{
	KIRQL irql, other;

	KeAcquireSpinLock(&ext->a, &irql);
	while (n-- > 0) {
		KeReleaseSpinLock(&ext->a, irql);
		ext->count++;
		KeAcquireSpinLock(&ext->a, &other);
	}
	KeReleaseSpinLock(&ext->a, irql);
}
