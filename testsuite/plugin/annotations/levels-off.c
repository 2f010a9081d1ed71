/* { dg-do compile } */
/* The order of levels is checked only if an argument asks for it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

_Create_lock_level_(FIRST);
_Create_lock_level_(SECOND);
_Lock_level_order_(FIRST, SECOND);

_Has_lock_level_(FIRST) static KSPIN_LOCK first;
_Has_lock_level_(SECOND) static KSPIN_LOCK second;

void good_not_asked(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&second, &irql);
	KeAcquireSpinLockAtDpcLevel(&first);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeReleaseSpinLock(&second, irql);
}

void warn_of_the_rest(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&second, &irql);
	KeAcquireSpinLockAtDpcLevel(&first);
	KeAcquireSpinLockAtDpcLevel(&second);	/* { dg-warning "'second' is acquired while already held .spinrule-double-acquire." "other ids are reported" } */
}
