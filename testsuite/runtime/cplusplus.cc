/* C++: a guard whose destructor releases, methods and templates that acquire, a lambda and a static method as callbacks; what is wrong
 * in them is told at its place.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* flags: -static-libgcc -static-libstdc++ */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'this->lock' .* is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*cplusplus\.cc:{guard}:[0-9]+ in .* */
/* expect: ^spinrule: spin lock 'device->queue\.lock' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*cplusplus\.cc:{held}:[0-9]+ in .*leaves.* */
/* expect: ^spinrule: spin lock .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*cplusplus\.cc:{twice}:[0-9]+ in .* */
/* expect: ^spinrule: 3 violations, [0-9]+ lock calls checked */

#include "by-hand.h"

class Guard {
	KSPIN_LOCK *lock;
	KIRQL irql;

public:
	explicit Guard(KSPIN_LOCK *which) : lock(which)
	{
		KeAcquireSpinLock(lock, &irql);		/* line: guard */
	}

	~Guard()
	{
		KeReleaseSpinLock(lock, irql);
	}

	Guard(const Guard &) = delete;
};

struct Queue {
	KSPIN_LOCK lock;
	int count;

	template <typename T> void put(T n)
	{
		Guard guard(&lock);

		count += n;
	}
};

struct Device {
	Queue queue;

	static NTSTATUS NTAPI leaves(PDEVICE_OBJECT object, PIRP irp);
};

static Device *the_device;

static NTSTATUS call(PDRIVER_DISPATCH routine)
{
	return routine(NULL, NULL);
}

NTSTATUS NTAPI Device::leaves(PDEVICE_OBJECT object, PIRP irp)
{
	Device *device = the_device;
	KIRQL irql;

	(void)object, (void)irp;
	KeAcquireSpinLock(&device->queue.lock, &irql);	/* line: held */
	return STATUS_SUCCESS;
}

int main()
{
	Device device = {};
	KIRQL irql;

	the_device = &device;
	device.queue.put(1);
	device.queue.put(2L);
	for (int i = 0; i < 3; i++) {
		Guard guard(&device.queue.lock);

		if (i == 1)
			continue;
	}
	CHECK(!device.queue.lock && device.queue.count == 3);
	{
		Guard first(&device.queue.lock);
		Guard second(&device.queue.lock);
	}
	CHECK(!device.queue.lock);
	call(Device::leaves);
	CHECK(!device.queue.lock);
	auto twice = [](KSPIN_LOCK *lock, KIRQL old) {
		KeReleaseSpinLock(lock, old);		/* line: twice */
	};
	KeAcquireSpinLock(&device.queue.lock, &irql);
	twice(&device.queue.lock, irql);
	twice(&device.queue.lock, irql);
	CHECK(!device.queue.lock);
	return 0;
}
