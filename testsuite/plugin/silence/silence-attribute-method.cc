/* { dg-do compile } */
/* spinrule_ignore in C++: methods, templates, constructors, overloads, both ways of writing it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;


struct device {
	KSPIN_LOCK own;

	[[gnu::spinrule_ignore("double-acquire", "a method")]] void good_inside()
	{
		KeAcquireSpinLockAtDpcLevel(&own);
		KeAcquireSpinLockAtDpcLevel(&own);
	}

	__attribute__((spinrule_ignore("double-acquire", "declared in the class"))) void good_outside();
	void warn_outside();
	__attribute__((spinrule_ignore("double-acquire", "a constructor"))) device();
	virtual ~device();
};

void device::good_outside()
{
	KeAcquireSpinLockAtDpcLevel(&own);
	KeAcquireSpinLockAtDpcLevel(&own);
}

void device::warn_outside()
{
	KeAcquireSpinLockAtDpcLevel(&own);
	KeAcquireSpinLockAtDpcLevel(&own);	/* { dg-warning "already held .spinrule-double-acquire." "no attribute" } */
}

device::device()
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeAcquireSpinLockAtDpcLevel(&lock);
}

device::~device()
{
}

/* Overloads are functions of their own. */
[[gnu::spinrule_ignore("double-acquire", "for int")]] void good_overload(int)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeAcquireSpinLockAtDpcLevel(&lock);
}

void warn_overload(long)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeAcquireSpinLockAtDpcLevel(&lock);	/* { dg-warning "already held .spinrule-double-acquire." "for long" } */
}

/* Instances are one function: what one needs is of use. */
template <typename T> [[gnu::spinrule_ignore("double-acquire", "a template")]] void good_instances(T x)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	if (sizeof(T) > 4)
		KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
}

template void good_instances(int);
template void good_instances(long long);

/* Attributes are in one list. */
template <typename T> [[gnu::cold, gnu::spinrule_ignore("double-acquire", "a template"), gnu::noinline]] void good_list(T)
{
	KeAcquireSpinLockAtDpcLevel(&lock);
	if (sizeof(T) > 2)
		KeAcquireSpinLockAtDpcLevel(&lock);
}

template void good_list(int);
template void good_list(long long);
template void good_list(long);

void good_use()
{
	device().good_inside();
}
