/* With lock_order=2 the order of locks counts by the fields that they are: what one object's locks were acquired in, those of
 * another contradict.  Silent: two locks of one field; fields of another type with the same names; a lock of one
 * field that keeps the two orders apart; with lock_order=1 all of it (lock-order-addresses.c).
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* options: lock_order=2:history=0:callers=0 */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'ext->first' \(0x[0-9A-F]+\) is acquired against an order of locks seen before \[spinrule-lock-order\]$ */
/* expect: ^  by thread [0-9]+ at .*:{ba}:[0-9]+ in reversed$ */
/* expect: ^  with 'ext->second' \(0x[0-9A-F]+\) held, acquired by thread [0-9]+ at .*:{b}:[0-9]+ in reversed$ */
/* expect: ^  but 'ext->second' \(of the class _EXT\.second of lock-order-classes\.c:{fields}\) was acquired by thread [0-9]+ at .*:{ab}:[0-9]+ in forward$ */
/* expect: ^  with 'ext->first' \(of the class _EXT\.first of lock-order-classes\.c:{fields}\) held, acquired at .*:{a}:[0-9]+ in forward$ */
/* expect: ^spinrule: spin lock 'global' .* \[spinrule-lock-order\]$ */
/* expect: ^  but 'lock' \(of the class _EXT\.third of lock-order-classes\.c:{fields}\) was acquired by thread [0-9]+ at .*:{helper}:[0-9]+ in enter$ */
/* expect: ^spinrule: 2 violations, */

#include "by-hand.h"

typedef struct _EXT {
	KSPIN_LOCK first, second, third, guard;	/* line: fields */
} EXT;

typedef struct _OTHER {
	KSPIN_LOCK first, second;
} OTHER;

static EXT one, two, three;
static OTHER other, another;
static KSPIN_LOCK global;

static void enter(PKSPIN_LOCK lock)
{
	KeAcquireSpinLockAtDpcLevel(lock);	/* line: helper */
}

static void leave(PKSPIN_LOCK lock)
{
	KeReleaseSpinLockFromDpcLevel(lock);
}

static void forward(EXT *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->first);	/* line: a */
	KeAcquireSpinLockAtDpcLevel(&ext->second);	/* line: ab */
	KeReleaseSpinLockFromDpcLevel(&ext->second);
	KeReleaseSpinLockFromDpcLevel(&ext->first);
}

static void reversed(EXT *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->second);	/* line: b */
	KeAcquireSpinLockAtDpcLevel(&ext->first);	/* line: ba */
	KeReleaseSpinLockFromDpcLevel(&ext->first);
	KeReleaseSpinLockFromDpcLevel(&ext->second);
}

/* Along a list, each way. */
static void good_one_field(void)
{
	enter(&one.guard);
	enter(&two.guard);
	leave(&one.guard);
	enter(&three.guard);
	leave(&two.guard);
	leave(&three.guard);
}

static void good_other_type(OTHER *from)
{
	KeAcquireSpinLockAtDpcLevel(&from->second);
	KeAcquireSpinLockAtDpcLevel(&from->first);
	KeReleaseSpinLockFromDpcLevel(&from->first);
	KeReleaseSpinLockFromDpcLevel(&from->second);
}

/* Each object's guard keeps its own two apart. */
static void good_guarded(void)
{
	enter(&one.guard);
	enter(&one.first);
	enter(&one.third);
	leave(&one.third);
	leave(&one.first);
	leave(&one.guard);
	enter(&two.guard);
	enter(&two.third);
	enter(&two.first);
	leave(&two.first);
	leave(&two.third);
	leave(&two.guard);
}

/* A helper's parameter has the class of what was initialized. */
static void warn_through_helper(void)
{
	enter(&global);
	enter(&one.third);
	leave(&one.third);
	leave(&global);
	KeAcquireSpinLockAtDpcLevel(&two.third);
	KeAcquireSpinLockAtDpcLevel(&global);
	KeReleaseSpinLockFromDpcLevel(&global);
	KeReleaseSpinLockFromDpcLevel(&two.third);
}

static void initialize(EXT *ext)
{
	KeInitializeSpinLock(&ext->first);
	KeInitializeSpinLock(&ext->second);
	KeInitializeSpinLock(&ext->third);
	KeInitializeSpinLock(&ext->guard);
}

int main(void)
{
	initialize(&one);
	initialize(&two);
	initialize(&three);
	good_one_field();
	good_other_type(&other);
	good_other_type(&another);
	good_guarded();
	forward(&one);
	reversed(&two);
	warn_through_helper();
	return 0;
}
