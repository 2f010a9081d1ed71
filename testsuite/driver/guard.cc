/* guard.cc - a driver's scenarios in C++: a guard whose destructor releases, a method, a static method as callback.
 *
 * SPDX-License-Identifier: MIT
 */

extern "C" {
#include "kernel.h"
}

class Guard {
	PKSPIN_LOCK lock;
	KIRQL irql;

public:
	explicit Guard(PKSPIN_LOCK which) : lock(which)
	{
		KeAcquireSpinLock(lock, &irql);		/* warn_guard_inside: double-acquire 'this->lock' */
	}

	~Guard()
	{
		KeReleaseSpinLock(lock, irql);
	}

	Guard(const Guard &) = delete;
};

struct Ring {
	KSPIN_LOCK lock;
	ULONG count;

	ULONG add(ULONG n)
	{
		Guard guard(&lock);

		count += n;
		return count;
	}

	static NTSTATUS NTAPI good_method(PDEVICE_OBJECT device, PIRP irp);
};

static Ring ring;

static DRIVER_DISPATCH good_guard, warn_guard_inside, warn_held;

extern "C" {

extern const PDRIVER_DISPATCH scenarios[] = { good_guard, warn_guard_inside, warn_held, NULL };

NTSTATUS at_entry(PDEVICE_OBJECT)
{
	KeInitializeSpinLock(&ring.lock);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

}

NTSTATUS NTAPI Ring::good_method(PDEVICE_OBJECT, PIRP irp)
{
	ring.add(1);
	for (int i = 0; i < 3; i++) {
		Guard guard(&ring.lock);

		if (i == 1)
			continue;
		ring.count++;
	}
	return complete(irp, ring.count ? STATUS_SUCCESS : STATUS_DATA_ERROR, ring.count);
}

static NTSTATUS NTAPI good_guard(PDEVICE_OBJECT device, PIRP irp)
{
	PDRIVER_DISPATCH method = Ring::good_method;

	return method(device, irp);
}

static NTSTATUS NTAPI warn_guard_inside(PDEVICE_OBJECT, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&ring.lock, &irql);		/* warn_guard_inside: acquired */
	{
		Guard guard(&ring.lock);
	}
	KeReleaseSpinLock(&ring.lock, irql);
	return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI warn_held(PDEVICE_OBJECT, PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&ring.lock, &irql);		/* warn_held: acquired */
	return complete(irp, STATUS_SUCCESS, 0);	/* warn_held: held-at-return 'ring.lock' */
}
