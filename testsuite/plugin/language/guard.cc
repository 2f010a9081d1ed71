/* { dg-do compile } */
/* C++: a guard whose destructor releases the lock.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

class guard {
public:
	explicit guard(KSPIN_LOCK &lock) : lock_(lock)
	{
		KeAcquireSpinLock(&lock_, &irql_);
	}

	~guard()
	{
		KeReleaseSpinLock(&lock_, irql_);
	}

	guard(const guard &) = delete;
	guard &operator=(const guard &) = delete;

private:
	KSPIN_LOCK &lock_;
	KIRQL irql_;
};

static KSPIN_LOCK lock, other;
extern int work(int);

int good_guarded(int x)
{
	guard held(lock);

	return work(x);
}

int good_guarded_early_return(int x)
{
	guard held(lock);

	if (x < 0)
		return -1;
	return work(x);
}

void good_guarded_block(int x)
{
	{
		guard held(lock);
		work(x);
	}
	guard again(lock);
	work(-x);
}

void warn_guarded_twice(int x)
{
	guard held(lock);
	guard again(lock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "the same lock" } */

	work(x);
}

void good_two_guards(int x)
{
	guard held(lock);
	guard again(other);

	work(x);
}

void good_guard_in_a_loop(int n)
{
	while (n-- > 0) {
		guard held(lock);

		if (work(n))
			continue;
		if (work(-n))
			break;
	}
}

void warn_acquired_under_the_guard(int x)
{
	KIRQL irql;
	guard held(lock);

	work(x);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "the guard holds it" } */
	KeReleaseSpinLock(&lock, irql);
}

extern "C" {
DRIVER_DISPATCH good_dispatch, warn_dispatch;
}

NTSTATUS NTAPI good_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	guard held(*static_cast<PKSPIN_LOCK>(device->DeviceExtension));

	if (work(1))
		return STATUS_UNSUCCESSFUL;
	irp->IoStatus.Information = 0;
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI warn_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* { dg-note "'lock' acquired here" "acquire" } */
	if (work(1))
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "early return" } */
	irp->IoStatus.Information = 0;
	KeReleaseSpinLock(&lock, irql);
	return STATUS_SUCCESS;
}
