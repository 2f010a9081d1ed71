/* { dg-do compile } */
/* C++: locks that are members, taken in methods of a class.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

class device {
public:
	void good_balanced();
	void warn_second_release();
	void warn_early_return(int x);
	void good_through_methods(int x);
	void warn_through_methods(int x);
	static void good_static_method(device *self);
	static void warn_static_method(device *self);

private:
	void enter() { KeAcquireSpinLock(&lock_, &irql_); }
	void leave() { KeReleaseSpinLock(&lock_, irql_); }

	KSPIN_LOCK lock_;
	KIRQL irql_;
	int count_;
};

void device::good_balanced()
{
	KIRQL irql;

	KeAcquireSpinLock(&lock_, &irql);
	count_++;
	KeReleaseSpinLock(&lock_, irql);
}

void device::warn_second_release()
{
	KIRQL irql;

	KeAcquireSpinLock(&lock_, &irql);
	count_++;
	KeReleaseSpinLock(&lock_, irql);
	KeReleaseSpinLock(&lock_, irql);	/* { dg-warning "lock_' is released but not held .spinrule-release-unheld." "second release" } */
}

void device::warn_early_return(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock_, &irql);	/* { dg-note "lock_' acquired here" "acquire" } */
	if (x)
		return;		/* { dg-warning "lock_' is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLock(&lock_, irql);
}

void device::good_through_methods(int x)
{
	enter();
	count_ += x;
	leave();
}

void device::warn_through_methods(int x)
{
	enter();
	count_ += x;
	leave();
	leave();	/* { dg-warning "lock_' is released but not held .spinrule-release-unheld." "twice" } */
}

void device::good_static_method(device *self)
{
	KeAcquireSpinLockAtDpcLevel(&self->lock_);
	self->count_++;
	KeReleaseSpinLockFromDpcLevel(&self->lock_);
}

void device::warn_static_method(device *self)
{
	KeAcquireSpinLockAtDpcLevel(&self->lock_);	/* { dg-note "'self->lock_' acquired here" "first" } */
	self->count_++;
	KeAcquireSpinLockAtDpcLevel(&self->lock_);	/* { dg-warning "'self->lock_' is acquired while already held .spinrule-double-acquire." "second" } */
}
