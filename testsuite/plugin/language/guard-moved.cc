/* { dg-do compile } */
/* C++: guards that are moved, and guards that functions return by reference.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int value;
};

struct guard {
	PKSPIN_LOCK lock;
	KIRQL irql;

	explicit guard(PKSPIN_LOCK lock) : lock(lock)
	{
		KeAcquireSpinLock(lock, &irql);
	}

	guard(guard &&other) : lock(other.lock), irql(other.irql)
	{
		other.lock = nullptr;
	}

	~guard()
	{
		if (lock)
			KeReleaseSpinLock(lock, irql);
	}
};

static guard hold(ext *ext)
{
	return guard(&ext->lock);
}

int good_moved(ext *ext)
{
	guard first(&ext->lock);
	guard second(static_cast<guard &&>(first));

	return ext->value;
}

int good_returned(ext *ext)
{
	guard held = hold(ext);

	return ext->value;
}

int good_returned_and_moved(ext *ext)
{
	guard held = hold(ext);
	guard second(static_cast<guard &&>(held));

	return ext->value;
}

int warn_returned_and_again(ext *ext)
{
	guard held = hold(ext);
	guard again(&ext->lock);	/* { dg-warning "'ext->lock' is acquired while already held" "twice" } */

	return ext->value;
}
